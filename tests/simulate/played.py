"""Companies played once a test run, and their records decoded."""

from functools import cache

import msgspec

from detector.event import Decoder, Invocation, Outcome, Rejection
from detector.simulate import BEHAVIOURS, EVASIONS, PERSONAS, Company, Gamer, Mix

EVERYBODY = Mix(
    "everybody",
    {persona.name: persona.group for persona in PERSONAS.values()},
    tuple(Gamer(name, 0.25, EVASIONS[number % 3]) for number, name in enumerate(BEHAVIOURS)),
)
"""Every look-alike and every behaviour once, the degrees of hiding in turn."""

decode = Decoder().decode


@cache
def played(mix: str, people: int = 40, days: int = 14, seed: str = "tests"):
    """A company that has been played, and its decoded records without those that the decoder refused."""
    company = Company(seed=seed, people=people, days=days, mix=EVERYBODY if mix == "everybody" else mix)
    lines = list(company.records())
    return company, lines, [decode(line) for line in lines]


def rejections(events):
    """What the decoder refused."""
    return [event for event in events if isinstance(event, Rejection)]


def calls(events):
    """The invocations, each once."""
    return list({event.invocation_id: event for event in events if isinstance(event, Invocation)}.values())


def fates(events):
    """The outcomes, each once."""
    return list({event.outcome_id: event for event in events if isinstance(event, Outcome)}.values())


def users(company):
    """The truth's user lines by user."""
    return {line["user_id"]: line for line in company.truth() if line["kind"] == "user"}


def workloads(company):
    """The truth's workload lines."""
    return [line for line in company.truth() if line["kind"] == "workload"]


def cost(event):
    """Dollars of a call, by the list price where the client does not say."""
    if event.cost_usd is not None:
        return event.cost_usd
    price = _prices()[event.model]
    return (
        price["input"] * event.input_tokens + price["output"] * event.output_tokens
        + price["cache_read"] * event.cache_read_tokens + price["cache_write"] * event.cache_write_tokens
    ) / 1e6  # fmt: skip


@cache
def _prices():
    return Company(people=5, days=1, mix="honest").catalogue()["prices"]


def reencode(truth):
    """Truth as bytes, to compare."""
    return msgspec.json.encode(truth)
