"""Seeded small worlds: streams of records that tests feed to the judgement, and one way to feed them.

A stream is a list of `Line`s, numbered once, so that a line is the same source whoever else's lines stand around it.
Random streams are made of episodes (a loop, a heartbeat, a fault ...): single random records would never repeat
anything for long enough to be judged. `slice_of_company` gives the other kind: what the simulator plays.
"""

import functools
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple, Self

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from detector.alert import Alert, FileSource
from detector.cohort import Cohorts
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile
from detector.simulate import Company, Gamer, Mix

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC).timestamp()
HOUR, DAY = 3600.0, 86_400.0
EAGER = Policy(raise_at=0.3, tokenmaxxing_at=0.3, family_at=0.2, flood_calls_per_hour=60)
"""A policy that raises alerts early, so that short streams have them: laws hold under any policy."""
USERS = (("default", "ann"), ("default", "bob"), ("other", "ann"), ("1:d", "efault:ann"), ("default", "änn\x1f☂"))
"""Tenant and user ids made to be mistaken for one another."""
KINDS = ("accepted", "rejected", "merged", "discarded", "no_op", "read", "error")

law = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""How every law is tried: the same examples each run, no clock."""


class Line(NamedTuple):
    """One record as it arrives, with the number it keeps."""

    number: int
    value: bytes


class Played(NamedTuple):
    """What became of a stream."""

    alerts: dict[str, list[bytes]]
    """Alert records of each profile, in order."""
    counts: Counter[str]
    profiles: dict[str, Profile]
    cohorts: Cohorts

    @classmethod
    def nothing(cls) -> Self:
        """Before the first record."""
        return cls({}, Counter(), {}, Cohorts())

    @property
    def states(self) -> dict[str, bytes]:
        """Every profile's bytes."""
        return {key: profile.dumps() for key, profile in self.profiles.items()}

    @property
    def told(self) -> list[Alert]:
        """All alerts, decoded."""
        return [msgspec.json.decode(a, type=Alert) for told in self.alerts.values() for a in told]


def when(at: float) -> str:
    """Unix seconds as a producer writes them."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def call(at: float, number: object, **fields: Any) -> dict[str, Any]:
    """An invocation with the required fields and what is given."""
    return {"kind": "invocation", "invocation_id": f"i-{number}", "occurred_at": when(at), "user_id": "ann"} | fields


def outcome(at: float, number: object, **fields: Any) -> dict[str, Any]:
    """An outcome with the required fields and what is given."""
    base = {"kind": "outcome", "outcome_id": f"o-{number}", "occurred_at": when(at), "user_id": "ann"}
    return base | {"outcome": "discarded"} | fields


def label(at: float, number: object, alert_id: str, **fields: Any) -> dict[str, Any]:
    """A label with the required fields and what is given."""
    base = {"kind": "label", "label_id": f"l-{number}", "occurred_at": when(at), "user_id": "ann"}
    return base | {"alert_id": alert_id, "verdict": "known_job", "author": "lead"} | fields


def lines(records: Iterable[dict[str, Any] | bytes]) -> list[Line]:
    """Records as numbered lines."""
    values = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
    return [Line(number, value) for number, value in enumerate(values, 1)]


def play(
    stream: Iterable[Line],
    policy: Policy = EAGER,
    *,
    between: Callable[[str, Profile], Profile] | None = None,
    seen: Callable[[Step | Rejection, Line], None] | None = None,
    known: Played | None = None,
) -> Played:
    """Judge a stream. `between` may replace a profile before each of its events; `seen` is told every step; `known`
    goes on from an earlier play.
    """
    played = known or Played.nothing()
    pipeline, decoder = Pipeline(policy, played.cohorts), Decoder()
    for line in stream:
        event = decoder.decode(line.value)
        step: Step | Rejection = event
        if isinstance(event, Rejection):
            played.counts["rejected"] += 1
        else:
            key = event.key
            profile = played.profiles.get(key) or Profile.new(key)
            played.profiles[key] = profile = between(key, profile) if between else profile
            step = pipeline.step(profile, event, FileSource("stream", line.number))
            played.counts[step.disposition] += 1
            played.cohorts.add(step.counts)
            if step.alerts:
                played.alerts.setdefault(key, []).extend(map(msgspec.json.encode, step.alerts))
        if seen:
            seen(step, line)
    return played


# Episodes: each tells some minutes to days of one person's life.


class Life:
    """One person's records so far: a clock, numbers for ids, and the seeded chance that shapes them."""

    def __init__(self, rng: Random, tenant: str, user: str, name: str, at: float) -> None:
        self.rng, self.at, self.name = rng, at, name
        self.who = {"tenant_id": tenant, "user_id": user}
        self.count = 0
        self.sessions = 0
        self.last: dict[str, Any] = {}

    def number(self) -> str:
        self.count += 1
        return f"{self.name}-{self.count}"

    def session(self) -> str:
        self.sessions += 1
        return f"s-{self.name}-{self.sessions}"

    def call(self, seconds: float = 0.0, **fields: Any) -> dict[str, Any]:
        self.at += seconds
        base: dict[str, Any] = {"agent": "coder", "project": "shop", "output_tokens": 400, "cost_usd": 0.1}
        self.last = call(self.at, self.number(), **(self.who | base | fields))
        return self.last

    def outcome(self, seconds: float = 0.0, **fields: Any) -> dict[str, Any]:
        return outcome(self.at + seconds, self.number(), **(self.who | fields))


Episode = Callable[[Life], Iterator[dict[str, Any]]]


def work(life: Life) -> Iterator[dict[str, Any]]:
    """Ordinary work: other words, other files, mixed ends."""
    session = life.session()
    for _ in range(life.rng.randint(2, 12)):
        token = life.rng.randrange(1 << 60)
        yield life.call(
            life.rng.lognormvariate(4, 1),
            session_id=session,
            trigger=life.rng.choice(["manual", "agent"]),
            prompt_hash=f"p{token}",
            template_hash=f"t{token % 7}",
            target_hash=f"f{token % 5}",
            simhash=f"{token:016x}",
            output_tokens=token % 5000,
            status=life.rng.choice(["ok", "ok", "ok", "error"]),
        )
    yield life.outcome(60, session_id=session, outcome=life.rng.choice(KINDS))


def loop(life: Life) -> Iterator[dict[str, Any]]:
    """The same on the same, at an even beat, thrown away."""
    word, every = life.rng.randrange(3), life.rng.choice([5.0, 40.0])
    for _ in range(life.rng.randint(1, 5)):
        session = life.session()
        for _ in range(life.rng.randint(8, 15)):
            yield life.call(
                every, session_id=session, prompt_hash=f"loop{word}", template_hash=f"loop{word}",
                target_hash="one", simhash=f"{word:016x}", trigger="agent", response_id=f"r-{life.count}",
            )  # fmt: skip
        yield life.outcome(5, session_id=session, outcome=life.rng.choice(["discarded", "no_op", "rejected"]))


def heartbeat(life: Life) -> Iterator[dict[str, Any]]:
    """A timer that nobody watches, through the night."""
    for _ in range(life.rng.randint(10, 40)):
        yield life.call(1800, trigger="heartbeat", template_hash="beat", prompt_hash="beat", agent=None, project=None)


def duplicates(life: Life) -> Iterator[dict[str, Any]]:
    """A person asks the same again and again, and says so."""
    session = life.session()
    for _ in range(life.rng.randint(10, 40)):
        yield life.call(20, session_id=session, trigger="manual", prompt_hash="again", template_hash="again")
        if life.rng.random() < 0.2:
            yield life.outcome(1, invocation_id=life.last["invocation_id"], outcome=life.rng.choice(KINDS))


def flood(life: Life) -> Iterator[dict[str, Any]]:
    """Many tiny calls in a few minutes."""
    for _ in range(life.rng.randint(60, 90)):
        yield life.call(2, cost_usd=0.001, output_tokens=5, input_tokens=100, template_hash="tiny")


def fault(life: Life) -> Iterator[dict[str, Any]]:
    """A counter that tells the same answers again under new ids."""
    answer = f"r-{life.number()}"
    for _ in range(life.rng.randint(2, 30)):
        yield life.call(1, response_id=answer, client_version="1.2.3")


def spike(life: Life) -> Iterator[dict[str, Any]]:
    """Some plain days, then a day of far more."""
    for _ in range(7):
        life.at += DAY
        yield life.call(prompt_hash=life.number())
    life.at += DAY
    for _ in range(5):
        yield life.call(60, cost_usd=500.0, prompt_hash=life.number())


def silence(life: Life) -> Iterator[dict[str, Any]]:
    """Hours or days of nothing, then a sign of life."""
    life.at += life.rng.choice([3 * HOUR, 8 * HOUR, 2 * DAY, 9 * DAY])
    yield life.call()


def late(life: Life) -> Iterator[dict[str, Any]]:
    """A client that empties an old buffer, from hours to days behind."""
    behind, now = life.rng.choice([HOUR, 30 * HOUR, 5 * DAY]), life.at
    for n in range(life.rng.randint(1, 8)):
        life.at = now - behind + n
        yield life.call(prompt_hash="loop0", template_hash="loop0")
    life.at = now


def odd(life: Life) -> Iterator[dict[str, Any]]:
    """What the contract allows and nobody expects: nothing but the required, the longest ids, the largest counts."""
    long = "☂" * 256
    yield call(life.at, life.number(), **life.who)
    yield life.call(
        session_id=long, root_id=long, parent_id=long, response_id=long, agent=long * 2, project=long * 2,
        tool=long, prompt_hash=long, template_hash=long, target_hash=long, simhash="f" * 16, team_id=long,
        input_tokens=10**12, output_tokens=10**12, cache_read_tokens=10**12, cache_write_tokens=10**12, cost_usd=1e6,
        client_version=long, prompt_chars=10**12, duration_ms=10**12, identity="service", effort="high",
    )  # fmt: skip
    yield life.call(session_id=None, agent="", project="", prompt_hash="", cost_usd=0, output_tokens=0, trigger="ci")
    yield life.outcome(-2 * DAY, session_id=long, outcome="merged")
    yield life.outcome(invocation_id="never seen", outcome="read")


def loops(*days: float) -> list[dict[str, Any]]:
    """The same agent does the same for nothing on each of these days; a week between two makes two alerts."""
    life = Life(Random(1), "default", "ann", "a", MONDAY)  # noqa: S311 a seeded world, no secret
    records = []
    for day in days:
        life.at = MONDAY + day * DAY
        for _ in range(4):
            session = life.session()
            same = {"prompt_hash": "loop", "template_hash": "loop", "target_hash": "one", "simhash": f"{1:016x}"}
            records += [life.call(40, session_id=session, trigger="agent", **same) for _ in range(15)]
            records.append(life.outcome(5, session_id=session))
    return records


EPISODES: tuple[Episode, ...] = (work, loop, heartbeat, duplicates, flood, fault, spike, silence, late, odd)


def told(seed: int, plan: Iterable[tuple[int, Episode]], *, dirt: bool = False) -> list[Line]:
    """The stream of a plan: who lives through what, in turn. Redelivery, disorder and labels come by the seed."""
    rng = Random(seed)  # noqa: S311 a seeded world, no secret
    lives: dict[int, Life] = {}
    stories: dict[int, list[dict[str, Any]]] = {}
    for user, episode in plan:
        life = lives.setdefault(user, Life(rng, *USERS[user], f"{user}", MONDAY + rng.random()))
        stories.setdefault(user, []).extend(episode(life))
    for story in stories.values():
        _redeliver(story, rng)
        _disorder(story, rng)
    records: list[dict[str, Any] | bytes] = list(_interleaved(stories.values(), rng))
    if dirt:
        for _ in range(rng.randint(1, 8)):
            records.insert(rng.randrange(len(records) + 1), rng.choice(DIRT))
    return lines(_labelled(records, rng))


DIRT = (b"", b"{}", b"\xff\x00", b"null", b"[1", b'{"kind":"outcome"}', b'{"kind":"x"}', b'{"kind":"invocation",' * 99)
"""Some lines that are no records; `tests/contract/test_dirt.py` has them all."""


def _redeliver(story: list[dict[str, Any]], rng: Random) -> None:
    for _ in range(rng.choice([0, 0, 1, 5])):
        at = rng.randrange(len(story))
        story.insert(min(len(story), at + rng.randint(1, 20)), story[at])


def _disorder(story: list[dict[str, Any]], rng: Random) -> None:
    for _ in range(rng.choice([0, 0, 3, 10])):
        at = rng.randrange(len(story))
        story.insert(max(0, at - rng.randint(1, 5)), story.pop(at))


def _interleaved(stories: Iterable[list[dict[str, Any]]], rng: Random) -> Iterator[dict[str, Any]]:
    waiting = [iter(story) for story in stories]
    while waiting:
        teller = rng.choice(waiting)
        told = list(itertools.islice(teller, rng.randint(1, 5)))
        if not told:
            waiting.remove(teller)
        yield from told


def _labelled(records: list[dict[str, Any] | bytes], rng: Random) -> Iterator[dict[str, Any] | bytes]:
    """The records with labels among them: people answer some of the alerts that the records raise."""
    answer = rng.random() * 0.5
    raised: list[Alert] = []
    played = Played.nothing()

    def seen(step: Step | Rejection, _: Line) -> None:
        raised.extend(() if isinstance(step, Rejection) else step.alerts)

    for number, record in enumerate(records):
        yield record
        play(lines([record]), seen=seen, known=played)
        for alert in raised:
            if rng.random() < answer:
                at = datetime.fromisoformat(alert.raised_at).timestamp()
                said = label(
                    at, number, alert.alert_id, tenant_id=alert.tenant_id, user_id=alert.user_id,
                    verdict=rng.choice(["confirmed", "deliberate", "known_job", "bug", "false_alarm"]),
                    expires_at=rng.choice([None, when(at + HOUR)]),
                )  # fmt: skip
                yield said
                play(lines([said]), known=played)
        raised.clear()


def streams(users: int = len(USERS), *, dirt: bool = False, most: int = 8) -> st.SearchStrategy[list[Line]]:
    """Random streams of up to `users` people and `most` episodes."""
    plan = st.lists(st.tuples(st.integers(0, users - 1), st.sampled_from(EPISODES)), min_size=1, max_size=most)
    return st.builds(functools.partial(told, dirt=dirt), st.integers(0, 2**32), plan)


GAMERS = (Gamer("G01_endless_task", 0.75), Gamer("G02_overnight", 0.75), Gamer("G14_duplicates", 0.75))
LOOKALIKES = ("L7_builder_critic", "L10_same_response", "L8_heartbeat", "L9_client_bug")


@functools.cache
def slice_of_company(most: int = 6000, days: int = 3) -> tuple[Line, ...]:
    """The first records of a small company with gamers and look-alikes, at least the first day whole."""
    mix = Mix("tests", dict.fromkeys(LOOKALIKES, 1), GAMERS, onset=0)
    company = Company(seed="laws", people=10, days=days, mix=mix, duplicates=0.01)
    return tuple(lines(itertools.islice(company.records(), most)))
