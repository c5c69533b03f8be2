"""How people game: each behaviour burns a day's dollars in its own way, beside the honest work of the same person.

`BEHAVIOURS` names, for each, how often it happens, what a detector should lead with, and whether the contract lets that
be an alert about one person at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from detector.simulate.catalogue import LARGE, MEDIUM, SMALL, Agent, Model
from detector.simulate.chance import key64, lognormal, mix64
from detector.simulate.honest import TOOLS, step
from detector.simulate.prompts import Prompt, aimed, filled, fixed, novel
from detector.simulate.session import Desk, Disguise, Session

MOST_CALLS = 60_000
"""Calls a day of one workload: the largest published is 51,000 a day."""


@dataclass(slots=True)
class Burn:
    """One day of a gaming workload: where it burns, how many dollars, behind which disguise."""

    desk: Desk
    usd: float
    disguise: Disguise
    checks: int = 0

    def left(self) -> bool:
        """Is there money to burn, and are there calls to burn it with? To be asked before each call."""
        self.checks += 1
        return self.desk.burned < self.usd and self.checks <= MOST_CALLS

    def open(self, at: float, agent: Agent | None = None, model: Model | None = None, project: str | None = None,
             effort: str | None = None, context: int | None = None) -> Session:  # fmt: skip
        """A session of the workload, by default with the person's own agent, model and project."""
        desk = self.desk
        person = desk.person
        return Session(desk, at, agent or person.agent, model or person.models.pick(desk.rng),
                       project or person.projects[0], gaming=True, disguise=self.disguise, effort=effort,
                       context=context)  # fmt: skip

    def own(self, *words: object, chars: int = 240, target: int | None = None) -> Prompt:
        """A constant prompt of this person."""
        return fixed(self.desk.person.seed, *words, chars=chars, target=target)

    def ignored(self, session: Session) -> None:
        """What becomes of it: nothing, mostly known late."""
        rng = session.desk.rng
        fate = rng.choice(("no_op", "no_op", "discarded", "discarded", "rejected", ""))
        if fate:
            session.fate(fate, lognormal(rng, 3_600.0, 1.3))


def endless_task(burn: Burn) -> None:
    """G01: one order in the morning or evening, then hundreds of equal steps that lead nowhere."""
    rng = burn.desk.rng
    session = burn.open(burn.desk.at(rng.choice((9.5, 17.5, 21.0)) + rng.random()), model=rng.choice((MEDIUM, LARGE)))
    orders = [burn.own("endless", number) for number in range(3)]
    session.call(orders[0], 600, 250, "manual")
    corner, pace = key64(session.project, "endless"), rng.uniform(8, 30)
    while burn.left():
        session.wait(pace * rng.uniform(0.9, 1.1))
        tool = rng.choice(("read", "read", "search", "shell"))
        prompt = (
            step(rng, tool, mix64(corner, rng.randrange(3)), session.project)
            if rng.random() < 0.7
            else rng.choice(orders)
        )
        session.call(prompt, rng.gauss(700, 60), rng.gauss(380, 20), tool=tool)
    burn.ignored(session)


def duplicates(burn: Burn) -> None:
    """G14: honest-looking questions, each sent again after its answer was fine, minutes later, often elsewhere."""
    rng = burn.desk.rng
    while burn.left():
        session = burn.open(burn.desk.some_time())
        for _ in range(rng.randint(2, 6)):
            prompt = novel(rng, int(lognormal(rng, 220, 0.8)))
            size = lognormal(rng, 3_000, 0.8)
            session.wait(rng.uniform(40, 240))
            session.call(prompt, size, lognormal(rng, 400, 0.5), "manual")
            for _ in range(rng.choice((1, 1, 1, 2))):
                again = (
                    session
                    if rng.random() < 0.5
                    else burn.open(session.at, session.agent, session.model, session.project)
                )
                again.wait(rng.uniform(30, 400))
                again.call(prompt, size, lognormal(rng, 400, 0.5), "manual")
                session.at = max(session.at, again.at)
        burn.ignored(session)


def micro_flood(burn: Burn) -> None:
    """G16: a tiny call every two seconds or so, around the clock as long as the money lasts."""
    rng = burn.desk.rng
    session = burn.open(burn.desk.at(0.0), model=SMALL, context=0)
    order = burn.own("micro", chars=300)
    pace = max(4.0, 86_400.0 / max(1.0, burn.usd / 0.0009))
    while burn.left() and session.at < burn.desk.at(24.0):
        session.wait(pace * rng.uniform(0.97, 1.03))
        session.context, session.warm_until = 0, 0.0
        session.call(filled(order, rng.getrandbits(12)), rng.gauss(440, 25), max(8, rng.gauss(68, 6)), "manual")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A way of gaming: `chance` of a day with it, the typologies a detector may lead with, whether they may page."""

    name: str
    run: Callable[[Burn], None]
    expected: frozenset[str]
    chance: float = 0.7
    person_alert: bool = True
    group: int = 1


def _table(*behaviours: Behaviour) -> dict[str, Behaviour]:
    return {behaviour.name: behaviour for behaviour in behaviours}


BEHAVIOURS = _table(
    Behaviour("G01_endless_task", endless_task, frozenset({"unproductive_loop", "unattended_burn", "low_yield_burn"})),
    Behaviour("G14_duplicates", duplicates, frozenset({"duplicate_prompting", "low_yield_burn"})),
    Behaviour("G16_micro_flood", micro_flood, frozenset({"micro_call_flood", "unproductive_loop", "unattended_burn",
                                                         "duplicate_prompting"}), chance=1.0),
)  # fmt: skip

_ = (TOOLS, aimed)
