"""Who works here: roles with their own weeks and needs, time zones, part-timers, newcomers, people on leave."""

from dataclasses import dataclass, field
from datetime import timedelta, timezone

from detector.evaluate.otherworld.chance import Chance, chance


@dataclass(frozen=True, slots=True)
class Role:
    """What a job needs of an agent.

    Attributes:
        share: Weight of the role in the company.
        sessions: Mean sessions on an ordinary working day.
        steps: Mean tool steps that one prompt sets off.
        week: Relative need from Monday to Sunday; 0 is a day without.
        kept: Share of finished work that is kept.
        clients: The programs in use, the first for most of the work.
        tier: The size of model usually chosen.
    """

    share: float
    sessions: float
    steps: float
    week: tuple[float, ...]
    kept: float
    clients: tuple[str, ...]
    tier: str = "medium"


STEADY = (1.0, 1.1, 1.1, 1.05, 0.8, 0.06, 0.05)
FRONT = (1.4, 1.2, 1.0, 0.8, 0.5, 0.0, 0.0)
ROLES = {
    "backend": Role(0.24, 3.0, 6.0, STEADY, 0.82, ("terminal", "editor", "mesh")),
    "frontend": Role(0.15, 3.4, 4.5, STEADY, 0.78, ("editor", "mesh", "terminal")),
    "platform": Role(0.09, 2.4, 8.0, STEADY, 0.8, ("mesh", "terminal"), "large"),
    "data": Role(0.12, 2.6, 3.5, (1.1, 1.1, 1.0, 1.0, 0.9, 0.15, 0.2), 0.6, ("notebook", "terminal", "mesh")),
    "operations": Role(0.08, 1.9, 4.0, (1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5), 0.7, ("mesh", "gateway")),
    "quality": Role(0.08, 2.2, 4.5, (0.7, 0.8, 1.1, 1.4, 1.3, 0.0, 0.0), 0.75, ("terminal", "gateway", "mesh")),
    "design": Role(0.06, 1.7, 2.0, FRONT, 0.45, ("chat", "mesh")),
    "support": Role(0.08, 3.2, 1.5, (1.3, 1.1, 1.0, 1.0, 1.0, 0.4, 0.0), 0.85, ("chat", "gateway", "mesh"), "mini"),
    "writer": Role(0.05, 1.7, 1.5, FRONT, 0.7, ("chat",)),
    "manager": Role(0.05, 0.9, 1.0, (1.2, 1.0, 1.0, 0.8, 0.6, 0.0, 0.1), 0.7, ("chat", "mesh")),
}
"""Ten jobs; `week` says when the work falls, so a Friday is not the same for a tester and for a designer."""

ZONES = (-8.0, -8.0, -5.0, -5.0, -5.0, -3.0, 0.0, 1.0, 1.0, 1.0, 2.0, 3.0, 5.5, 5.5, 8.0, 9.0, 10.0)
"""Hours from UTC, as often as the company has people there."""


@dataclass(slots=True)
class Person:
    """One user as the world knows them."""

    user: str
    tenant: str
    team: str
    role: str
    zone: float
    appetite: float
    part_time: bool
    tenure_days: int
    joined: int = -1
    leave: range = field(default_factory=lambda: range(0))
    night: bool = False
    persona: str = "plain"
    behaviour: str | None = None

    @property
    def job(self) -> Role:
        return ROLES[self.role]

    @property
    def offset(self) -> timezone:
        """The person's clock: a fixed offset, the same all stream long."""
        return timezone(timedelta(hours=self.zone))

    @property
    def zone_name(self) -> str:
        """The offset as people write it, such as `UTC+05:30`."""
        minutes = round(abs(self.zone) * 60)
        return f"UTC{'-' if self.zone < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def draw_people(seed: int, count: int, days: int) -> list[Person]:
    """The company's people in no particular order; names come from chance, so they say nothing of what people do."""
    dice = chance(seed, "people")
    tenants = [dice.token(6) for _ in range(1 if count < 60 else 2)]
    return [_person(dice, tenants, days) for _ in range(count)]


def _person(dice: Chance, tenants: list[str], days: int) -> Person:
    role = dice.choices(list(ROLES), [job.share for job in ROLES.values()])[0]
    tenant = tenants[0] if dice.random() < 0.7 else tenants[-1]
    joined = dice.randrange(1, max(2, days * 2 // 3)) if dice.flip(0.06) else -1
    away = dice.randrange(days) if dice.flip(0.12) else days
    return Person(
        user=dice.token(10),
        tenant=tenant,
        team=f"{tenant[:3]}-{role[:4]}-{dice.randrange(1, 4)}",
        role=role,
        zone=dice.choice(ZONES),
        # A Pareto tail on a gamma body: the top tenth of honest people uses about ten times the median.
        appetite=dice.gamma(0.8, 1.6) * dice.pareto(0.7, 1.5, 12.0),
        part_time=dice.flip(0.14),
        tenure_days=0 if joined >= 0 else int(dice.weibullvariate(900, 0.9)) + 20,
        joined=joined,
        leave=range(away, away + dice.randrange(2, 11)) if away < days else range(0),
        night=dice.flip(0.04),
    )
