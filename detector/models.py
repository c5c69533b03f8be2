"""River models small enough to keep per user, with a state that restores them to the bit.

What is stored of a model are the numbers that it stands at, 9 bytes each; River's `stats.EWMean` does the learning. It
takes its first value as its mean, so one update with the stored mean restores it: no pickle, no private state. That is
done when a model first learns again, for most models of a loaded profile never do before they are saved.
"""

from functools import cached_property
from math import sqrt
from typing import Annotated

from msgspec import Meta, Struct
from river import stats

MAX_SPAN = 10_000
"""Longest memory a stored model may claim, in observations."""

Span = Annotated[int, Meta(ge=1, le=MAX_SPAN)]
Count = Annotated[int, Meta(ge=0)]
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]


def _restored(span: int, n: int, value: float) -> stats.EWMean:
    """River's mean over about `span` observations, standing at `value` after `n`."""
    mean = stats.EWMean(1 / span)
    if n > 0:
        mean.update(value)
    return mean


class Share(Struct, array_like=True, dict=True):
    """Exponentially weighted share of yes among the last `span` or so yes/no observations, in [0, 1].

    >>> s = Share(2)
    >>> s.update(1.0); s.update(0.0); s.value
    0.5
    """

    span: Span
    n: Count = 0
    value: Finite = 0.0
    """The share, 0 with no observations."""

    @cached_property
    def _mean(self) -> stats.EWMean:
        return _restored(self.span, self.n, self.value)

    def update(self, x: float) -> None:
        """Learn one observation."""
        mean = self._mean
        mean.update(x)
        self.value = mean.get()
        self.n += 1


class Level(Struct, array_like=True, dict=True):
    """Exponentially weighted mean and spread of a quantity in log space: what is usual, and how much it varies.

    `span` is the memory in observations: the newest weighs 1/span. The spread is the EW mean of squared surprises
    (x minus the mean before x), not River's `EWVar`, which computes E[x2] - E[x]2 and can come out negative.

    >>> level = Level(10)
    >>> for x in (1.0, 1.2, 0.9, 1.1): level.update(x)
    >>> 0.9 < level.mean < 1.1, 0.0 < level.sd < 0.3
    (True, True)
    """

    span: Span
    n: Count = 0
    mean: Finite = 0.0
    """The usual value, 0 with no observations."""
    square: Annotated[float, Meta(ge=0.0, le=1e300)] = 0.0
    """Mean square of surprises, 0 with fewer than two observations."""

    @cached_property
    def _mean(self) -> stats.EWMean:
        return _restored(self.span, self.n, self.mean)

    @cached_property
    def _square(self) -> stats.EWMean:
        return _restored(self.span, self.n - 1, self.square)

    @property
    def sd(self) -> float:
        """The usual deviation, 0 with fewer than two observations."""
        return sqrt(self.square)

    def update(self, x: float) -> None:
        """Learn one observation, after it was scored."""
        mean = self._mean
        if self.n:
            square = self._square
            square.update((x - self.mean) ** 2)
            self.square = square.get()
        mean.update(x)
        self.mean = mean.get()
        self.n += 1

    def blended(self, mean: float, sd: float, weight: float) -> tuple[float, float]:
        """Own mean and spread drawn towards a prior by n / (n + weight): a newcomer is judged by the prior."""
        own = self.n / (self.n + weight)
        return own * self.mean + (1 - own) * mean, own * self.sd + (1 - own) * sd
