"""People of the company: role, place, hours, appetite for the platform, and how much of their work it reports back."""

from dataclasses import dataclass
from math import exp

from tests.apart.dice import Dice
from tests.apart.prices import LARGE, MIDDLE, OTHER_MIDDLE, SMALL

TEAM_SIZE = 8

ROLES = {"engineer": 0.46, "support": 0.13, "analyst": 0.12, "manager": 0.11, "designer": 0.09, "researcher": 0.09}

# Median calls a day on which the platform is used at all; with the spreads below an engineer spends about nine dollars
# on a mean active day and fewer than 30 on nine days of ten, between the 6 and the 13 dollars that vendors publish.
CALLS_A_DAY = {"engineer": 66.0, "support": 26.0, "analyst": 34.0, "manager": 8.0, "designer": 18.0, "researcher": 44.0}
CALLS_SIGMA = 0.85  # between people; with model and context size spend differs by a sigma of about 1.3
CALLS_CEILING = 420.0  # calls a day: more is automation, which is modelled apart
CONTEXT_SIGMA = 0.45  # how much context people carry, a habit as lasting as their appetite

TIME_ZONES = {
    "Europe/Berlin": 0.26,
    "America/New_York": 0.22,
    "America/Los_Angeles": 0.18,
    "Asia/Kolkata": 0.18,
    "Europe/London": 0.10,
    "Asia/Tokyo": 0.06,
}
MODELS = {MIDDLE: 0.40, LARGE: 0.38, OTHER_MIDDLE: 0.14, SMALL: 0.08}
VERSIONS = {"3.8.2": 0.55, "3.8.0": 0.25, "3.7.5": 0.15, "3.6.1": 0.05}

PART_TIME_SHARE = 0.12
JOINER_SHARE = 0.07
# Some surfaces (a bare terminal, a chat bridge) report next to nothing of what became of the work.
HARDLY_REPORTING_SHARE = 0.13
# Edits are decided in the editor; what became of an answer or a job's report shows only when it is opened or swept.
REPORTED = {"edit": 1.0, "answer": 0.85, "job": 0.92}


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the company and the habits that last the whole month."""

    number: int
    user: str
    team: str
    role: str
    time_zone: str
    part_time: bool
    tenure_days: int
    identity: str
    workdays: frozenset[int]
    starts_at: float
    works_hours: float
    shows_up: float
    calls_a_day: float
    context: float
    model: str
    effort: str | None
    version: str
    cache_lifetime: float
    coverage: float
    knack: float
    sends_tree: bool

    @property
    def team_number(self) -> int:
        return self.number // TEAM_SIZE

    def reporting(self, kind: str) -> float:
        """The share of such work whose end the platform hears of, whatever it was done for."""
        return min(0.97, self.coverage * REPORTED[kind])

    def projects(self) -> list[str]:
        """The repositories and folders of the team."""
        return [f"{name}-{self.team_number:02d}" for name in ("api", "web", "data", "ops")]


def draw_person(dice: Dice, number: int, role: str | None = None) -> Person:
    role = role or dice.weighted(ROLES)
    part_time = dice.chance(PART_TIME_SHARE)
    joiner = dice.chance(JOINER_SHARE)
    appetite = CALLS_A_DAY[role] * exp(CALLS_SIGMA * dice.normal())
    return Person(
        number=number,
        user=f"u-{dice.bits(32):08x}{number:03x}",
        team=f"team-{number // TEAM_SIZE:02d}",
        role=role,
        time_zone=dice.weighted(TIME_ZONES),
        part_time=part_time,
        tenure_days=dice.whole(3, 45) if joiner else round(min(5000.0, 60 + dice.around(500, 0.9))),
        identity="unknown" if dice.chance(0.1) else "human",
        workdays=_workdays(dice, part_time=part_time),
        starts_at=8.6 + 0.8 * dice.normal(),
        works_hours=5.0 if part_time else dice.between(7.5, 9.5),
        shows_up=dice.between(0.45, 0.75) if role == "manager" else dice.between(0.7, 0.98),
        calls_a_day=min(CALLS_CEILING, appetite),
        context=dice.around(1.0, CONTEXT_SIGMA),
        model=dice.weighted(MODELS),
        effort=dice.weighted({None: 0.4, "medium": 0.35, "high": 0.15, "low": 0.1}),
        version=dice.weighted(VERSIONS),
        cache_lifetime=3600.0
        if dice.chance(0.55)
        else 300.0,  # seconds: subscriptions keep a cache an hour, keys 5 minutes
        coverage=dice.between(0.0, 0.1) if dice.chance(HARDLY_REPORTING_SHARE) else dice.between(0.42, 0.95),
        knack=dice.around(1.0, 0.35),
        sends_tree=not dice.chance(0.08),  # old bridges leave out parents and roots
    )


def _workdays(dice: Dice, *, part_time: bool) -> frozenset[int]:
    if not part_time:
        return frozenset(range(5))
    first = dice.whole(0, 2)
    return frozenset(range(first, first + 3))
