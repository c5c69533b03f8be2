"""Time of the synthetic company: seconds since its first Monday, working days and local hours."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK_DAYS = 7
SATURDAY = 5


def iso(moment: float) -> str:
    """The moment as the contract writes it: RFC 3339 in UTC, to the millisecond."""
    return (EPOCH + timedelta(milliseconds=round(moment * 1000))).isoformat(timespec="milliseconds")


@lru_cache(maxsize=4096)
def offset(time_zone: str, day: int) -> float:
    """Seconds by which local time is ahead of UTC at noon of the day; clocks change twice in March."""
    noon = EPOCH + timedelta(days=day, hours=12)
    shift = noon.astimezone(ZoneInfo(time_zone)).utcoffset()
    return shift.total_seconds() if shift else 0.0


def local(time_zone: str, day: int, hour: float) -> float:
    """The moment at which it is that hour of that day where the person lives."""
    return day * DAY + hour * HOUR - offset(time_zone, day)


def weekday(day: int) -> int:
    return day % WEEK_DAYS


def weekend(day: int) -> bool:
    return weekday(day) >= SATURDAY
