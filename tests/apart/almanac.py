"""What happens to the whole company or a team in the month: releases, a hackathon, outages, a new model."""

from dataclasses import dataclass

from tests.apart.activities import EXPLORE, Activity
from tests.apart.clock import weekday
from tests.apart.dice import Dice
from tests.apart.people import Person
from tests.apart.prices import NEWEST, PRICES
from tests.apart.prompts import keyed_hash
from tests.apart.records import Call

HACKATHON_RUSH = 2.6  # times a usual day's calls
RELEASE_RUSH = 1.9
HACKATHON_ATTENDANCE = 0.8
RELEASE_TEAMS = 3  # every third team has its release in one and the same week
ADOPTERS = 0.6  # share of people who move to the newest model at all


@dataclass(frozen=True, slots=True)
class Calendar:
    """Fixed dates of one synthetic month (days since its first Monday)."""

    hackathon: int
    incident: int
    outages: tuple[int, int]
    release_week: int
    new_model: int
    faulty_client: int

    def hacks(self, person: Person, day: int) -> bool:
        """Two days on which half of the teams put their own work aside."""
        joins = person.team_number % 2 == 0 and _share(person, "hackathon") < HACKATHON_ATTENDANCE
        return joins and day in {self.hackathon, self.hackathon + 1}

    def releases(self, person: Person, day: int) -> bool:
        """The last two days before a team's release."""
        due = person.team_number % RELEASE_TEAMS == self.release_week % RELEASE_TEAMS
        return due and day // 7 == self.release_week and weekday(day) in {3, 4}

    def rush(self, person: Person, day: int) -> float:
        if self.hacks(person, day):
            return HACKATHON_RUSH
        return RELEASE_RUSH if self.releases(person, day) else 1.0

    def activity(self, person: Person, day: int, dice: Dice) -> Activity | None:
        """What the day makes people do instead of their usual work, if anything."""
        return EXPLORE if self.hacks(person, day) and dice.chance(0.75) else None

    def moved_to_newest(self, person: Person, day: int) -> bool:
        eagerness = _share(person, "model") / ADOPTERS
        return eagerness < 1.0 and day >= self.new_model + round(6 * eagerness)

    @staticmethod
    def rebill(call: Call) -> None:
        """The same call on the newest model."""
        call.model = NEWEST
        call.cost = PRICES[NEWEST].cost(call.fresh, call.output, call.read, call.written)


def draw_calendar(seed: int) -> Calendar:
    """The seed's month. All of it falls on working days, as such things mostly do."""
    dice = Dice(seed, 0, 99)
    return Calendar(
        hackathon=7 * dice.whole(1, 3) + dice.whole(1, 3),
        incident=7 * dice.whole(1, 2) + dice.whole(0, 3),
        outages=(dice.whole(8, 11), dice.whole(15, 18)),
        release_week=dice.whole(1, 3),
        new_model=dice.whole(9, 16),
        faulty_client=7 * dice.whole(1, 2) + dice.whole(0, 4),
    )


def _share(person: Person, matter: str) -> float:
    """A lasting disposition between 0 and 1, a function of the person alone."""
    return int(keyed_hash(person.user, matter), 16) / 2**64
