"""Swarms: calls at once are told from calls one after the other, whichever end of a call its record's time is."""

import pytest

from tests.streams import HOUR, MONDAY, call, lines, play

TOOK = 30.0


def session(*, every, trigger="agent", took=TOOK, at_end=False, calls=12):
    """One session of calls of half a minute."""
    for n in range(calls):
        time = MONDAY + HOUR + n * every + (TOOK if at_end else 0.0)
        milliseconds = None if took is None else int(1000 * took)
        yield call(time, n, session_id="s", trigger=trigger, duration_ms=milliseconds, output_tokens=200)


def swarms(**how):
    """Sessions that set off a swarm."""
    habits = play(lines(session(**how))).profiles["7:default:ann"].habits
    return habits["swarm"].fruit.sessions if "swarm" in habits else 0


@pytest.mark.parametrize("at_end", [False, True])
def test_calls_that_do_not_wait_for_one_another_are_a_swarm(at_end):
    """A dozen agents are set off within half a minute; one that takes its time over twelve steps is none."""
    assert swarms(every=2.0, at_end=at_end) == 1
    assert swarms(every=31.0, at_end=at_end) == 0


@pytest.mark.parametrize("how", [{"trigger": "manual"}, {"took": None}, {"took": 0.05}, {"calls": 8}])
def test_what_says_nothing_of_a_swarm(how):
    """A person in several windows, calls of which nobody knows how long they took, quick ones, and a handful."""
    assert swarms(**({"every": 2.0} | how)) == 0
