"""What River adds: the same rules with plain means of the last so many values in place of its learning statistics."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from river import stats


class PlainMean:
    """The mean of the last `1 / share` values: what anybody would write without a library.

    >>> mean = PlainMean(0.5)
    >>> for x in (1.0, 2.0, 4.0): mean.update(x)
    >>> mean.get()
    3.0
    """

    def __init__(self, share: float) -> None:
        self._last: deque[float] = deque(maxlen=max(1, round(1 / share)))

    def update(self, x: float) -> None:
        """Take in one value."""
        self._last.append(x)

    def get(self) -> float:
        """The mean, 0 of nothing."""
        return sum(self._last) / len(self._last) if self._last else 0.0


@contextmanager
def rules_only() -> Iterator[None]:
    """Within this, the judgement's models learn without River. Not for threads: it swaps a class of River's."""
    river = stats.EWMean
    stats.EWMean = PlainMean
    try:
        yield
    finally:
        stats.EWMean = river
