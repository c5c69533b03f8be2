"""Where records come from: plain, compressed, several files, standard input; and files that are not what they seem."""

import gzip
import json

import pytest
import zstandard

from tests.streams import Policy, play
from tests.worlds import slice_of_company


def two_frames(data: bytes) -> bytes:
    """Zstandard as `cat a.zst b.zst` makes it."""
    half = len(data) // 2
    return b"".join(zstandard.ZstdCompressor().compress(part) for part in (data[:half], data[half:]))


def two_members(data: bytes) -> bytes:
    """The same of gzip."""
    return gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :])


def without_file(alerts: bytes):
    return [json.loads(line) | {"source": json.loads(line)["source"]["line"]} for line in alerts.splitlines()]


@pytest.mark.parametrize(("name", "pack"), [("in.gz", two_members), ("in.zst", two_frames), ("-", bytes)])
def test_same_alerts_however_packed(replay, recorded, tmp_path, name, pack):
    """Compressed in several members, or through a pipe: the alerts are those of the plain file."""
    (tmp_path / "plain").write_bytes(recorded)
    if name != "-":
        (tmp_path / name).write_bytes(pack(recorded))
    plain = replay("plain")
    other = replay(name, alerts="other", stdin=recorded if name == "-" else b"")
    assert (plain.status, other.status) == (0, 0)
    assert without_file(other["other"]) == without_file(plain["alerts"]) != []
    assert {json.loads(line)["source"]["file"] for line in other["other"].splitlines()} == {name}


def test_same_as_the_pipeline(replay, recorded, tmp_path):
    """The command tells what the pipeline told, byte for byte but for the file's name."""
    (tmp_path / "stream").write_bytes(recorded)
    run = replay("stream")
    told = [alert for alerts in play(slice_of_company(4000), Policy()).alerts.values() for alert in alerts]
    assert sorted(run["alerts"].splitlines()) == sorted(told)


def test_several_files_are_one_stream(replay, recorded, tmp_path):
    """A stream cut into files goes on where the last one ended; alerts name the file and the line in it."""
    cut = recorded.index(b"\n", len(recorded) // 2) + 1
    (tmp_path / "whole").write_bytes(recorded)
    (tmp_path / "1").write_bytes(recorded[:cut])
    (tmp_path / "2.gz").write_bytes(gzip.compress(recorded[cut:]))
    whole, parts = replay("whole"), replay("1", "2.gz", alerts="parts")
    first = recorded[:cut].count(b"\n")
    sources = [json.loads(line)["source"] for line in whole["alerts"].splitlines()]
    expected = [("1", s["line"]) if s["line"] <= first else ("2.gz", s["line"] - first) for s in sources]
    assert [tuple(json.loads(line)["source"].values()) for line in parts["parts"].splitlines()] == expected


def test_alerts_to_standard_output(replay, recorded):
    """`-` as output is standard output; what is told to a person goes to stderr."""
    run = replay("-", alerts="-", stdin=recorded)
    assert run.status == 0
    assert [json.loads(line)["revision"] for line in run["-"].splitlines()]


def test_lines_keep_their_numbers(replay, recorded, tmp_path):
    """Empty lines are no records, but they count: an alert's line is the line that an editor shows."""
    (tmp_path / "in").write_bytes(recorded)
    (tmp_path / "spaced").write_bytes(recorded.replace(b"\n", b"\r\n\n \n"))
    plain, spaced = replay("in"), replay("spaced", alerts="more")
    numbers = [
        [json.loads(line)["source"]["line"] for line in file.splitlines()] for file in (plain["alerts"], spaced["more"])
    ]
    assert numbers[1] == [3 * n - 2 for n in numbers[0]]
    assert spaced.counts["judged"] == plain.counts["judged"]


def test_no_line_break_at_the_end(replay, tmp_path):
    """The last line counts without one."""
    (tmp_path / "in").write_bytes(b"\n".join(line.value for line in slice_of_company(3)))
    assert replay("in").counts["judged"] == 3


@pytest.mark.parametrize("name", ["empty", "empty.gz", "empty.zst"])
def test_empty_file(replay, tmp_path, name):
    """An empty file has no records; the alert file of an earlier run does not stay."""
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "alerts").write_bytes(b"of an earlier run")
    run = replay(name)
    assert (run.status, run["alerts"]) == (0, b"")


@pytest.mark.parametrize(("name", "pack"), [("in.gz", gzip.compress), ("in.zst", zstandard.ZstdCompressor().compress)])
def test_cut_short(replay, recorded, tmp_path, name, pack):
    """A file that breaks off: what came before is judged and written, one sentence says where, and it is no success."""
    packed = pack(recorded)
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    run = replay(name)
    assert run.status == 1
    assert f"{name}: unreadable after line" in run.said
    assert run.said.count("\n") == 1
    assert run.counts["judged"] > 1000
    assert run["alerts"]


@pytest.mark.parametrize("name", ["in.gz", "in.zst"])
def test_not_compressed_at_all(replay, recorded, tmp_path, name):
    """A plain file with the wrong ending is one sentence."""
    (tmp_path / name).write_bytes(recorded)
    run = replay(name)
    assert (run.status, run.said.count("\n")) == (1, 1)


@pytest.mark.parametrize(("name", "pack"), [("in.gz", gzip.compress), ("in.zst", zstandard.ZstdCompressor().compress)])
def test_damaged_in_the_middle(replay, recorded, tmp_path, name, pack):
    """Flipped bits in the middle end it with a sentence, never a traceback."""
    packed = bytearray(pack(recorded))
    for place in range(len(packed) // 2, len(packed) // 2 + 20):
        packed[place] ^= 0xFF
    (tmp_path / name).write_bytes(packed)
    run = replay(name)
    assert "Traceback" not in run.said
    assert (run.status, run.said.count("\n")) == (1, 1)


@pytest.mark.parametrize("arguments", [("nowhere",), (".",), ("good", "nowhere")])
def test_unreadable(replay, tmp_path, arguments):
    """A file that can't be opened is wrong use, told before anything is judged, and it names the file."""
    (tmp_path / "good").write_bytes(slice_of_company(1)[0].value)
    run = replay(*arguments)
    assert run.status == 2
    assert run.said.startswith("Error: ")
    assert arguments[-1] in run.said
    assert not (tmp_path / "alerts").exists()


def test_never_over_its_own_input(replay, recorded, tmp_path):
    """Output over an input is refused before it is emptied."""
    (tmp_path / "in").write_bytes(recorded)
    for options in (["--scores", "in"], ["--dead-letters", "./in"]):
        assert replay("in", *options).status == 2
    assert replay("in", alerts=str(tmp_path / "in")).status == 2
    assert (tmp_path / "in").read_bytes() == recorded


def test_unwritable(replay, tmp_path):
    """Nor is an output that can't be written found out after hours."""
    (tmp_path / "in").write_bytes(b"")
    run = replay("in", alerts="nowhere/alerts")
    assert run.status == 2
    assert "nowhere/alerts" in run.said
