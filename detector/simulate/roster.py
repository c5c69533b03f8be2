"""The people of the company: roles, teams, time zones, hours, how much each uses, all drawn from one seed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from detector.simulate.catalogue import (
    CHAT,
    CODE,
    DESK,
    IDE,
    LARGE,
    MEDIUM,
    PREMIUM,
    SHELL,
    SMALL,
    Agent,
    Model,
    Projects,
)  # fmt: skip
from detector.simulate.chance import Weighted, key64, mix64, seeded

LEVEL_SIGMA = 1.45
"""Sigma of the lognormal between people: Gini 0.68 by itself; published products report 0.72-0.77 (1.5-1.7)."""

DAY_SIGMA = 0.8
"""Sigma of the lognormal from day to day of one person."""

WEEKEND = 0.18
"""Attendance on a weekend day, relative to a weekday."""

AWAY = 0.17
"""Share of people who leave the agents alone for a whole week: published weekly-active rates are 71-90 %."""

PART_TIME = 0.62
"""Attendance of part-timers, relative to their colleagues: about three days of five."""

MEAN_ACTIVE_DAY_USD = 13.0
"""The published mean of an enterprise's developer on an active day, dollars."""

MOST_LEVEL_USD = 400.0
"""No ordinary person's usual day costs more; the largest month reported, 47,000, is 2,000 a working day."""


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of job: its share of the company, level (in log dollars), days, kinds of session, agents."""

    name: str
    share: float
    level: float
    attendance: float
    kinds: Weighted[str]
    agents: Weighted[Agent]
    discards: float = 0.12


def _role(name: str, share: float, level: float, attendance: float, kinds: Mapping[str, float],
          agents: Mapping[Agent, float], discards: float = 0.12) -> Role:  # fmt: skip
    return Role(name, share, level, attendance, Weighted(kinds), Weighted(agents), discards)


_CODERS = {CODE: 0.55, IDE: 0.35, SHELL: 0.10}
_TALKERS = {CHAT: 0.8, DESK: 0.2}
ROLES = {
    role.name: role
    for role in (
        _role("backend", 0.23, 0.3, 0.84, {"coding": 5, "chat": 3, "lookup": 2, "review": 1, "fanout": 0.3}, _CODERS),
        _role("frontend", 0.14, 0.2, 0.82, {"coding": 5, "chat": 4, "lookup": 1, "review": 1}, _CODERS),
        _role(
            "data", 0.12, 0.1, 0.78, {"analysis": 5, "chat": 2, "coding": 2, "lookup": 1}, {CODE: 0.6, IDE: 0.4}, 0.25
        ),
        _role("sre", 0.08, 0.0, 0.80, {"coding": 2, "lookup": 3, "analysis": 3, "chat": 1}, {SHELL: 0.3, CODE: 0.7}),
        _role("manager", 0.09, -1.2, 0.42, {"chat": 5, "writing": 3, "lookup": 1}, _TALKERS),
        _role(
            "researcher",
            0.07,
            0.4,
            0.80,
            {"analysis": 4, "fanout": 1, "chat": 2, "coding": 2},
            {CODE: 0.7, DESK: 0.3},
            0.4,
        ),
        _role("support", 0.10, -0.6, 0.72, {"lookup": 5, "chat": 4, "writing": 1}, _TALKERS),
        _role("writer", 0.06, -0.4, 0.74, {"writing": 5, "chat": 3}, _TALKERS, 0.25),
        _role(
            "platform", 0.06, 0.5, 0.84, {"coding": 3, "fanout": 2, "review": 1, "analysis": 1}, {CODE: 0.6, DESK: 0.4}
        ),
        _role("analyst", 0.05, -0.5, 0.66, {"analysis": 3, "chat": 4, "writing": 1}, {CHAT: 0.6, IDE: 0.4}),
    )
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A place: its name and hours ahead of UTC in the period (no change of clocks unless a persona says so)."""

    name: str
    offset: float


ZONES = Weighted({
    Zone("America/Los_Angeles", -7.0): 0.25, Zone("America/New_York", -4.0): 0.22, Zone("Europe/London", 1.0): 0.13,
    Zone("Europe/Berlin", 2.0): 0.20, Zone("Asia/Kolkata", 5.5): 0.14, Zone("Asia/Tokyo", 9.0): 0.06,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the platform.

    `level` is the median cost in dollars of one of their active days; `circle` names the people who share a persona's
    or a script's details; `moves` is (day, new hours ahead of UTC); `buggy` runs the client with the context bug;
    `eager` takes the launched model at once and for everything; `ramp_days` is how long somebody new takes to full use.
    """

    user: str
    tenant: str
    team: str
    role: Role
    zone: Zone
    part_time: bool
    tenure_days: int
    level: float
    attendance: float
    hours: Weighted[int]
    agent: Agent
    second: Agent
    models: Weighted[Model]
    projects: tuple[str, ...]
    startup: int
    reports: bool
    identity: str
    seed: str
    routines: tuple[str, ...] = ()
    circle: str = ""
    day_sigma: float = DAY_SIGMA
    weekend: float = WEEKEND
    moves: tuple[int, float] | None = None
    buggy: bool = False
    eager: bool = False
    ramp_days: int = 0

    def offset_on(self, day: int) -> float:
        """Hours ahead of UTC on a day: those of the place, or of where the person has moved by then."""
        return self.moves[1] if self.moves and day >= self.moves[0] else self.zone.offset

    @property
    def presence(self) -> float:
        """The share of calendar days that the person works with agents, 0-1."""
        part = PART_TIME if self.part_time else 1.0
        return self.attendance * part * (1.0 - AWAY) * (5.0 + 2.0 * self.weekend) / 7.0

    @property
    def usual_usd(self) -> float:
        """Expected dollars of a calendar day of honest work."""
        return self.level * math.exp(self.day_sigma**2 / 2.0) * self.presence


def hours_of(rng: Random, start: float = 9.0, late: float = 0.06) -> Weighted[int]:
    """An hour profile of one's own: a morning start, a lunch dip, an end after 8-10 hours, some evenings."""
    begin = start + rng.gauss(0, 1.1)
    end = begin + rng.uniform(7.5, 10.0)
    lunch = 12 if begin < 9.5 else 13
    return Weighted({
        hour: 0.45 if hour == lunch else 1.0 if begin <= hour < end else late if end <= hour < end + 5 else 0.002
        for hour in range(24)
    })  # fmt: skip


def recruit(seed: str, people: int, tenants: tuple[str, ...], projects: Projects) -> list[Person]:
    """The whole company. Levels are stratified, so that its mean does not hang on a few draws."""
    rng = seeded(seed, "roster")
    quantiles = [(i + 0.5) / people for i in range(people)]
    rng.shuffle(quantiles)
    roles = Weighted({name: role.share for name, role in ROLES.items()})
    own_sigma = (LEVEL_SIGMA**2 - _role_variance()) ** 0.5
    persons: list[Person] = []
    for number, (team, size) in enumerate(_teams(rng, people)):
        zone, tenant = ZONES.pick(rng), tenants[number % len(tenants)]
        for _ in range(size):
            normal = NormalDist(0.0, own_sigma).inv_cdf(quantiles[len(persons)])
            home = zone if rng.random() < 0.8 else ZONES.pick(rng)
            own = projects.registered[number * 4 : number * 4 + 4] or projects.registered[:4]
            persons.append(_person(seed, len(persons), tenant, team, ROLES[roles.pick(rng)], home, normal, own))
    return persons


def _teams(rng: Random, people: int) -> list[tuple[str, int]]:
    """Teams of 5-12 under random-looking ids; what is left over joins the last."""
    teams: list[tuple[str, int]] = []
    left = people
    while left:
        size = min(left, rng.randint(5, 12))
        size = left if left - size < 5 and left <= 12 else size if left - size >= 5 else left - 5
        teams.append((f"team-{rng.getrandbits(20):05x}", size))
        left -= size
    return teams


def _role_variance() -> float:
    mean = sum(role.share * role.level for role in ROLES.values())
    return sum(role.share * (role.level - mean) ** 2 for role in ROLES.values())


ROUTINES = (("heartbeat", 0.12), ("digest", 0.08))
"""Automations that plain people run besides, with their shares: the platform is advertised for them."""

_MEDIAN_LEVEL = 1.4 * MEAN_ACTIVE_DAY_USD * math.exp(-(LEVEL_SIGMA**2 + DAY_SIGMA**2) / 2)


def _person(seed: str, number: int, tenant: str, team: str, role: Role, zone: Zone, normal: float,
            projects: tuple[str, ...]) -> Person:  # fmt: skip
    """One person's habits, from a generator of their own: adding people changes nobody else."""
    rng = seeded(seed, "person", number)
    level = min(MOST_LEVEL_USD, _MEDIAN_LEVEL * math.exp(normal + role.level))
    taste = rng.gauss(0, 0.6)
    premium = 0.15 * min(3.0, (level / _MEDIAN_LEVEL) ** 0.3)
    return Person(
        user=f"u-{mix64(key64(seed, 'user'), number):016x}"[:14], tenant=tenant, team=team, role=role, zone=zone,
        part_time=rng.random() < 0.1, tenure_days=int(rng.expovariate(1 / 700)) + (0 if rng.random() < 0.05 else 45),
        level=level, attendance=role.attendance, hours=hours_of(rng), agent=role.agents.pick(rng),
        second=role.agents.pick(rng), projects=tuple(rng.sample(projects, min(len(projects), rng.randint(2, 3)))),
        models=Weighted({SMALL: 0.15, MEDIUM: 0.5, LARGE: max(0.05, 0.3 + 0.3 * taste), PREMIUM: premium}),
        startup=int(rng.uniform(0, 12_000) + (rng.random() < 0.25) * rng.uniform(10_000, 30_000)),
        reports=rng.random() < 0.9, identity="human" if rng.random() < 0.85 else "unknown",
        routines=tuple(name for name, share in ROUTINES if rng.random() < share), seed=f"{seed}|{number}",
    )  # fmt: skip
