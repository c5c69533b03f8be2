"""The company: people cast into parts, their days played, records merged by arrival, the truth kept apart."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from detector.simulate.cast import Cast, cast
from detector.simulate.catalogue import Calendar, Projects, Targets
from detector.simulate.chance import seeded
from detector.simulate.gaming import BEHAVIOURS, Burn
from detector.simulate.honest import AWAY, WEEKEND, ordinary_day
from detector.simulate.mix import Mix
from detector.simulate.roster import DAY_SIGMA, Person, recruit
from detector.simulate.session import Desk
from detector.simulate.truth import tell
from detector.simulate.world import DAY, Memory, World

START = datetime(2026, 5, 4, tzinfo=UTC)
"""A Monday."""

SAFETY = 14 * 3600.0
"""No local day begins earlier than this before the UTC day of the same date (UTC+14), seconds."""


class Company:
    """A synthetic company of about `people` people (as many more as the mix needs) over `days` days.

    The same arguments give the same bytes, whatever the process or hash seed. `outcome_drop` (0-1) loses outcomes on
    the way, `duplicates` (0-1) delivers records twice, `disorder` (seconds, up to 60) is how late some arrive.

    >>> company = Company(seed="doc", people=5, days=1, mix="honest")
    >>> list(company.records()) == list(Company(seed="doc", people=5, days=1, mix="honest").records())
    True
    """

    def __init__(self, *, seed: object = 1, people: int = 200, days: int = 14, start: datetime = START,
                 mix: Mix | str = "default", outcome_drop: float = 0.0, duplicates: float = 0.001,
                 disorder: float = 30.0, tenants: tuple[str, ...] = ("default",)) -> None:  # fmt: skip
        if start.tzinfo is None:
            raise ValueError("start has no offset")
        rng = seeded(seed, "mix")
        self.mix = mix if isinstance(mix, Mix) else Mix.preset(mix, people, rng)
        people = max(people, self.mix.needs() * 3 // 2)
        self.world = World(
            str(seed), start.timestamp(), days, Projects.of(str(seed), people // 8 + 1), Calendar.of(days), Targets(),
            outcome_drop=outcome_drop, duplicates=duplicates, disorder=disorder,
        )  # fmt: skip
        self.casts = cast(recruit(str(seed), people, tenants, self.world.projects), self.mix, days, rng)
        self._truth: list[dict[str, Any]] | None = None

    def records(self) -> Iterator[bytes]:
        """Every record, one JSON document each without line break, in the order of arrival."""
        memories = [Memory(part.person) for part in self.casts]
        waiting: list[tuple[float, bytes]] = []
        for day in range(self.world.days + 1):
            for part, memory in zip(self.casts, memories, strict=True):
                if (day + int(self.world.start // DAY) + 3) % 7 == 0:
                    memory.week_usd.clear()
                waiting += play(self.world, part, memory, day)
            waiting.sort(key=itemgetter(0))
            ready = self.world.start + (day + 1) * DAY - SAFETY if day < self.world.days else float("inf")
            sent = 0
            for arrival, line in waiting:
                if arrival >= ready:
                    break
                sent += 1
                yield line
            del waiting[:sent]
        self._truth = list(tell(self.casts, memories))

    def truth(self) -> list[dict[str, Any]]:
        """What nobody outside knows: a line a user, a line a gaming workload. Plays the company if nobody has yet."""
        if self._truth is None:
            for _ in self.records():
                pass
        return self._truth or []


def play(world: World, part: Cast, memory: Memory, day: int) -> Iterator[tuple[float, bytes]]:
    """One person's local day: ordinary work, what the persona adds, what the gamer burns."""
    persona, gamer = part.persona, part.gamer
    if persona is None or persona.ordinary:
        desk = Desk(world, memory, day, "ordinary")
        ordinary_day(desk)
        yield from desk.lines
    if persona is not None and persona.day is not None:
        desk = Desk(world, memory, day, "persona")
        persona.day(desk)
        yield from desk.lines
    if gamer is not None and day >= part.onset:
        behaviour = BEHAVIOURS[gamer.behaviour]
        desk = Desk(world, memory, day, "gaming")
        if desk.rng.random() < behaviour.chance:
            share = gamer.intensity / (1.0 - gamer.intensity) / behaviour.chance
            behaviour.run(Burn(desk, share * usual_usd(part.person) * desk.rng.uniform(0.7, 1.3), gamer.disguise))
        yield from desk.lines


def usual_usd(person: Person) -> float:
    """Expected dollars of a calendar day of the person's honest work."""
    presence = person.attendance * (0.62 if person.part_time else 1.0) * (1.0 - AWAY) * (5 + 2 * WEEKEND) / 7
    return person.level * math.exp(DAY_SIGMA**2 / 2) * presence
