"""When people work: their own week, in their own time zone."""

from collections.abc import Iterator
from dataclasses import dataclass

from detector.evaluate.otherworld.chance import Chance
from detector.evaluate.otherworld.market import DAY
from detector.evaluate.otherworld.people import Person

HOUR = 3_600.0
"""Seconds in an hour."""


@dataclass(slots=True)
class Calendar:
    """The days of the stream; day 0 begins at `start` (UTC midnight, Unix seconds) in every zone's own clock."""

    start: float
    days: int

    @property
    def end(self) -> float:
        """When the stream stops: nothing is reported that happens later."""
        return self.start + self.days * DAY

    def weekday(self, day: int) -> int:
        """Monday is 0."""
        return (int((self.start + day * DAY) // DAY) + 3) % 7

    def midnight(self, person: Person, day: int) -> float:
        """When that day begins on that person's clock."""
        return self.start + day * DAY - person.zone * HOUR


class Rhythm:
    """One person's week: when they start, how long they work, which days they are not there."""

    def __init__(self, person: Person, calendar: Calendar, chance: Chance) -> None:
        self.person = person
        self.calendar = calendar
        self.chance = chance
        self.starts = 21.0 + chance.uniform(-1, 2) if person.night else min(11.5, max(5.5, chance.gauss(8.8, 1.1)))
        self.long = (4.2 if person.part_time else 8.2) + chance.gauss(0, 0.6)
        self.free = frozenset(chance.sample(range(5), 2)) if person.part_time else frozenset[int]()
        self.split = chance.flip(0.1)

    def need(self, day: int) -> float:
        """How much of an ordinary day's work falls on this day: 0 when the person is away."""
        person, weekday = self.person, self.calendar.weekday(day)
        if day < person.joined or day in person.leave or weekday in self.free:
            return 0.0
        weight = person.job.week[weekday]
        return weight if weekday < 5 or self.chance.flip(weight) else 0.0

    def spans(self, day: int) -> list[tuple[float, float]]:
        """The stretches of the day that the person spends at work, in Unix seconds."""
        chance = self.chance
        begin = self.calendar.midnight(self.person, day) + HOUR * max(0.5, self.starts + chance.gauss(0, 0.5))
        middle = begin + HOUR * self.long * chance.uniform(0.35, 0.6)
        # One in ten has a family or another job in between, and goes on late.
        pause = HOUR * (chance.uniform(3.0, 5.5) if self.split else chance.uniform(0.3, 1.3))
        end = begin + HOUR * max(1.5, self.long + chance.gauss(0, 0.8)) + pause
        return [(begin, middle), (middle + pause, max(end, middle + pause + 0.3 * HOUR))]

    def moments(self, day: int, count: int) -> Iterator[float]:
        """About `count` moments of the day at which something begins; they crowd together, as work does."""
        spans = self.spans(day)
        room = sum(end - begin for begin, end in spans)
        (at, end), rest = spans[0], spans[1:]
        for _ in range(count * 3):
            at += self.chance.weibullvariate(0.8 * room / max(1, count), 0.75)
            while at > end:
                if not rest:
                    return
                at = rest[0][0] + (at - end) % HOUR
                (_, end), rest = rest[0], rest[1:]
            yield at
