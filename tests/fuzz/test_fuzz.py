"""A short run of the fuzzer finds nothing, and would find something if it were there."""

import json
from pathlib import Path

import pytest

from tests.fuzz.__main__ import fuzz

INPUTS = 20_000


@pytest.mark.parametrize("door", ["record", "state"])
def test_a_short_run_finds_nothing(door: str, tmp_path: Path) -> None:
    """Every input is answered: judged, refused, or set aside as the worker would."""
    done = fuzz(door, INPUTS, 1, tmp_path)
    assert done.ok, done.output[-4_000:]
    told = json.loads(done.told)
    assert told.pop("inputs") == INPUTS
    assert sum(told.values()) == 2 * INPUTS  # each input comes in two ways: see the doors
    assert told["judged"] > INPUTS / 20, "inputs that never get past the first check prove little"


def test_a_fault_is_found(tmp_path: Path) -> None:
    """A door that fails on one kind of record: the run ends badly, and the input is kept."""
    done = fuzz("faulty", INPUTS, 1, tmp_path)
    assert not done.ok
    assert "ZeroDivisionError" in done.output
    (kept,) = tmp_path.glob("faulty-crash-*")
    assert json.loads(kept.read_bytes())["kind"] == "outcome"
