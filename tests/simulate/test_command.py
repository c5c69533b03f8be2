"""`detector simulate`: files as their suffix says, the truth beside, wrong use told, Kafka filled by user."""

import gzip
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import zstandard
from kafka import KafkaConsumer, TopicPartition
from kafka.partitioner.default import murmur2

from detector.simulate import Company
from detector.simulate.kafka import Pace

SIZE = ("--people", "12", "--days", "2", "--mix", "honest", "--seed", "command")


def run(*arguments, **how):
    """The command as a person calls it."""
    command = [sys.executable, "-m", "detector", *arguments]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **how)


def lines():
    """What the company of SIZE writes."""
    return list(Company(seed="command", people=12, days=2, mix="honest").records())


@pytest.mark.parametrize(
    ("suffix", "read"),
    [("", bytes), (".gz", gzip.decompress), (".zst", lambda b: zstandard.ZstdDecompressor().stream_reader(b).read())],
)
def test_file_is_as_its_suffix_says(tmp_path, suffix, read):
    """The same records plain, in gzip and in zstandard; the same bytes when run again."""
    for name in ("one", "two"):
        done = run("simulate", "--out", str(tmp_path / f"{name}.ndjson{suffix}"), *SIZE)
        assert done.returncode == 0, done.stderr
    one, two = ((tmp_path / f"{name}.ndjson{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert read(one).splitlines() == lines()


def test_truth_and_catalogue_are_beside(tmp_path):
    """`--out -` writes to standard output; truth and catalogue have their own files."""
    truth, catalogue = tmp_path / "truth.ndjson", tmp_path / "catalogue.json"
    done = run("simulate", "--out", "-", "--truth", str(truth), "--catalogue", str(catalogue), *SIZE)
    assert done.stdout.splitlines() == lines()
    assert len(truth.read_bytes().splitlines()) == 12
    assert msgspec.json.decode(catalogue.read_bytes())["targets"]["weekly_minimum_usd"] == 25.0


def test_a_company_may_start_today():
    """What it does is then of this week, so that whoever looks at the time takes it seriously."""
    before = datetime.now(UTC).date()
    done = run("simulate", "--out", "-", "--start", "today", *SIZE)
    first = datetime.fromisoformat(msgspec.json.decode(done.stdout.splitlines()[0])["occurred_at"])
    assert abs(first.date() - before) <= timedelta(days=1)
    assert run("simulate", "--out", "-", "--start", "tomorrow", *SIZE).returncode == 2


@pytest.mark.parametrize(
    "wrong",
    [
        (), ("--out", "a", "--to-kafka", "b:1"), ("--out", "a", "--rate", "5"), ("--out", "a", "--mix", "none"),
        ("--out", "a", "--people", "0"), ("--to-kafka", "b:1", "--rate", "1", "--speed", "1"), ("--out", "/"),
        ("--out", "a", "--outcome-drop", "2"),
    ],
)  # fmt: skip
def test_wrong_use_is_status_2(wrong, tmp_path):
    """What can't be meant is refused before anything is written."""
    done = run("simulate", *wrong, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr
    assert not list(tmp_path.iterdir())


def test_no_kafka_is_status_3():
    """A broker that can't be reached is told in one sentence that names it."""
    done = run("simulate", "--to-kafka", "127.0.0.1:1", *SIZE)
    assert done.returncode == 3
    assert b"127.0.0.1:1" in done.stderr
    assert b"Traceback" not in done.stderr


def test_pace():
    """By rate a record every 1/rate seconds, by speed as their own time says, else at once; never before the first."""
    rated = Pace(10.0, None)
    assert [rated.due(b'"2026-05-04T00:00:00Z"') for _ in range(3)] == [0.0, 0.1, 0.2]
    timed = Pace(None, 60.0)
    moments = (b'"2026-05-04T00:10:00Z"', b'"2026-05-04T00:13:00Z"', b'"2026-05-04T00:09:00Z"')
    assert [timed.due(moment) for moment in moments] == [0.0, 3.0, 0.0]
    assert Pace(None, None).due(b"never read") == 0.0


def test_kafka_holds_every_record_with_its_user(kafka_server, topic_prefix):
    """Every record arrives once, under its user's key, each user's in order, in the partition of the key's murmur2."""
    made = run("topics", "--partitions", "4", env=_environment(kafka_server, topic_prefix))
    assert made.returncode == 0, made.stderr
    done = run("simulate", "--to-kafka", kafka_server.bootstrap, "--topic-prefix", topic_prefix, *SIZE)
    assert done.returncode == 0, done.stderr
    kept = _read(kafka_server.bootstrap, f"{topic_prefix}meshclaw.invocations.v1")
    assert sorted(value for _, _, value in kept) == sorted(lines())
    for partition, key, value in kept:
        assert key.decode() == msgspec.json.decode(value)["user_id"]
        assert partition == (murmur2(key) & 0x7FFFFFFF) % 4
    for user in {key for _, key, _ in kept}:
        assert [value for _, key, value in kept if key == user] == [line for line in lines() if user in line]


def _environment(server, prefix):
    return {**os.environ, "DETECTOR_KAFKA_BOOTSTRAP": server.bootstrap, "DETECTOR_TOPIC_PREFIX": prefix}


def _read(bootstrap, topic):
    """Partition, key and value of everything that the topic holds now."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    parts = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(parts)
    ends, kept = consumer.end_offsets(parts), []
    while any(consumer.position(part) < ends[part] for part in parts):
        for records in consumer.poll(timeout_ms=500).values():
            kept += [(record.partition, record.key, record.value) for record in records]
    consumer.close()
    return kept
