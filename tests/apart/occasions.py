"""When gaming happens: moments from the onset to the end at which a workload may start something."""

from tests.apart.clock import DAY, HOUR, MINUTE, local, weekday, weekend
from tests.apart.dice import Dice
from tests.apart.records import Diary

REPEATS = 3  # times at most that a question comes up for being asked again
WINDOW_SHARE = 0.15  # a burst lies in this last part of the week's window that the board counts


def workday_moments(diary: Diary, dice: Dice, first: int, per_day: int) -> list[float]:
    """So many moments in the hours of each working day, as an interactive habit has them."""
    person = diary.person
    days = [day for day in range(first, diary.days) if weekday(day) in person.workdays and dice.chance(0.94)]
    return [
        local(person.time_zone, day, person.starts_at + person.works_hours * dice.unit())
        for day in days
        for _ in range(per_day)
    ]


def few_a_day(diary: Diary, dice: Dice, first: int) -> list[float]:
    return workday_moments(diary, dice, first, 3)


def many_a_day(diary: Diary, dice: Dice, first: int) -> list[float]:
    return workday_moments(diary, dice, first, 14)


def nights(diary: Diary, dice: Dice, first: int) -> list[float]:
    """Late in the evening, when the lid is left open."""
    zone = diary.person.time_zone
    return [local(zone, day, dice.between(21.5, 23.5)) for day in range(first, diary.days - 1) if dice.chance(0.85)]


def every_day(diary: Diary, dice: Dice, first: int) -> list[float]:
    """From midnight on, each day of the week: what runs by itself."""
    hour = dice.between(0, 1)
    return [day * DAY + hour * HOUR for day in range(first, diary.days)]


def leisure(diary: Diary, dice: Dice, first: int) -> list[float]:
    """Evenings, and weekends from late morning on."""
    zone = diary.person.time_zone
    moments = [local(zone, day, dice.between(18.5, 22)) for day in range(first, diary.days) if dice.chance(0.6)]
    weekends = [day for day in range(first, diary.days) if weekend(day)]
    return moments + [local(zone, day, dice.between(10.5, 19)) for day in weekends for _ in range(2)]


def window_ends(diary: Diary, dice: Dice, first: int) -> list[float]:
    """The last day or so of each week, which ends on Sunday at midnight UTC."""
    weeks = [week for week in range(diary.days // 7) if 7 * week + 6 >= first]
    ends = [(7 * week + 7) * DAY for week in weeks]
    return [end - WINDOW_SHARE * 7 * DAY * dice.unit() ** 1.5 - 2 * HOUR for end in ends for _ in range(6)]


def last_working_days(diary: Diary, dice: Dice, first: int) -> list[float]:
    """Thursday afternoon and Friday, when a shortfall against the week's minimum shows."""
    zone = diary.person.time_zone
    hours = {3: (14.0, 18.0), 4: (9.0, 17.5)}
    days = [day for day in range(first, diary.days) if weekday(day) in hours]
    return [local(zone, day, dice.between(*hours[weekday(day)])) for day in days for _ in range(4)]


def after_answers(diary: Diary, dice: Dice, first: int) -> list[float]:
    """Minutes, sometimes hours, after one's own questions had been answered; a question can serve more than once."""
    answered = [
        call for call in diary.calls if call.trigger == "manual" and call.status == "ok" and call.moment > first * DAY
    ]
    return [call.moment + call.duration + dice.around(9 * MINUTE, 1.2) for call in answered for _ in range(REPEATS)]


def other_shift(diary: Diary, dice: Dice, first: int) -> list[float]:
    """Hours of somebody else: a working day of a place half the world away, and some of one's own."""
    zone = diary.person.time_zone
    return [
        local(zone, day, (20.0 + 9 * dice.unit()) % 33)
        for day in range(first, diary.days - 1)
        if not weekend(day)
        for _ in range(3)
    ]
