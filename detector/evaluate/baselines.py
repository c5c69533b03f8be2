"""Today's tools, on the same events: what a threshold, a z-score, a velocity rule or a ranking would have said.

A baseline gives every call a score, high is odd. Its threshold is then chosen with the truth in hand, so that it spends
exactly the alert budget: the best that the tool could do.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from math import log
from typing import Final

from detector.evaluate.river_only import Gaussian, Trees
from detector.evaluate.truth import User
from detector.event import Invocation
from detector.policy import DAY

Baseline = Callable[[User, Invocation, float], float]
"""User, call and its dollars to a score."""

VELOCITY_SECONDS: Final = 120.0
"""The window of the velocity rule: 10,000 tokens in 2 minutes is a shipped default."""


class DailyCap:
    """Dollars of the open day: a static daily cap."""

    def __init__(self) -> None:
        self._today: dict[User, tuple[int, float]] = {}

    def __call__(self, user: User, call: Invocation, burn: float) -> float:
        """Dollars so far today."""
        day = int(call.at // DAY)
        known, spent = self._today.get(user, (day, 0.0))
        spent = burn + (spent if known == day else 0.0)
        self._today[user] = day, spent
        return spent


class DailyZ:
    """The open day's log dollars against the person's own days before: a z-score, from the fourth day on."""

    MIN_DAYS: Final = 3

    def __init__(self) -> None:
        self._cap = DailyCap()
        self._open: dict[User, tuple[int, float]] = {}
        self._days: dict[User, list[float]] = defaultdict(list)

    def __call__(self, user: User, call: Invocation, burn: float) -> float:
        """Standard deviations above the mean of closed days, 0 while there are too few."""
        day, spent = int(call.at // DAY), self._cap(user, call, burn)
        known, before = self._open.get(user, (day, 0.0))
        days = self._days[user]
        if known != day and before > 0:
            days.append(log(before))
        self._open[user] = day, spent
        if len(days) < self.MIN_DAYS or spent <= 0:
            return 0.0
        mean = sum(days) / len(days)
        sd: float = (sum((x - mean) ** 2 for x in days) / (len(days) - 1)) ** 0.5
        return float(max(0.0, (log(spent) - mean) / max(sd, 0.1)))


class Velocity:
    """Tokens within two minutes, all kinds."""

    def __init__(self) -> None:
        self._window: dict[User, deque[tuple[float, int]]] = defaultdict(deque)
        self._sum: dict[User, int] = defaultdict(int)

    def __call__(self, user: User, call: Invocation, burn: float) -> float:  # noqa: ARG002 -- a baseline's signature
        """Tokens in the window that ends now."""
        tokens = call.input_tokens + call.output_tokens + call.cache_read_tokens + call.cache_write_tokens
        window = self._window[user]
        window.append((call.at, tokens))
        self._sum[user] += tokens
        while window[0][0] < call.at - VELOCITY_SECONDS:
            self._sum[user] -= window.popleft()[1]
        return float(self._sum[user])


def today() -> dict[str, Baseline]:
    """A fresh set of the tools that people have."""
    return {"daily cap": DailyCap(), "daily z-score": DailyZ(), "velocity": Velocity()}


def river() -> dict[str, Baseline]:
    """A fresh set of River's detectors without any rules: 20 us a call, so quick runs leave them out."""
    return {"River only, Gaussian": Gaussian(), "River only, trees": Trees()}


def top_rank(days: list[tuple[User, int, float]]) -> list[tuple[User, int, float]]:
    """Each day's ranking by spend, from the caps' daily maxima: 1 for the top, 0 for the bottom."""
    by_day: dict[int, list[tuple[float, User]]] = defaultdict(list)
    for user, day, spent in days:
        by_day[day].append((spent, user))
    return [
        (user, day, rank / len(ranked))
        for day, found in sorted(by_day.items())
        for ranked in [sorted(found)]
        for rank, (_, user) in enumerate(ranked, 1)
    ]
