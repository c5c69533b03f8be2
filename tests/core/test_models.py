"""Models: what River would say, wherever between two observations they were saved and loaded."""

from math import isfinite

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river import stats

from detector.models import MAX_SPAN, Level, Share
from tests.worlds import law

numbers = st.floats(-50, 50)


def loaded(model):
    return msgspec.msgpack.decode(msgspec.msgpack.encode(model), type=type(model))


class Fading:
    """River's mean of the first `span` observations, then its exponentially weighted one from there."""

    def __init__(self, span):
        self.mean, self.fading, self.span = stats.Mean(), stats.EWMean(1 / span), span

    def update(self, x):
        if self.mean.n < self.span:
            self.mean.update(x)
            self.fading = stats.EWMean(1 / self.span)
            x = self.mean.get()
        self.fading.update(x)

    def get(self):
        return pytest.approx(self.fading.get(), rel=1e-9, abs=1e-9)


@law
@given(st.integers(1, 30), st.lists(st.tuples(numbers, st.booleans()), max_size=60))
def test_level_is_rivers_mean(span, observations):
    """A level's mean is River's, saved and loaded at any time or never; its spread is finite and never negative."""
    river, level = Fading(span), Level(span)
    for x, saved in observations:
        level = loaded(level) if saved else level
        river.update(x)
        level.update(x)
        assert level.mean == river.get()
        assert isfinite(level.sd)
        assert level.sd >= 0
    assert level.n == len(observations)


@law
@given(st.integers(1, MAX_SPAN), st.lists(numbers, max_size=40), st.integers(0, 40))
def test_saved_once_or_never(span, observations, place):
    """Mean, spread and bytes are the same whether or not a model was saved and loaded in between."""
    plain, saved = Level(span), Level(span)
    for n, x in enumerate(observations):
        saved = loaded(saved) if n == place else saved
        plain.update(x)
        saved.update(x)
    assert msgspec.msgpack.encode(saved) == msgspec.msgpack.encode(plain)


@law
@given(st.integers(1, 30), st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_share_is_a_share(span, observations):
    """A share is River's mean of ones and noughts, and within [0, 1] but for the last bit."""
    river, share = Fading(span), Share(span)
    for yes, saved in observations:
        share = loaded(share) if saved else share
        river.update(float(yes))
        share.update(float(yes))
        assert share.value == river.get()
        assert -1e-12 <= share.value <= 1 + 1e-12


@pytest.mark.parametrize(
    "state",
    [
        [0, 1, 0.5],
        [MAX_SPAN + 1, 1, 0.5],
        [10, -1, 0.5],
        [10, 1, float("nan")],
        [10, 1, float("inf")],
        ["10", 1, 0.5],
        [],
    ],
)
def test_no_other_state_is_taken(state):
    """Numbers that no model writes are refused."""
    for model, tail in ((Share, []), (Level, [0.1])):
        with pytest.raises(msgspec.ValidationError):
            msgspec.msgpack.decode(msgspec.msgpack.encode(state + tail if state else state), type=model)


def test_spread_of_a_constant_is_nothing():
    """No surprise, no spread, however large the value: E[x2] - E[x]2 would drown in rounding here."""
    level = Level(20)
    for _ in range(1000):
        level.update(1.778e9 + 0.1)
    assert level.sd == pytest.approx(0, abs=1e-5)
