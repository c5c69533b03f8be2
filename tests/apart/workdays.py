"""A month of honest work: which days, how much, in which hours; the part of everybody's life that is not gaming."""

from collections.abc import Iterator

from tests.apart.activities import ACTIVITIES, WORK_OF_ROLE, Activity
from tests.apart.almanac import Calendar
from tests.apart.clock import HOUR, MINUTE, local, weekday, weekend
from tests.apart.prices import LARGE, MIDDLE
from tests.apart.records import Diary
from tests.apart.work import work

DAY_SIGMA = 0.8  # lognormal spread from day to day within one person
HOLIDAY_SHARE = 0.12  # of people who are away for some days of a month
WEEKEND_SHARE = 0.07  # of weekend days on which a session or two is held all the same
WEEKEND_SIZE = 0.35
LATE_SHARE = 0.08  # of working days that go on in the evening
JOINER_DAYS = 45  # tenure below which use still ramps up
REGULARITY_OF_WEEK = (0.95, 1.1, 1.1, 1.05, 0.8)  # Monday to Friday
CALLS_IN_PAUSE = 1.4  # calls that fit in a minute of interactive work, to know how long a day must be


def work_month(diary: Diary, calendar: Calendar, *, appetite: float = 1.0, hours_ahead: float = 0.0) -> None:
    """All honest interactive work; `hours_ahead` moves the day of people who keep other hours than their zone."""
    dice, person = diary.dice, diary.person
    away = dice.whole(0, 20) if dice.chance(HOLIDAY_SHARE) else -99
    for day, amount in _working_days(diary):
        if not away <= day < away + 5:
            calls = appetite * amount * person.calls_a_day * dice.around(0.75, DAY_SIGMA) * calendar.rush(person, day)
            _work_day(diary, calendar, day, min(calls, 900.0), hours_ahead)


def _working_days(diary: Diary) -> Iterator[tuple[int, float]]:
    """Days on which the platform is used, with how much of a usual day's use."""
    dice, person = diary.dice, diary.person
    for day in range(diary.days):
        ramp = min(1.0, 0.25 + (person.tenure_days + day) / JOINER_DAYS) if person.tenure_days < JOINER_DAYS else 1.0
        if weekend(day):
            if dice.chance(WEEKEND_SHARE):
                yield day, WEEKEND_SIZE
        elif weekday(day) in person.workdays and dice.chance(person.shows_up):
            yield day, ramp * REGULARITY_OF_WEEK[weekday(day)]


def _work_day(diary: Diary, calendar: Calendar, day: int, calls: float, hours_ahead: float) -> None:
    """Sessions one after another from the morning on until the day's use is done or the day is over."""
    dice, person = diary.dice, diary.person
    begin = local(person.time_zone, day, person.starts_at + hours_ahead + dice.between(-0.5, 1.0))
    end = begin + (person.works_hours + (4.0 if dice.chance(LATE_SHARE) else 0.0)) * HOUR
    now, made = begin, 0
    # Pauses fill what the sessions leave of the day; heavy users simply pause less.
    pause = max(3 * MINUTE, (end - begin - calls / CALLS_IN_PAUSE * MINUTE) / max(2.0, calls / 14))
    while made < calls and now < end:
        before = len(diary.calls)
        now += dice.around(pause * 0.6, 0.8)
        activity = calendar.activity(person, day, dice) or draw_activity(diary)
        session = work(diary, activity, now, size=min(1.6, max(0.4, (calls - made) / 25)))
        _adopt_new_model(diary, calendar, day, before)
        made += len(diary.calls) - before
        now = session.now


def draw_activity(diary: Diary) -> Activity:
    return ACTIVITIES[diary.dice.weighted(WORK_OF_ROLE[diary.person.role])]


def _adopt_new_model(diary: Diary, calendar: Calendar, day: int, first: int) -> None:
    """From its release on, people on the middle and large models move to the newest one, some at once, some never."""
    if diary.person.model in {MIDDLE, LARGE} and calendar.moved_to_newest(diary.person, day):
        for call in diary.calls[first:]:
            calendar.rebill(call)
