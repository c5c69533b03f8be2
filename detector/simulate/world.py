"""What one run of the company shares: its clock and settings, and what is remembered of each person from day to day."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.simulate.catalogue import MEDIUM, Calendar, Model, Projects, Targets

if TYPE_CHECKING:
    from detector.simulate.roster import Person
    from detector.simulate.session import Session

DAY = 86_400.0
PRICE_CUT = 0.8
"""Factor on the medium model's price from the day of the price cut on."""


@dataclass(frozen=True, slots=True)
class World:
    """The settings of a run. Times are Unix seconds; `coverage` is the chance that a client that can report outcomes
    does so for a session; `outcome_drop` is the share of outcome records lost on the way; `disorder` the most seconds
    that a record arrives late; `duplicates` the share of records delivered twice.
    """

    seed: str
    start: float
    days: int
    projects: Projects
    calendar: Calendar
    targets: Targets
    coverage: float = 0.88
    outcome_drop: float = 0.0
    disorder: float = 30.0
    duplicates: float = 0.001

    @property
    def end(self) -> float:
        """The first instant that is not simulated any more."""
        return self.start + self.days * DAY

    def price_factor(self, model: Model, day: int) -> float:
        """What the calendar does to a model's price."""
        cut = self.calendar.price_cut
        return PRICE_CUT if model is MEDIUM and 0 <= cut <= day else 1.0


@dataclass(slots=True)
class Ledger:
    """What was really emitted of one person's calls, all of them or those of the gaming workload."""

    cost_usd: float = 0.0
    invocations: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    sessions: dict[str, None] = field(default_factory=dict)

    def enter(self, at: float, cost: float) -> None:
        """One call, at its time."""
        self.cost_usd += cost
        self.invocations += 1
        self.first = min(self.first, at)
        self.last = max(self.last, at)


@dataclass(slots=True)
class Memory:
    """One person from day to day: the books, sessions kept open, dollars of this week by agent, the team's memories."""

    person: "Person"
    total: Ledger = field(default_factory=Ledger)
    workload: Ledger = field(default_factory=Ledger)
    open: dict[str, "Session"] = field(default_factory=dict)
    week_usd: dict[str, float] = field(default_factory=dict)
    team: list["Memory"] = field(default_factory=list, repr=False)
