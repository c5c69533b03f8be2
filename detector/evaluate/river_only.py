"""River alone: its anomaly detectors on each person's calls, with no typology, no yield and no exclusion."""

from collections import defaultdict
from math import log
from typing import Any

from river import anomaly, stats

from detector.evaluate.truth import User
from detector.event import Invocation
from detector.policy import DAY

ODD = 0.99
"""Own quantile of scores from which a call is odd."""
MIN_ODD_CALLS = 20
"""Calls of a person before their quantile means anything."""


class OddCalls:
    """The day's count of calls that are odd for the person: their score lies above their own 99 % quantile."""

    def __init__(self) -> None:
        self._bars: dict[User, Any] = defaultdict(lambda: stats.Quantile(ODD))
        self._today: dict[User, tuple[int, int]] = {}
        self._calls: dict[User, int] = defaultdict(int)

    def count(self, user: User, at: float, score: float) -> float:
        """Odd calls so far today, this one included."""
        bar, day = self._bars[user], int(at // DAY)
        known, odd = self._today.get(user, (day, 0))
        odd = odd if known == day else 0
        if self._calls[user] >= MIN_ODD_CALLS and score > bar.get():
            odd += 1
        bar.update(score)
        self._calls[user] += 1
        self._today[user] = day, odd
        return float(odd)


class Gaussian:
    """`anomaly.GaussianScorer` on the log dollars of a call."""

    def __init__(self) -> None:
        self._models: dict[User, Any] = defaultdict(lambda: anomaly.GaussianScorer(grace_period=MIN_ODD_CALLS))
        self._odd = OddCalls()

    def __call__(self, user: User, call: Invocation, burn: float) -> float:
        """Odd calls so far today."""
        model, y = self._models[user], log(max(burn, 1e-6))
        score = model.score_one({}, y)
        model.learn_one({}, y)
        return self._odd.count(user, call.at, score)


class Trees:
    """`anomaly.HalfSpaceTrees`, small, on log dollars, tokens, pause and hour of a call, each scaled into [0, 1]."""

    def __init__(self) -> None:
        limits = dict.fromkeys(("burn", "out", "gap", "hour"), (0.0, 1.0))
        self._models: dict[User, Any] = defaultdict(
            lambda: anomaly.HalfSpaceTrees(n_trees=5, height=4, window_size=100, limits=limits, seed=1)
        )
        self._last: dict[User, float] = {}
        self._odd = OddCalls()

    def __call__(self, user: User, call: Invocation, burn: float) -> float:
        """Odd calls so far today."""
        model, at = self._models[user], call.at
        gap = max(at - self._last.get(user, at), 0.05)
        self._last[user] = at
        x = {
            "burn": min(1.0, max(0.0, 1 + log(max(burn, 1e-6)) / 14)),
            "out": min(1.0, log(1 + call.output_tokens) / 14),
            "gap": min(1.0, (log(gap) + 3) / 17),
            "hour": at % DAY / DAY,
        }
        score = model.score_one(x)
        model.learn_one(x)
        return self._odd.count(user, at, score)
