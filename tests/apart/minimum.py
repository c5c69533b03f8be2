"""A published weekly minimum of spend, and how somebody with a smaller need of their own fills up to it."""

from collections.abc import Iterator

from tests.apart.budgets import draw_sorted
from tests.apart.clock import DAY
from tests.apart.dice import Dice
from tests.apart.prompts import keyed_hash
from tests.apart.records import Call, Diary

WEEK = 7 * DAY
# Dollars a week and grade: the minimums reported are some 40 dollars a week over two tools, lower grades have less.
MINIMA = (40.0, 18.0, 8.0)
PAST_THE_MINIMUM = (1.003, 1.035)  # where a window's total comes to lie, in parts of the minimum
FILLINGS_A_WINDOW = 3


def hold_below(diary: Diary, first: int, intensity: float) -> float:
    """Cuts the own work of each week to what leaves the intensity's share of a minimum open; returns that minimum.

    It is that of the highest grade whose need the person's slackest week still meets, so that filling up is the
    same share every week.
    """
    weeks = range(first // 7, diary.days // 7)
    slackest = min((spent for week in weeks if (spent := _spent(diary, week)) > 0), default=0.0)
    needs = [minimum for minimum in MINIMA if minimum * (1 - intensity) <= slackest]
    minimum = needs[0] if needs else slackest / (1 - intensity)
    dropped = {call.identity for week in weeks for call in _beyond(diary, week, minimum * (1 - intensity))}
    diary.calls[:] = [call for call in diary.calls if call.identity not in dropped]
    kept = {call.session for call in diary.calls}
    diary.outcomes[:] = [end for end in diary.outcomes if end.session in kept and end.call not in dropped]
    return minimum


def fill_windows(diary: Diary, dice: Dice, moments: list[float], minimum: float) -> Iterator[tuple[float, float]]:
    """Each week, late, what is still lacking to the minimum and a little more; then nothing until the next week."""
    for week in sorted({int(moment // WEEK) for moment in moments}):
        if week >= diary.days // 7 or not _spent(diary, week):
            continue  # a week that is not over has no total yet; one on leave is exempt from the minimum
        late = draw_sorted(dice, [moment for moment in moments if moment // WEEK == week], FILLINGS_A_WINDOW)
        total = minimum * dice.between(*PAST_THE_MINIMUM)
        for number, moment in enumerate(late):
            lacking = total - _spent(diary, week)
            if lacking > 0:
                yield moment, lacking / (len(late) - number)


def _spent(diary: Diary, week: int) -> float:
    return sum(call.cost for call in diary.calls if call.moment // WEEK == week)


def _beyond(diary: Diary, week: int, ceiling: float) -> Iterator[Call]:
    """The week's calls beyond the ceiling: whole sessions, taken at random, and the tail of one."""
    calls = [call for call in diary.calls if call.moment // WEEK == week]
    total = 0.0
    for call in sorted(calls, key=lambda call: (keyed_hash(call.session), call.moment)):
        if total + call.cost / 2 > ceiling:
            yield call
        else:
            total += call.cost
