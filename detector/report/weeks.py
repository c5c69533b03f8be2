"""ISO weeks in UTC, as whole numbers that can be counted and subtracted."""

import re
from datetime import date, timedelta
from typing import Final

EPOCH: Final = date(1969, 12, 29)
"""Monday of week 0: the one with 1 January 1970, a Thursday."""
DAY_SECONDS: Final = 86_400
_NAME: Final = re.compile(r"(\d{4})-?W(\d{2})")


def week_of(at: float) -> int:
    """The week of a time in Unix seconds.

    >>> name(week_of(1777622400.0))
    '2026-W18'
    """
    return (int(at // DAY_SECONDS) + 3) // 7


def is_sunday(at: float) -> bool:
    """Whether a time is on the last day of its week."""
    return (int(at // DAY_SECONDS) + 3) % 7 == 6


def monday(week: int) -> date:
    """The first day of a week."""
    return EPOCH + timedelta(weeks=week)


def begins(week: int) -> float:
    """When a week begins, in Unix seconds."""
    return (week * 7 - 3) * float(DAY_SECONDS)


def name(week: int) -> str:
    """A week's ISO name.

    >>> name(week_of(0.0))
    '1970-W01'
    """
    year, number, _ = monday(week).isocalendar()
    return f"{year}-W{number:02d}"


def parse(text: str) -> int:
    """The week that an ISO name means. Raises ValueError when there is none.

    >>> name(parse("2026-W20")), name(parse("2020W53"))
    ('2026-W20', '2020-W53')
    """
    found = _NAME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is not an ISO week such as 2026-W20")
    try:
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from error
    return (first - EPOCH).days // 7
