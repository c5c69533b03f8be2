"""Intervals and a permutation test: how far the figures could lie from what they stand for. Seeds are arguments."""

from collections.abc import Sequence
from math import sqrt
from random import Random
from statistics import fmean, median, pvariance
from typing import Final

Z95: Final = 1.959963984540054
"""Normal quantile of a two-sided 95 % interval."""
RESAMPLES: Final = (200, 2_000)
"""Fewest and most bootstrap resamples: 200 place the ends of a 95 % interval well enough, 2,000 steadily."""
DRAWS: Final = 2_000_000
"""Draws a bootstrap may take, about a second: 4,000 people get 500 resamples."""
PERMUTATIONS: Final = 999
"""Shuffles a member: the least p-value is 0.001, so that a team of 20 can still reach 0.02."""


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share; (0, 1) when there is nobody.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if of == 0:
        return 0.0, 1.0
    share, weight = count / of, Z95 * Z95 / of
    middle = (share + weight / 2) / (1 + weight)
    half = Z95 * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def ratio_interval(pairs: Sequence[tuple[float, float]], seed: str) -> tuple[float, float] | None:
    """The 95 % percentile bootstrap interval of sum(parts) / sum(wholes) over people, each a (part, whole).

    None when there is no whole to speak of.

    >>> ratio_interval([(1.0, 1.0)] * 5, "seed")
    (1.0, 1.0)
    """
    if sum(whole for _, whole in pairs) <= 0:
        return None
    rng, n = Random(seed), len(pairs)  # noqa: S311 -- a statistic that must be repeatable, not a secret
    found = []
    for _ in range(min(max(DRAWS // n, RESAMPLES[0]), RESAMPLES[1])):
        drawn = rng.choices(pairs, k=n)
        whole = sum(pair[1] for pair in drawn)
        if whole > 0:
            found.append(sum(pair[0] for pair in drawn) / whole)
    found.sort()
    return found[int(0.025 * (len(found) - 1))], found[-1 - int(0.025 * (len(found) - 1))]


class Tracking:
    """How closely one member's weeks follow the middle of the others', and whether shuffled weeks do as well.

    `own` are the member's values, `middle` and `spread` the median of the others and its MAD in the same weeks.
    """

    def __init__(self, own: Sequence[float], middle: Sequence[float], spread: Sequence[float]) -> None:
        self._own, self._middle, self._spread = list(own), middle, spread
        gaps = self._gaps(self._own)
        self.distance = fmean(abs(gap) for gap in gaps)
        """Mean distance from the others' median, in MADs."""
        self.variance = pvariance(gaps)
        """Of the gap over the weeks, in squared MADs."""

    def _gaps(self, own: Sequence[float]) -> list[float]:
        return [(x - m) / s for x, m, s in zip(own, self._middle, self._spread, strict=True)]

    def p_value(self, seed: str) -> float:
        """How often shuffling the member's own weeks gives a gap as steady as the one seen: one-sided, never 0."""
        rng, shuffled = Random(seed), list(self._own)  # noqa: S311 -- as above
        as_steady = 1
        for _ in range(PERMUTATIONS):
            rng.shuffle(shuffled)
            as_steady += pvariance(self._gaps(shuffled)) <= self.variance * (1 + 1e-9)
        return as_steady / (PERMUTATIONS + 1)


def middle_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Median and median absolute deviation, the latter at least a twentieth of the former: equals differ by rounding.

    >>> middle_and_spread([1.0, 2.0, 4.0])
    (2.0, 1.0)
    """
    middle = median(values)
    spread = median(abs(value - middle) for value in values)
    return middle, max(spread, abs(middle) / 20, 1e-9)
