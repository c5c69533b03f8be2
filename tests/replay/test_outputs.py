"""What replay leaves behind: counts, refused lines, verdicts; configuration; and the same bytes every time."""

import json
import os
import resource
import subprocess
import sys

import pytest

from detector.event import MAX_RECORD_BYTES
from detector.offline.recorded import MAX_LINE_BYTES
from detector.offline.replay import Replay
from detector.policy import Policy
from detector.simulate import Company
from tests.streams import MONDAY, FileSource, call, play
from tests.worlds import DIRT, slice_of_company


def test_dirt_is_counted_and_kept(replay, recorded, tmp_path):
    """Bad lines change no alert, are counted, and are written as they came."""
    good = recorded.splitlines()
    dirt = [bad for bad in DIRT if bad]
    mixed = [line for n, record in enumerate(good) for line in (record, dirt[n % len(dirt)])]
    (tmp_path / "in").write_bytes(b"\n".join(mixed))
    clean, dirty = replay("-", stdin=recorded), replay("in", "--dead-letters", "refused", alerts="dirty")
    assert dirty.status == 0
    assert dirty.counts["letters"] == len(good)
    assert dirty["refused"].split(b"\n")[:-1] == [dirt[n % len(dirt)] for n in range(len(good))]
    assert len(clean["alerts"].splitlines()) == len(dirty["dirty"].splitlines())
    assert {k: n for k, n in dirty.counts.items() if k != "letters"} == {
        k: n for k, n in clean.counts.items() if k != "letters"
    }


def test_any_bytes(replay, tmp_path):
    """A file of noise is nothing but dead letters, untouched."""
    noise = bytes((n * n * 31 + n // 7) % 256 for n in range(300_000))
    (tmp_path / "in").write_bytes(noise)
    run = replay("in", "--dead-letters", "refused")
    assert run.status == 0
    kept = [line for line in noise.split(b"\n") if line and not line.isspace()]
    assert run["refused"] == b"".join(line + b"\n" for line in kept)
    assert run.counts["letters"] == len(kept)


def test_giant_line(replay, tmp_path):
    """A line of 300 MB is one dead letter, byte for byte, and never in memory; what follows is judged."""
    good = slice_of_company(1)[0].value
    size = 300 * MAX_RECORD_BYTES
    with (tmp_path / "in").open("wb") as file:
        for _ in range(300):
            file.write(b'{"a":' + b"1" * (MAX_RECORD_BYTES - 5))
        file.write(b"\n" + good + b"\n")
    limit = 512 * 1024 * 1024  # of address space, of which the interpreter and its libraries take half
    command = [sys.executable, "-m", "detector", "replay", "in", "--alerts", "alerts", "--dead-letters", "refused"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert b"judged 1, repeat 0, late 0, dead letters 1" in done.stderr
    assert (tmp_path / "refused").stat().st_size == size + 1


@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_lines_at_the_limit(replay, tmp_path, over):
    """Around the largest record, a line is one record or one dead letter, never two; its tail is no record."""
    good = json.dumps(call(MONDAY, 1)).encode()
    padded = good + b" " * (MAX_LINE_BYTES - len(good) - 1 + over)
    (tmp_path / "in").write_bytes(padded + b"\n" + json.dumps(call(MONDAY, 2)).encode() + b"\n")
    run = replay("in", "--dead-letters", "refused")
    assert run.counts["judged"] + run.counts["letters"] == 2
    assert run["refused"] in {b"", padded + b"\n"}
    assert (run.counts["judged"] == 2) == (len(padded) <= MAX_RECORD_BYTES)


def test_scores(replay, recorded):
    """Every verdict has a line with its record's place and its findings; the loudest are those that became alerts."""
    run = replay("-", "--scores", "scores", stdin=recorded)
    scores = [json.loads(line) for line in run["scores"].splitlines()]
    assert all(0 <= score["score"] <= 1 for score in scores)
    assert all(0 <= finding <= 1 for score in scores for finding in score["findings"].values())
    raised = [json.loads(line) for line in run["alerts"].splitlines()]
    places = {(score["user_id"], score["source"]["line"]) for score in scores}
    assert {(a["user_id"], a["source"]["line"]) for a in raised if a["status"] == "firing"} <= places


def test_typology_switched_off(replay, recorded, tmp_path):
    """A typology that is off in the configuration is neither alerted nor scored, and the alerts name the difference."""
    on = replay("-", "--scores", "scores", stdin=recorded)
    leading = json.loads(on["alerts"].splitlines()[0])
    (tmp_path / "off.toml").write_text(f'[policy]\noff = ["{leading["typology"]}"]\n')
    off = replay("-", "--config", "off.toml", "--scores", "fewer", alerts="some", stdin=recorded)
    assert off.status == 0
    assert leading["typology"].encode() in on["scores"]
    assert leading["typology"].encode() not in off["fewer"] + off["some"]
    digests = {json.loads(line)["produced_by"]["config_digest"] for line in off["some"].splitlines()}
    assert leading["produced_by"]["config_digest"] not in digests


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[policy]\nraise_att = 0.5", "raise_att"),
        ("[policy]\nraise_at = 'high'", "raise_at"),
        ("[policy]\noff = ['unproductive_loops']", "unproductive_loops"),
        ("[policy", "bad.toml"),
        ("policy = 3", "policy"),
        ("\xff", "bad.toml"),
    ],
)
def test_wrong_configuration(replay, tmp_path, text, named):
    """One sentence that names what is wrong, status 2, and no output file."""
    (tmp_path / "bad.toml").write_bytes(text.encode("latin-1"))
    run = replay("-", "--config", "bad.toml")
    assert (run.status, run.said.count("\n")) == (2, 1)
    assert named in run.said
    assert not (tmp_path / "alerts").exists()


def test_missing_configuration(replay):
    """So is a file that is not there."""
    run = replay("-", "--config", "nowhere.toml")
    assert (run.status, run.said.count("\n")) == (2, 1)


def test_pseudonyms(replay, recorded):
    """With a key no user id is in any output; the alerts are the same but for ids and digests of ids."""
    plain = replay("-", "--scores", "scores", stdin=recorded)
    hidden = replay("-", "--scores", "hidden", alerts="kept", stdin=recorded, DETECTOR_PSEUDONYM_KEY="0123456789abcdef")
    users = {json.loads(line)["user_id"].encode() for line in plain["alerts"].splitlines()}
    assert users
    assert not any(user in hidden["kept"] + hidden["hidden"] for user in users)
    for one, other in zip(plain["alerts"].splitlines(), hidden["kept"].splitlines(), strict=True):
        differing = {k for k, v in json.loads(one).items() if json.loads(other)[k] != v}
        assert differing == {"alert_id", "user_id"}


def test_resting_profiles_change_nothing():
    """More users than are kept as objects: the same alerts, and the rest is small."""
    stream = slice_of_company(4000)
    judge, told = Replay(Policy(), max_hot=2), []
    for line in stream:
        step = judge.feed(line.value, FileSource("stream", line.number))
        told.extend(step.alerts)
    whole = play(stream, Policy())
    assert len(judge.profiles) == 2
    assert judge.users == len(whole.profiles)
    assert sorted((a.alert_id, a.revision) for a in told) == sorted((a.alert_id, a.revision) for a in whole.told)


@pytest.mark.slow
def test_a_hundred_thousand_records(tmp_path):
    """A simulated company of 100,000 records: the same bytes twice, under two hash seeds, every record counted."""
    count = 100_000
    with (tmp_path / "in").open("wb") as file:
        for number, line in enumerate(Company(seed="hundred", people=120, days=9, duplicates=0.01).records()):
            if number == count:
                break
            file.write(line + b"\n")
    outputs, said = [], []
    for seed in ("1", "2"):
        options = ["--alerts", f"alerts{seed}", "--scores", f"scores{seed}"]
        command = [sys.executable, "-m", "detector", "replay", "in", *options]
        done = subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed}
        )
        outputs.append([(tmp_path / f"{name}{seed}").read_bytes() for name in ("alerts", "scores")])
        said.append(done.stderr)
    assert outputs[0] == outputs[1]
    assert said[0] == said[1]
    words = said[0].decode().splitlines()[-1].replace(",", "").split()
    assert sum(int(words[words.index(name) + 1]) for name in ("judged", "repeat", "late", "letters")) == count
    assert outputs[0][0].count(b"\n") > 0
