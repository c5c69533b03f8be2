"""River models small enough to keep per user, with a codec that restores them to the bit.

River's `stats.EWMean` takes its first value as its mean, so a model is restored by one update with the stored mean:
no pickle, no private state, 9 bytes a statistic.
"""

from typing import Self

from river import stats


class Share:
    """Exponentially weighted share of yes among the last `span` or so yes/no observations, in [0, 1].

    >>> s = Share(2)
    >>> s.update(1.0); s.update(0.0); s.value
    0.5
    """

    __slots__ = ("_mean", "n", "span")

    def __init__(self, span: int) -> None:
        self.span = span
        self.n = 0
        self._mean = stats.EWMean(1 / span)

    @property
    def value(self) -> float:
        """The share, 0 with no observations."""
        return self._mean.get() if self.n else 0.0

    def update(self, x: float) -> None:
        """Learn one observation."""
        self._mean.update(x)
        self.n += 1

    def dump(self) -> tuple[int, int, float]:
        """The state: span, observations seen and the share."""
        return self.span, self.n, self.value

    @classmethod
    def load(cls, span: int, n: int, mean: float) -> Self:
        """The model that dumped this state, equal to the bit."""
        self = cls(span)
        if n:
            self._mean.update(mean)
            self.n = n
        return self


class Level:
    """Exponentially weighted mean and spread of a quantity in log space: what is usual, and how much it varies.

    `span` is the memory in observations: the newest weighs 1/span. The spread is the EW mean of squared surprises
    (x minus the mean before x), not River's `EWVar`, which computes E[x2] - E[x]2 and can come out negative.

    >>> level = Level(10)
    >>> for x in (1.0, 1.2, 0.9, 1.1): level.update(x)
    >>> 0.9 < level.mean < 1.1, 0.0 < level.sd < 0.3
    (True, True)
    """

    __slots__ = ("_mean", "_square", "n", "span")

    def __init__(self, span: int) -> None:
        self.span = span
        self.n = 0
        self._mean = stats.EWMean(1 / span)
        self._square = stats.EWMean(1 / span)

    @property
    def mean(self) -> float:
        """The usual value, 0 with no observations."""
        return self._mean.get() if self.n else 0.0

    @property
    def sd(self) -> float:
        """The usual deviation, 0 with fewer than two observations."""
        return self._square.get() ** 0.5 if self.n > 1 else 0.0

    def update(self, x: float) -> None:
        """Learn one observation, after it was scored."""
        if self.n:
            self._square.update((x - self._mean.get()) ** 2)
        self._mean.update(x)
        self.n += 1

    def blended(self, mean: float, sd: float, weight: float) -> tuple[float, float]:
        """Own mean and spread drawn towards a prior by n / (n + weight): a newcomer is judged by the prior."""
        own = self.n / (self.n + weight)
        return own * self.mean + (1 - own) * mean, own * self.sd + (1 - own) * sd

    def dump(self) -> tuple[int, int, float, float]:
        """The state: span, observations seen, mean, mean square of surprises."""
        return self.span, self.n, self.mean, self._square.get() if self.n > 1 else 0.0

    @classmethod
    def load(cls, span: int, n: int, mean: float, square: float) -> Self:
        """The model that dumped this state, equal to the bit."""
        self = cls(span)
        if n:
            self._mean.update(mean)
            self.n = n
        if n > 1:
            self._square.update(square)
        return self
