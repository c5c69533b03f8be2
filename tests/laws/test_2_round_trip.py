"""Law 2: a profile that was saved and loaded goes on as if nothing had been, and equal histories are equal bytes."""

import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.profile import OpenAlert, Profile, StateError
from tests.streams import play
from tests.worlds import law, slice_of_company, streams


def reload(key: str, profile: Profile) -> Profile:
    """What a worker does between a checkpoint and the next event of the user."""
    return Profile.loads(key, profile.dumps())


@law
@given(streams())
def test_after_every_event(stream):
    """Alerts and bytes are the same when every event finds a freshly loaded profile."""
    plain, bounced = play(stream), play(stream, between=reload)
    assert bounced.alerts == plain.alerts
    assert bounced.counts == plain.counts
    assert bounced.states == plain.states


@law
@given(streams(), st.integers(0, 2**32), st.floats(0.01, 0.5))
def test_at_random_points(stream, seed, share):
    """The same when only some events do: what was decoded since and what was not end in equal bytes."""
    rng = Random(seed)  # noqa: S311 a seeded test, no secret
    plain = play(stream)
    bounced = play(stream, between=lambda key, p: reload(key, p) if rng.random() < share else p)
    assert bounced.alerts == plain.alerts
    assert bounced.states == plain.states


def test_company():
    """The same for simulated people, whose profiles are full."""
    stream = slice_of_company()
    plain, bounced = play(stream), play(stream, between=reload)
    assert plain.told
    assert bounced.alerts == plain.alerts
    assert bounced.states == plain.states


@law
@given(streams(users=1))
def test_bytes_name_their_user(stream):
    """State of one user is never taken for another's, and cut or lengthened bytes are refused."""
    for key, state in play(stream).states.items():
        for wrong in (state[:-1], state + b"\0", state[1:], b""):
            with pytest.raises(StateError):
                Profile.loads(key, wrong)
        with pytest.raises(StateError):
            Profile.loads(key + "x", state)


@law
@given(streams(users=1), st.integers(0), st.binary(max_size=3))
def test_damaged_bytes_never_crash(stream, place, damage):
    """Damaged state either is refused when loaded, or judges on without any other error."""
    for key, state in play(stream).states.items():
        cut = place % len(state)
        try:
            damaged = Profile.loads(key, state[:cut] + damage + state[cut + len(damage) :])
        except StateError:
            continue
        damaged.dumps()


@law
@given(st.binary())
def test_any_bytes(state):
    """Bytes that no profile wrote are refused."""
    with pytest.raises(StateError):
        Profile.loads("7:default:ann", state)


def test_a_damaged_alert_is_an_error_of_the_state() -> None:
    """Bytes within a profile that nobody here wrote: a fault the worker knows, and no other."""
    for record in (b"", b"x", zlib.compress(b"{}"), zlib.compress(b"{")):
        with pytest.raises(StateError):
            OpenAlert("a", 1, "firing", 0.0, 0.0, 0.0, 0, 1, 0.0, record).published()
