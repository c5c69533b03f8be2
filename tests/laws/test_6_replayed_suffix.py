"""Law 6: what is delivered again adds nothing: no alert, nothing learned."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.event import Decoder
from detector.limits import MAX_IDS
from tests.streams import MONDAY, call, label, lines, outcome, play
from tests.worlds import law, slice_of_company, streams

MEMORY = MAX_IDS
"""Records of one user, of any kind, that a redelivery may bring again."""


def assert_nothing_new(stream, suffix):
    first = play(stream)
    alerts, states = {k: list(v) for k, v in first.alerts.items()}, first.states
    steps = []
    again = play(suffix, known=first, seen=lambda step, line: steps.append((step.disposition, line.value)))
    assert not [value for disposition, value in steps if disposition != "repeat"]
    assert again.alerts == alerts
    assert again.states == states


def last(stream, count):
    """The last records by their first delivery: one that came again in the stream is as old as when it came first."""
    first = {}
    for line in stream:
        first.setdefault(line.value, line)
    return list(first.values())[-count:]


@law
@given(streams(users=1), st.integers(1, MEMORY))
def test_any_suffix(stream, count):
    """The last records of a user, in order, once more."""
    assert_nothing_new(stream, last(stream, count))


@law
@given(streams(users=1), st.integers(1, MEMORY), st.randoms(use_true_random=False))
def test_any_order(stream, count, rng):
    """The same, shuffled and several times."""
    suffix = last(stream, count) * 2
    rng.shuffle(suffix)
    assert_nothing_new(stream, suffix)


@pytest.mark.parametrize("count", [1, 10, 200])
def test_company(count):
    """Of simulated people, the stream's last records; the tail of many users is few of each."""
    stream = slice_of_company()
    assert_nothing_new(stream, stream[-count:])


def test_outcome_again():
    """An outcome that comes twice is one voice, whatever its kind."""
    stream = lines([call(MONDAY, 1, session_id="s"), outcome(MONDAY + 1, 1, session_id="s", outcome="merged")])
    assert_nothing_new(stream, stream[1:])


def test_label_again():
    """A label that comes again after a newer one does not take back what the newer one said."""
    stream = list(slice_of_company())
    alert = play(stream).told[0]
    who = {"tenant_id": alert.tenant_id, "user_id": alert.user_id}
    key = Decoder().decode(json.dumps(call(MONDAY, 0, **who)).encode()).key
    first = next(n for n in range(len(stream)) if play(stream[: n + 1]).alerts.get(key))
    said = [
        label(MONDAY, 1, alert.alert_id, **who, expires_at="2026-07-01T00:00:00Z"),
        label(MONDAY + 1, 2, alert.alert_id, **who, expires_at="2026-08-01T00:00:00Z"),
    ]
    labelled = lines([line.value for line in stream[: first + 1]] + [json.dumps(record).encode() for record in said])
    assert_nothing_new(labelled, labelled[-2:])
