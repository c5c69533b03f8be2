"""One day of one person's gaming: the money there is to burn, and the sessions it is burned in."""

from dataclasses import dataclass

from detector.simulate.catalogue import Agent, Model
from detector.simulate.chance import lognormal
from detector.simulate.honest import KINDS, ask, some_effort, toil
from detector.simulate.prompts import Prompt, fixed
from detector.simulate.session import Desk, Disguise, Session

MOST_CALLS = 20_000
"""Calls a day of one workload: one every four seconds around the clock (the largest published is 51,000)."""


@dataclass(slots=True)
class Burn:
    """One day of a gaming workload: where it burns, how many dollars (`share` of the person's spend), how it hides."""

    desk: Desk
    usd: float
    share: float
    disguise: Disguise
    checks: int = 0

    def left(self) -> bool:
        """Is there money to burn, and are there calls to burn it with? To be asked before each call."""
        self.checks += 1
        return self.desk.burned < self.usd and self.checks <= MOST_CALLS

    def open(self, at: float, agent: Agent | None = None, model: Model | None = None, project: str | None = None,
             effort: str | None = None, context: int | None = None) -> Session:  # fmt: skip
        """A session of the workload, by default with the person's own agent, model and project."""
        desk, person = self.desk, self.desk.person
        return Session(desk, at, agent or person.agent, model or person.models.pick(desk.rng),
                       project or person.projects[0], gaming=True, disguise=self.disguise,
                       effort=effort or some_effort(desk.rng),
                       context=context)  # fmt: skip

    def own(self, *words: object, chars: int = 240, target: int | None = None) -> Prompt:
        """A constant prompt of this person."""
        return fixed(self.desk.person.seed, *words, chars=chars, target=target)

    def ignored(self, session: Session) -> None:
        """What becomes of it: nothing; mostly known late."""
        rng = session.desk.rng
        fate = rng.choice(("no_op", "no_op", "discarded", "discarded", "rejected", ""))
        if fate:
            session.fate(fate, lognormal(rng, 3_600.0, 1.3))

    def pointless(self, at: float, usd: float, kind: str = "lookup", **how: Agent | Model | str | None) -> None:
        """Sessions shaped like honest ones, in a row, worth `usd` dollars, of which nothing is ever used."""
        rng, shape, ends = self.desk.rng, KINDS[kind], self.desk.burned + usd
        while self.left() and self.desk.burned < ends:
            session, prompt = self.open(at, **how), None  # type: ignore[arg-type]  # the caller's names are open()'s
            for _ in range(rng.randint(2, 6)):
                prompt = ask(session, shape, prompt, 1.0)
                toil(session, shape, rng.randint(1, 6), 1.0, float("inf"))
                if self.desk.burned >= ends:
                    break
            self.ignored(session)
            at = session.at + rng.uniform(20, 300)
