"""The company of a seed: who is in it, and what each does in the month."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.apart.almanac import Calendar, draw_calendar
from tests.apart.behaviours import BEHAVIOURS, FILLING_UP, Behaviour
from tests.apart.clock import DAY
from tests.apart.dice import Dice
from tests.apart.jobs import standing_jobs
from tests.apart.lookalikes import CASES, Lookalike
from tests.apart.lookalikes_machines import faulty_client, retry_storm
from tests.apart.people import Person, draw_person
from tests.apart.prompts import fixed
from tests.apart.records import TENANT, Call, Diary
from tests.apart.workdays import work_month
from tests.apart.workloads import INTENSITIES, Workload, play_workload

MIXES = ("gamers", "lookalikes", "honest")
EVERY = 3  # each third person is one of those the mix is about, in every company
LEAST_OF_CASES = 2  # how often each look-alike is there at least
GAMERS_PEOPLE = 1.25  # times as many: twenty ways of gaming at three intensities need a larger company
SHARERS = 3  # colleagues among whom a script goes round, in each round of the catalogue
# Those who game are the middle of the field, neither idle nor already at the top. Whoever games a little has work
# enough of their own to hide it in; whoever games a lot does little else. Calls a day, by intensity.
FEWEST_CALLS = {0.05: 60.0, 0.25: 36.0, 0.75: 18.0}
MOST_CALLS = 95.0
FEWEST_DAYS = 0.8  # share of working days on which they are seen to use it
WORK_GIVEN_UP = 0.85  # of the intensity
# Ordinary people who meet the same trouble, by the last digit of their number.
TROUBLES = {3: faulty_client, 6: retry_storm}
# Streams of draws, so that what one part of a life draws changes nothing in another.
WHO, HONEST, CASE, GAMING, SCRIPT = range(1, 6)


@dataclass(slots=True)
class Life:
    """One person's month and the truth about it."""

    diary: Diary
    persona: str
    honest: bool
    workloads: list[Workload] = field(default_factory=list)

    def truths(self) -> Iterator[dict[str, Any]]:
        person = self.diary.person
        yield {
            "kind": "user",
            "tenant_id": TENANT,
            "user_id": person.user,
            "team_id": person.team,
            "honest": self.honest,
            "persona": self.persona,
            "role": person.role,
            "time_zone": person.time_zone,
            "part_time": person.part_time,
            "tenure_days": person.tenure_days,
        }
        for workload in self.workloads:
            yield workload.truth(self.diary)


def head_count(mix: str, people: int) -> int:
    """The people of a mix: enough for each case of it to be there."""
    if mix == "honest":
        return people
    if mix == "lookalikes":
        return max(people, EVERY * LEAST_OF_CASES * len(CASES))
    return EVERY * (max(round(people * GAMERS_PEOPLE), EVERY * len(gaming_round())) // EVERY)


def gaming_round() -> list[Behaviour]:
    """One round of the catalogue; a shared script needs several who share it."""
    return [behaviour for behaviour in BEHAVIOURS for _ in range(SHARERS if behaviour.name.startswith("G26") else 1)]


def lives(seed: int, people: int, days: int, mix: str) -> Iterator[Life]:
    """Everybody of the company, one after another; each depends on the seed and the own number alone."""
    calendar = draw_calendar(seed)
    for number in range(head_count(mix, people)):
        if mix == "honest" or number % EVERY != EVERY - 1:
            yield plain_life(seed, number, days, calendar, troubled=mix == "lookalikes")
        elif mix == "lookalikes":
            yield lookalike_life(seed, number, days, calendar, CASES[number // EVERY % len(CASES)])
        else:
            yield gaming_life(seed, number, days, calendar)


def plain_life(seed: int, number: int, days: int, calendar: Calendar, *, troubled: bool) -> Life:
    """An ordinary month; in `troubled` companies faulty clients and outages are not the look-alikes' alone."""
    diary = open_diary(seed, draw_person(Dice(seed, number, WHO), number), days)
    work_month(diary, calendar)
    standing_jobs(diary)
    trouble = TROUBLES.get(number % 10) if troubled else None
    if trouble:
        trouble(diary, calendar)
    return Life(diary, "plain", honest=True)


def lookalike_life(seed: int, number: int, days: int, calendar: Calendar, case: Lookalike) -> Life:
    dice = Dice(seed, number, WHO)
    person = draw_person(dice, number, case.role)
    if case.joins:
        person = replace(person, tenure_days=dice.whole(2, 16))
    diary = open_diary(seed, person, days)
    if case.appetite:
        work_month(diary, calendar, appetite=case.appetite, hours_ahead=case.hours_ahead)
    diary.dice = Dice(seed, number, CASE)
    case.add(diary, calendar)
    return Life(diary, case.name, honest=True)


def gaming_life(seed: int, number: int, days: int, calendar: Calendar) -> Life:
    """Honest work all month, and one way of gaming beside it from some day on."""
    turn = number // EVERY
    catalogue = gaming_round()
    behaviour = catalogue[(turn + 7 * seed) % len(catalogue)]
    # Each round of the catalogue and each seed meets another intensity; three seeds see all of them.
    intensity = INTENSITIES[(turn + turn // len(catalogue) + seed) % len(INTENSITIES)]
    role = "engineer" if behaviour.name == FILLING_UP else None  # the minimum holds for engineers
    person = draw_person(Dice(seed, number, WHO), number, role)
    calls = MOST_CALLS if role else min(MOST_CALLS, max(FEWEST_CALLS[intensity], person.calls_a_day))
    person = replace(person, calls_a_day=calls, shows_up=max(FEWEST_DAYS, person.shows_up))
    diary = open_diary(seed, person, days)
    work_month(diary, calendar, appetite=1 - WORK_GIVEN_UP * intensity)
    standing_jobs(diary)
    diary.dice = Dice(seed, number, CASE)
    script = fixed(Dice(seed, SCRIPT), 240)
    workload = play_workload(diary, Dice(seed, number, GAMING), behaviour, intensity, script)
    return Life(diary, behaviour.name, honest=False, workloads=[workload])


def open_diary(seed: int, person: Person, days: int) -> Diary:
    return Diary(person, Dice(seed, person.number, HONEST), days)


def within_month(diary: Diary) -> list[Call]:
    """The log ends with the month: what would have begun later is not in it."""
    return [call for call in diary.calls if 0 <= call.moment < diary.days * DAY]
