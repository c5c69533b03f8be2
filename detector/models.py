"""River models small enough to keep per user, with a state that restores them to the bit.

What is kept of a model are the numbers that it stands at, 9 bytes each; River's `stats.EWMean` does the learning. It
takes its first value as its mean, so one update with the kept mean restores it: no pickle, no private state, and it is
all the same whether a model was saved and loaded in between, or not.

River's object is made for one update and dropped. Held for every model of 10,000 profiles, they were a third of a
worker's memory and half of what its garbage collector walked through; a cache of them paid for the busiest people only.
"""

from math import sqrt
from typing import Annotated, Final

from msgspec import Meta, Struct
from river._river_rust import stats as compiled

MAX_SPAN = 10_000
"""Longest memory a stored model may claim, in observations."""
Span = Annotated[int, Meta(ge=1, le=MAX_SPAN)]
Count = Annotated[int, Meta(ge=0)]
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]

Mean: Final = compiled.RsEWMean
"""What `stats.EWMean` wraps: it is made, told its mean and one value and asked in the time of the wrapper's update."""


def weight(n: int, span: int) -> float:
    """What the newest of n + 1 observations weighs: as much as each, until there are `span`; then 1/span.

    Weighed 1/span from the start, the first of 400 would make up nine tenths of the mean of forty.

    >>> weight(0, 4), weight(1, 4), weight(9, 4)
    (1.0, 0.5, 0.25)
    """
    return 1 / (n + 1) if n < span else 1 / span


class Share(Struct, array_like=True, gc=False):
    """Exponentially weighted share of yes among the last `span` or so yes/no observations, in [0, 1].

    >>> s = Share(2)
    >>> s.update(1.0); s.update(0.0); s.value
    0.5
    """

    span: Span
    n: Count = 0
    value: Finite = 0.0
    """The share, 0 with no observations."""

    def update(self, x: float) -> None:
        """Learn one observation."""
        if x or self.value:  # noughts alone stay nought, to the bit, and are what most shares see
            mean = Mean(weight(self.n, self.span))
            if self.n:
                mean.update(self.value)
            mean.update(x)
            self.value = mean.get()
        self.n += 1


class Level(Struct, array_like=True, gc=False):
    """Exponentially weighted mean and spread of a quantity in log space: what is usual, and how much it varies.

    `span` is the memory in observations (see `weight`). The spread is the EW mean of squared surprises
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

    @property
    def sd(self) -> float:
        """The usual deviation, 0 with fewer than two observations."""
        return sqrt(self.square)

    def update(self, x: float) -> None:
        """Learn one observation, after it was scored."""
        n, span = self.n, self.span
        weighs = weight(n, span)
        mean = Mean(weighs)
        if n:
            usual = self.mean
            square = Mean(weight(n - 1, span) if n <= span else weighs)
            if n > 1:
                square.update(self.square)
            surprise = x - usual
            square.update(surprise * surprise)
            self.square = square.get()
            mean.update(usual)
        mean.update(x)
        self.mean = mean.get()
        self.n = n + 1

    def blended(self, mean: float, sd: float, weight: float) -> tuple[float, float]:
        """Own mean and spread drawn towards a prior by n / (n + weight): a newcomer is judged by the prior."""
        own = self.n / (self.n + weight)
        return own * self.mean + (1 - own) * mean, own * self.sd + (1 - own) * sd
