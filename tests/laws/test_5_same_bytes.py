"""Law 5: the same input gives byte-equal alerts: twice, under any hash seed, over any number of workers."""

import os
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cohort import Cohorts
from detector.event import Decoder, Rejection
from detector.profile import Profile
from tests.streams import Played, play
from tests.worlds import law, slice_of_company, streams


def partitioned(stream, workers, rng):
    """Users over several workers, which drop profiles to bytes and load them again as they please."""
    homes: dict[str, int] = {}
    parts = [[] for _ in range(workers)]
    decoder = Decoder()
    for line in stream:
        event = decoder.decode(line.value)
        home = 0 if isinstance(event, Rejection) else homes.setdefault(event.key, rng.randrange(workers))
        parts[home].append(line)
    alerts, counts, profiles = {}, Counter(), {}
    for part in parts:
        worked = play(part, between=lambda k, p: Profile.loads(k, p.dumps()) if rng.random() < 0.1 else p)
        alerts |= worked.alerts
        counts += worked.counts
        profiles |= worked.profiles
    return Played(alerts, counts, profiles, Cohorts())


@law
@given(streams(dirt=True), st.integers(1, 5), st.integers(0, 2**32))
def test_any_number_of_workers(stream, workers, seed):
    """However users are dealt to workers, alerts, counts and states are the same."""
    one = play(stream)
    many = partitioned(stream, workers, Random(seed))  # noqa: S311 a seeded test, no secret
    assert many.alerts == one.alerts
    assert many.counts == one.counts
    assert many.states == one.states


@law
@given(streams(users=3), st.integers(0))
def test_crash_and_redo(stream, place):
    """A worker that dies after publishing and redoes its chunk from the old state publishes the same bytes again."""
    cut, again = place % len(stream), max(0, place % len(stream) - 7)
    whole = play(stream)
    checkpoint = play(stream[:again])
    states = checkpoint.states
    published = play(stream[again:cut], known=checkpoint).alerts
    profiles = {key: Profile.loads(key, state) for key, state in states.items()}
    restored = Played({}, Counter(), profiles, Cohorts())
    redone = play(stream[again:], known=restored)
    log = {a for told in published.values() for a in told} | {a for told in redone.alerts.values() for a in told}
    assert log == {a for told in whole.alerts.values() for a in told}
    assert redone.states == whole.states


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_hash_seeds(hash_seed, tmp_path):
    """A fresh interpreter with another hash seed writes the same alerts and verdicts."""
    source = tmp_path / "in.ndjson"
    source.write_bytes(b"".join(line.value + b"\n" for line in slice_of_company()))
    written = []
    for seed in ("random", hash_seed):
        out = [tmp_path / f"{name}-{seed}" for name in ("alerts", "scores")]
        command = [sys.executable, "-m", "detector", "replay", source.name, "--alerts", out[0], "--scores", out[1]]
        subprocess.run(
            command, check=True, cwd=tmp_path, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True
        )
        written.append([path.read_bytes() for path in out])
    assert written[0] == written[1]
    assert all(written[0])


def test_company_over_workers():
    """Simulated people over three workers."""
    stream = slice_of_company()
    one, many = play(stream), partitioned(stream, 3, Random(1))  # noqa: S311 a seeded test, no secret
    assert one.told
    assert (many.alerts, many.counts, many.states) == (one.alerts, one.counts, one.states)
