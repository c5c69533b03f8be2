"""Counting windows: what is burned in the ISO weeks and the months (UTC) that targets are published for."""

from datetime import timedelta
from functools import lru_cache
from typing import Final

from detector.alert import EPOCH
from detector.features import Features
from detector.limits import MAX_WINDOWS
from detector.policy import DAY
from detector.profile import Profile
from detector.work import Window

TAIL_SECONDS: Final = 2.5 * DAY
"""The end of an ISO week (UTC) from which a call is in its tail: Friday noon."""
WEEK: Final = 7 * DAY
MONDAY: Final = 4 * DAY
"""The first Monday, in Unix seconds."""


def learn_windows(profile: Profile, seen: Features) -> bool:
    """Count the burn of the week, of its tail and of the month; whether the call is in the week's tail."""
    week, into = divmod(seen.at - MONDAY, WEEK)
    tail = into >= WEEK - TAIL_SECONDS
    if week > profile.weeks.index:
        profile.tail_burn = 0
    if week >= profile.weeks.index:
        profile.tail_burn += seen.burn if tail else 0
    _count(profile.weeks, int(week), seen.burn)
    _count(profile.months, _month(seen.day), seen.burn)
    return tail


def _count(window: Window, index: int, burn: float) -> None:
    if index > window.index:
        if window.index:
            window.closed.append(round(window.burn, 2))
            del window.closed[:-MAX_WINDOWS]
        window.index, window.burn = index, 0
    if index == window.index:
        window.burn += burn


@lru_cache(64)
def _month(day: int) -> int:
    when = EPOCH + timedelta(days=day)
    return 12 * when.year + when.month
