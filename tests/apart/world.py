"""The company as a world to play: its records as they arrive, and the truth about its people."""

from collections.abc import Iterator
from typing import Any

from tests.apart.company import Life, lives, within_month

PEOPLE, DAYS = 120, 28
"""As many and as long as `detector evaluate` plays."""


class Apart:
    """A company of a seed and a mix, whole in memory: some 290,000 records where people game."""

    def __init__(self, seed: int, mix: str, people: int = PEOPLE, days: int = DAYS) -> None:
        self._lives = list(lives(seed, people, days, mix))

    def records(self) -> Iterator[bytes]:
        """All records in the order of arrival."""
        for _, line in sorted(arrival for life in self._lives for arrival in arrivals(life)):
            yield line.encode()

    def truth(self) -> Iterator[dict[str, Any]]:
        """A line a user and a line a gaming workload."""
        for life in self._lives:
            yield from life.truths()


def arrivals(life: Life) -> list[tuple[float, str]]:
    """A person's records with the moment each came in."""
    person, calls = life.diary.person, within_month(life.diary)
    known = {call.session for call in calls}
    lines = [(call.arrival, call.line(person)) for call in calls]
    return lines + [(end.arrival, end.line(person)) for end in life.diary.outcomes if end.session in known]
