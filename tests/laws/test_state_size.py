"""State stays small: 20 KiB a user whatever comes, 4 KiB for most."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.edge.envelope import Envelope
from detector.profile import STATE_VERSION
from tests.streams import DAY, EAGER, MONDAY, call, label, lines, outcome, play
from tests.worlds import law, slice_of_company, streams

MAX_STATE_BYTES = 20 * 1024
"""Largest state of one user: what the checkpoint's round trips are reckoned with."""
TYPICAL_STATE_BYTES = 4 * 1024
LONG = "☂" * 256


def ids(n: int, width: int = 256) -> str:
    """A long id, no two alike, four bytes a character."""
    return f"{n:08d}" + "\N{CROSS MARK}" * (width - 8)


def adversary():
    """Everything at its longest, nothing twice alike but what must repeat to be remembered."""
    tick = count()
    for day in range(40):
        for n in range(40):
            i = next(tick)
            yield call(
                MONDAY + day * DAY + n * 7, i, user_id=LONG, team_id=ids(i), session_id=ids(i // 3),
                root_id=ids(i), parent_id=ids(i), response_id=ids(i), agent=ids(i % 20, 512), project=ids(i % 20, 512),
                tool=ids(i, 512), model=ids(i, 512), template_hash=ids(i % 20, 512), prompt_hash=ids(i % 20, 512),
                target_hash=ids(i, 512), simhash=f"{hash_of(i % 20):016x}", client_version=ids(i, 512), cost_usd=9.0,
                output_tokens=300,
            )  # fmt: skip
            yield outcome(MONDAY + day * DAY + n * 7 + 1, i, user_id=LONG, session_id=ids(i // 3), outcome="discarded")


def hash_of(n: int) -> int:
    return (n + 1) * 0x9E3779B97F4A7C15 % 2**64


def labelled(stream):
    """The same, every alert labelled, so that silences are remembered too."""
    said = []

    def seen(step, line):
        for alert in getattr(step, "alerts", ()):
            said.append((line.number, label(MONDAY, len(said), alert.alert_id, user_id=LONG, verdict="confirmed")))

    play(stream, EAGER, seen=seen)
    return lines(
        value for line in stream for value in (line.value, *(s for number, s in said[:200] if number == line.number))
    )


def largest(stream) -> int:
    """The largest state that any user ever had: every 50th event is weighed, and the last."""
    sizes = []

    def weigh(key, profile):
        if profile.events % 50 == 0:
            sizes.append(len(profile.dumps()))
        return profile

    played = play(stream, between=weigh)
    return max([*sizes, *map(len, played.states.values())])


@pytest.mark.parametrize("made", [lambda: lines(adversary()), lambda: labelled(lines(adversary()))])
def test_adversary(made):
    """A user who makes every id as long and as new as can be stays within the bound."""
    assert largest(made()) <= MAX_STATE_BYTES


@settings(parent=law, max_examples=15)
@given(streams(users=1, most=12), st.integers(1, 3))
def test_random_streams(stream, times):
    """So does any stream."""
    assert largest(stream * times) <= MAX_STATE_BYTES


def test_company():
    """Every simulated person stays within the bound."""
    assert largest(slice_of_company()) <= MAX_STATE_BYTES


def test_typical_person():
    """Most simulated people stay within what is typical, sealed as they go to Redis."""
    seal = Envelope(b"k" * 32, codec=STATE_VERSION).seal
    states = play(slice_of_company()).states
    sizes = sorted(len(seal(key, 0, state)) for key, state in states.items())
    assert sizes[len(sizes) // 2] <= TYPICAL_STATE_BYTES
