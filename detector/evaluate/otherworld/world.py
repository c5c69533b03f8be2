"""The other world: its people's days, merged into one stream in the order of arrival."""

from collections.abc import Iterator
from typing import Any

from detector.evaluate.otherworld.cast import Cast, cast
from detector.evaluate.otherworld.chance import chance
from detector.evaluate.otherworld.gaming.catalogue import SCHEMES
from detector.evaluate.otherworld.life import Habit, Life
from detector.evaluate.otherworld.lookalikes.catalogue import PERSONAS
from detector.evaluate.otherworld.market import DAY, Market
from detector.evaluate.otherworld.mix import Mix
from detector.evaluate.otherworld.outbox import Outbox
from detector.evaluate.otherworld.people import draw_people
from detector.evaluate.otherworld.register import register
from detector.evaluate.otherworld.rhythm import Calendar
from detector.evaluate.otherworld.truth import user_line, workload_lines
from detector.evaluate.otherworld.work import OrdinaryWork

FIRST_MONDAY = 1_767_571_200.0
"""5 January 2026, 00:00 UTC: worlds start on one of the 200 days after it, so weekdays fall differently."""

EAST = 14 * 3_600.0
"""Seconds that the earliest clock is ahead of UTC: when day d is done, nothing of day d + 1 comes before that."""


class _Inhabitant:
    """One person in action."""

    def __init__(self, life: Life, role: Cast) -> None:
        self.life, self.plots, self.zone = life, role.plots, life.person.zone_name
        persona = PERSONAS[life.person.persona]
        self.habits: list[Habit] = []
        if persona.work > 0 and role.work > 0:
            self.habits.append(OrdinaryWork(life, persona.work * role.work, persona.kept))
        self.habits += [make(life) for make in persona.habits]
        self.schemes: list[Habit] = [SCHEMES[plot.behaviour].make(life, plot) for plot in role.plots]

    def day(self, day: int) -> None:
        """Honest work first: gaming is a share of it."""
        self.life.made.clear()
        for habit in (*self.habits, *self.schemes):
            habit.day(day)

    def lines(self) -> Iterator[dict[str, Any]]:
        """What the truth says of this person."""
        person = self.life.person
        yield user_line(person, self.plots, self.life.clients(), PERSONAS[person.persona].tolerated) | {
            "time_zone": self.zone
        }
        yield from workload_lines(person, self.plots)


class OtherWorld:
    """A synthetic company, written apart from the first one and on other assumptions, for reporting only.

    Args:
        seed: Same seed, same bytes, in every process.
        people: How many people work here.
        days: How many days the stream lasts.
        mix: `default` (mostly plain honest people), `honest` (nothing else), `lookalikes`, `gamers`.
    """

    def __init__(self, seed: int, people: int = 150, days: int = 14, mix: Mix = "default") -> None:
        self.seed, self.people, self.days, self.mix = seed, people, days, mix
        self._truth: list[dict[str, Any]] | None = None

    def records(self) -> Iterator[bytes]:
        """Contract records, one JSON document each, in the order of arrival; a few twice, a few late."""
        dice = chance(self.seed, "world")
        calendar = Calendar(FIRST_MONDAY + DAY * dice.randrange(200), self.days)
        market = Market.draw(dice, calendar.start, self.days)
        outbox = Outbox(chance(self.seed, "delivery"), calendar.end)
        people = draw_people(self.seed, self.people, self.days)
        roles = cast(self.seed, people, self.days, self.mix)
        inhabitants = [
            _Inhabitant(Life(self.seed, person, calendar, market, outbox), role)
            for person, role in zip(people, roles, strict=True)
        ]
        for day in range(self.days):
            for inhabitant in inhabitants:
                inhabitant.day(day)
            yield from outbox.arrived(calendar.start + (day + 1) * DAY - EAST)
        yield from outbox.arrived(float("inf"))
        self._truth = [line for inhabitant in inhabitants for line in inhabitant.lines()]

    def catalogue(self) -> dict[str, Any]:
        """What the company has put on record: `registered_projects`, `registered_templates`, `weekly_minimum_usd`."""
        people = draw_people(self.seed, self.people, self.days)
        cast(self.seed, people, self.days, self.mix)
        return register(people)

    def truth(self) -> list[dict[str, Any]]:
        """A line a user (`kind` is `user`), then a line for each of their gaming workloads (`workload`)."""
        if self._truth is None:
            for _ in self.records():
                pass
        return self._truth or []
