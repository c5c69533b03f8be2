"""The company: people cast into parts, their days played, records merged by arrival, the truth kept apart."""

from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from detector.simulate.automation import ROUTINES
from detector.simulate.cast import Cast, cast
from detector.simulate.catalogue import Calendar, Projects, Targets
from detector.simulate.chance import seeded
from detector.simulate.gaming import BEHAVIOURS, Burn
from detector.simulate.honest import ordinary_day
from detector.simulate.mix import Mix
from detector.simulate.roster import recruit
from detector.simulate.session import Desk
from detector.simulate.truth import describe, tell
from detector.simulate.world import DAY, Memory, World

START = datetime(2026, 5, 4, tzinfo=UTC)
"""A Monday."""

LEAST_BURN_USD = 0.1
"""A day's gaming is worth at least this, or there would be nothing to see."""

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
        memories = _memories(self.casts)
        waiting: list[tuple[float, bytes]] = []
        for day in range(self.world.days + 1):
            if (day + int(self.world.start // DAY) + 3) % 7 == 0:
                for memory in memories:
                    memory.week_usd.clear()
            for part, memory in sorted(zip(self.casts, memories, strict=True), key=_watches_others):
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

    def catalogue(self) -> dict[str, Any]:
        """What a company knows of itself and would configure a detector with; nothing of who is honest."""
        return describe(self.world, self.casts)


def play(world: World, part: Cast, memory: Memory, day: int) -> Iterator[tuple[float, bytes]]:
    """One person's local day: ordinary work, what the persona adds, what the gamer burns."""
    persona, gamer = part.persona, part.gamer
    if persona is None or persona.ordinary:
        desk = Desk(world, memory, day, "ordinary")
        ordinary_day(desk)
        yield from desk.lines
        for routine in part.person.routines:
            desk = Desk(world, memory, day, routine)
            ROUTINES[routine](desk)
            yield from desk.lines
    if persona is not None and persona.day is not None:
        desk = Desk(world, memory, day, "persona")
        persona.day(desk)
        yield from desk.lines
    if gamer is not None and day >= part.onset:
        behaviour = BEHAVIOURS[gamer.behaviour]
        desk = Desk(world, memory, day, "gaming")
        if desk.rng.random() < behaviour.chance:
            ratio = gamer.intensity / (1.0 - gamer.intensity) / behaviour.chance
            usd = max(LEAST_BURN_USD, ratio * _usual_usd(memory, day) * desk.rng.uniform(0.7, 1.3))
            behaviour.run(Burn(desk, usd, gamer.intensity, gamer.disguise))
        yield from desk.lines


def _usual_usd(memory: Memory, day: int) -> float:
    """Dollars of honest work on a calendar day: what was expected, corrected by what was seen."""
    seen = memory.total.cost_usd - memory.workload.cost_usd
    return (seen + 3.0 * memory.person.usual_usd) / (day + 4.0)


def _memories(casts: list[Cast]) -> list[Memory]:
    """A memory for everybody, each knowing the team's."""
    memories = [Memory(part.person) for part in casts]
    teams: dict[tuple[str, str], list[Memory]] = {}
    for memory in memories:
        memory.team = teams.setdefault((memory.person.tenant, memory.person.team), [])
        memory.team.append(memory)
    return memories


def _watches_others(part: tuple[Cast, Memory]) -> bool:
    """Who looks at the colleagues' spend comes after them in a day."""
    gamer = part[0].gamer
    return gamer is not None and gamer.behaviour == "G06_peer_calibration"
