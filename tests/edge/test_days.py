"""Which days may be judged yet: the pure part, without servers."""

import pytest

from detector.cohort import FAR_DAYS, NOBODY, Cohorts
from detector.edge.cohorts import Extent, closed_day
from detector.edge.store import Mark
from detector.reach import AHEAD_RUN, BEHIND_RUN, Reach

DAY = 86_400
TODAY = 20_590
NOON = TODAY * DAY + DAY // 2


def marks(*reached: int) -> list[Mark]:
    """Partitions that have come to these times, each with five records judged."""
    return [Mark(at, {"calls": 5}) for at in reached]


@pytest.mark.parametrize(
    ("reached", "extents", "closed"),
    [
        ((NOON, NOON), {}, TODAY + 1),
        ((NOON, NOON - 1), {}, TODAY),
        ((NOON, 0), {}, 0),
        ((NOON, 0), {1: Extent(0, 5)}, TODAY + 1),
        ((NOON, 0), {1: Extent(0, 6)}, 0),
        ((NOON, 0), {1: Extent(9, 9)}, TODAY + 1),
        ((0, 0), {0: Extent(0, 5), 1: Extent(0, 5)}, TODAY + 9),
    ],
)
def test_a_day_is_closed_by_the_last_to_come_near_it(reached, extents, closed):
    """Tomorrow is from noon on; whoever has nothing more to read holds nobody back."""
    assert closed_day(TODAY + 9, marks(*reached), "calls", extents) == closed
    assert closed_day(TODAY, marks(*reached), "calls", extents) == min(closed, TODAY)


def test_one_wrong_clock_moves_nothing():
    """A step of weeks needs several records in a row, forwards and, if it was wrong, back."""
    reach = Reach(float(NOON))
    assert [reach.follows(NOON + days * DAY) for days in (-9.0, 3.0, 4.0)] == [True, True, False]
    assert reach.see(NOON + 20.0 * DAY)
    assert not reach.see(NOON + 99.0 * DAY)
    assert reach.see(NOON + 1.0)
    assert reach.at == NOON + 1
    for _ in range(AHEAD_RUN):
        reach.see(NOON + 99.0 * DAY)
    assert reach.at == NOON + 99 * DAY
    for _ in range(BEHIND_RUN):
        assert reach.see(NOON + 2.0)
    assert reach.at == NOON + 2


def people(counts: Cohorts, day: int) -> int:
    """Person-days in the cohort of a day."""
    return counts.of("acme", day).lessons.days


def test_a_day_not_closed_is_judged_as_the_last_that_was():
    """Cohorts stay as they were asked for; those asked for by a clock that was ahead are asked for again."""
    live, first, second = Cohorts(closed=0), Cohorts(), Cohorts()
    assert live.of("acme", TODAY) is NOBODY
    first.add([(f"{TODAY - 2}|people||acme", 4)])
    second.add([(f"{TODAY - 2}|people||acme", 5), (f"{TODAY - 1}|people||acme", 2)])
    live.close(TODAY, first)
    assert [people(live, TODAY + n) for n in (0, 1, FAR_DAYS, FAR_DAYS + 1)] == [4, 4, 4, 0]
    live.close(TODAY + 1, second)
    assert [people(live, TODAY + n) for n in (0, 1)] == [4, 7]
    live.close(TODAY + 5, second)
    assert people(live, TODAY + 5) == 7
    live.close(TODAY + 2, first)
    assert people(live, TODAY + 2) == 4
