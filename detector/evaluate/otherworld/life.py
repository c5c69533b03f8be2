"""One person at work: their clock, their desks, their projects, and what they have done today."""

import math
from typing import Protocol

from detector.evaluate.otherworld.chance import Chance, chance
from detector.evaluate.otherworld.clients import CLIENTS
from detector.evaluate.otherworld.desk import Call, Desk
from detector.evaluate.otherworld.market import Market
from detector.evaluate.otherworld.outbox import Outbox
from detector.evaluate.otherworld.people import Person
from detector.evaluate.otherworld.prompts import Topic, keyed
from detector.evaluate.otherworld.rhythm import Calendar, Rhythm


class Habit(Protocol):
    """Something that a person does with agents, day after day."""

    def day(self, day: int) -> None:
        """Does what is due on that day of the stream."""
        ...


class Life:
    """What every habit of one person shares."""

    def __init__(self, seed: int, person: Person, calendar: Calendar, market: Market, outbox: Outbox) -> None:
        self.seed, self.person, self.calendar, self.market, self.outbox = seed, person, calendar, market, outbox
        self.chance = chance(seed, "life", person.user)
        self.rhythm = Rhythm(person, calendar, chance(seed, "rhythm", person.user))
        self.made: list[Call] = []
        self.tier = person.job.tier
        self.ceiling = math.inf
        """Dollars of honest work after which the person stops for now; only those who count their minimum have one."""
        self.projects = [f"{person.team}-{n}" for n in sorted(self.chance.sample(range(1, 8), 3))]
        self._desks: dict[str, Desk] = {}

    def desk(self, client: str) -> Desk:
        """The person's copy of that program, set up at first use."""
        if client not in self._desks:
            dice = chance(self.seed, "desk", self.person.user, client)
            desk = Desk(self.person, CLIENTS[client], dice, self.market, self.outbox)
            desk.on_call = self.made
            self._desks[client] = desk
        return self._desks[client]

    def desk_of_work(self) -> Desk:
        """The program at hand for ordinary work: mostly the person's first."""
        own = self.person.job.clients
        favourite = own[keyed("favourite", self.person.user) % len(own)]
        return self.desk(favourite if self.chance.flip(0.85) else self.chance.choice(own))

    def topic(self, project: str, files: int = 6) -> Topic:
        """A new matter in a project; all matters of one project sound somewhat alike."""
        return Topic(self.chance, keyed("project", self.seed, project), files)

    def dice(self, *words: object) -> Chance:
        """A stream of chance of one habit, so that habits do not disturb each other's."""
        return chance(self.seed, self.person.user, *words)

    def midnight(self, day: int) -> float:
        """When that day begins on the person's clock, Unix seconds."""
        return self.calendar.midnight(self.person, day)

    def clients(self) -> list[str]:
        """The programs that the person has used so far."""
        return sorted(self._desks)
