"""What River adds: the same rules with plain means of the last so many values in place of its learning statistics."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from detector.models import Level, Share


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


class Plain:
    """The updates of `Level` and `Share` with plain means, kept here: they can't be restored from one number."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Level | Share, PlainMean, PlainMean]] = {}
        """By a model's id; the model is kept with them, so that its id stays its own."""

    def level(self, model: Level, x: float) -> None:
        """Stands for `Level.update`."""
        mean, square = self._means(model)
        if model.n:
            square.update((x - model.mean) ** 2)
            model.square = square.get()
        mean.update(x)
        model.mean = mean.get()
        model.n += 1

    def share(self, model: Share, x: float) -> None:
        """Stands for `Share.update`."""
        mean, _ = self._means(model)
        mean.update(x)
        model.value = mean.get()
        model.n += 1

    def _means(self, model: Level | Share) -> tuple[PlainMean, PlainMean]:
        share = 1 / model.span
        _, *means = self._kept.setdefault(id(model), (model, PlainMean(share), PlainMean(share)))
        return means[0], means[1]


@contextmanager
def rules_only() -> Iterator[None]:
    """Within this, the judgement's models learn without River. Not for threads: it swaps their updates."""
    plain, river = Plain(), (Level.update, Share.update)

    def level(model: Level, x: float) -> None:
        plain.level(model, x)

    def share(model: Share, x: float) -> None:
        plain.share(model, x)

    _swap(level, share)
    try:
        yield
    finally:
        _swap(*river)


def _swap(level: Callable[[Level, float], None], share: Callable[[Share, float], None]) -> None:
    setattr(Level, "update", level)  # noqa: B010 - to mypy a method is for good
    setattr(Share, "update", share)  # noqa: B010
