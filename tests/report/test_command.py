"""`detector report` from the outside: sources, exit status, and what a simulated company looks like."""

import asyncio
import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaProducer

from detector.simulate import Company, Gamer, Mix
from tests.report.tiny import WEEK, call, outcome, parsed, work
from tests.servers import Broker

GAMERS = ("G01_endless_task", "G23_burn_daemon", "G18_cache_churn", "G14_duplicates")


def run(*arguments: str | Path, stdin: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    """The command to its end, without the caller's settings."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")} | settings
    command = [sys.executable, "-m", "detector", "report", *map(str, arguments)]
    return subprocess.run(command, env=env, input=stdin, capture_output=True, timeout=300, check=False)


def lines(records: list[dict[str, Any]]) -> bytes:
    """NDJSON."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def figures(*arguments: str | Path, stdin: bytes = b"", **settings: str) -> dict[str, Any]:
    """The JSON report's first tenant."""
    done = run(*arguments, "--format", "json", stdin=stdin, **settings)
    assert done.returncode == 0, done.stderr
    (tenant,) = json.loads(done.stdout)["tenants"]
    return tenant


def company(path: Path, mix: Mix | str, outcome_drop: float = 0.0) -> Path:
    """A fortnight of a small company."""
    with path.open("wb") as file:
        for line in Company(seed="report", people=30, days=14, mix=mix, outcome_drop=outcome_drop).records():
            file.write(line + b"\n")
    return path


@pytest.fixture(scope="module")
def gamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company in which four people burn for the board."""
    folder = tmp_path_factory.mktemp("gamed")
    return company(folder / "gamed.ndjson", Mix(gamers=tuple(Gamer(name, 0.75) for name in GAMERS)))


def test_honest_company_is_authentic(tmp_path: Path) -> None:
    """Nothing to find: the index stays near 1, and both shares tell the same."""
    found = figures(company(tmp_path / "honest.ndjson", Mix()))
    assert found["index"]["value"] > 0.98
    assert found["adoption"]["raw"]["count"] - found["adoption"]["authentic"]["count"] <= 1


def test_gamers_lower_the_index(gamed: Path) -> None:
    """Burn for the board lowers the index and the burners' ranks."""
    found = figures(gamed)
    assert found["index"]["value"] < 0.95
    assert found["index"]["low"] < found["index"]["value"] < found["index"]["high"]
    assert 2 <= found["index"]["people_touched"] <= 8
    assert any(row["authentic_rank"] > row["raw_rank"] + 3 for row in found["leaderboard_tokens"])


def test_recorded_alerts_serve_instead(gamed: Path, tmp_path: Path) -> None:
    """With alerts of a replay the report judges nothing again, and finds less than all of the burn, but not nothing."""
    alerts = tmp_path / "alerts.ndjson"
    command = [sys.executable, "-m", "detector", "replay", str(gamed), "--alerts", str(alerts)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    judged, recorded = figures(gamed), figures(gamed, "--alerts", alerts)
    assert recorded["index"]["raw_usd"] == judged["index"]["raw_usd"]
    assert 0 < recorded["index"]["under_alert_usd"] <= judged["index"]["under_alert_usd"] * 1.1
    alerts.write_bytes(b'{"no": "alert"}\n')
    wrong = run(gamed, "--alerts", alerts)
    assert wrong.returncode == 2
    assert b"line 1 is no alert" in wrong.stderr


def test_same_bytes_from_every_source(tmp_path: Path) -> None:
    """Plain, compressed, in two files and on standard input: one report, to the byte, bad lines left out."""
    records = [record for n in range(9) for record in work(n, f"u{n}", 1.0 + n, day=6)]
    text = lines(records) + b"no record\n"
    plain, packed, half, rest = (tmp_path / name for name in ("a.ndjson", "a.ndjson.gz", "b.ndjson", "c.ndjson"))
    plain.write_bytes(text)
    packed.write_bytes(gzip.compress(text))
    half.write_bytes(lines(records[:7]))
    rest.write_bytes(lines(records[7:]))
    for form in ("text", "json", "html"):
        told = [run(*files, "--format", form) for files in ((plain,), (packed,), (half, rest))]
        told.append(run("-", "--format", form, stdin=text))
        assert [done.returncode for done in told] == [0] * 4, told[-1].stderr
        assert len({done.stdout for done in told}) == 1
    out = tmp_path / "report.html"
    assert run(plain, "--format", "html", "--out", out).stdout == b""
    parsed(out.read_text(encoding="utf-8"))


def test_pseudonyms_come_before_figures(tmp_path: Path) -> None:
    """With a pseudonym key no user id leaves."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(lines(work(1, "ann.smith", 2.0, day=6)))
    done = run(path, "--format", "json", DETECTOR_PSEUDONYM_KEY="a key that only tests have")
    assert done.returncode == 0, done.stderr
    assert b"ann.smith" not in done.stdout
    assert b'"p-' in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["nowhere.ndjson"], 2, "nowhere.ndjson: No such file"),
        (["-", "--week", "2026-W54"], 2, "2026-W54"),
        (["-", "--week", "May"], 2, "not an ISO week"),
        (["-", "--week", "2026-W10"], 2, "no records of 2026-W10: the records are of 2026-W20 to 2026-W20"),
        (["-", "--tenant", "other"], 2, "no records of tenant other"),
        (["-", "--target", "80"], 2, "--target"),
        (["-", "--out", "/nowhere/at/all"], 2, "/nowhere/at/all"),
        (["-", "--alerts", "nowhere.ndjson"], 2, "nowhere.ndjson: No such file"),
        (["-"], 0, ""),
    ],
)
def test_exit_status(arguments: list[str], status: int, says: str) -> None:
    """Wrong use ends with 2 and a sentence that names what was wrong."""
    done = run(*arguments, stdin=lines(work(1, "ann", 2.0)))
    assert done.returncode == status, done.stderr
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_nothing_at_all_and_a_damaged_file(tmp_path: Path) -> None:
    """No record is wrong use; a file that breaks off is a failure."""
    assert run("-").returncode == 2
    cut = tmp_path / "cut.ndjson.gz"
    cut.write_bytes(gzip.compress(lines(work(1, "ann", 2.0)))[:-9])
    damaged = run(cut)
    assert damaged.returncode == 1
    assert b"it breaks off" in damaged.stderr


def test_no_broker() -> None:
    """A broker that can't be reached ends with 3."""
    done = run("--week", "2026-W20", DETECTOR_KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert done.returncode == 3, done.stderr


async def transact(bootstrap: str, topic: str, value: bytes) -> None:
    """Write a record that no reader of committed ones may see, as the last of each partition."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=topic) as producer:
        await producer.begin_transaction()
        for partition in range(3):
            await producer.send_and_wait(topic, value, key=b"aborted", partition=partition)
        await producer.abort_transaction()


def test_topic_tells_the_same_as_a_file(kafka_server: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """The invocations topic, refused records and a line break in a record among them, gives the report of the file."""
    settings = {"DETECTOR_KAFKA_BOOTSTRAP": kafka_server.bootstrap, "DETECTOR_TOPIC_PREFIX": topic_prefix}
    missing = run("--week", "2026-W20", **settings)
    assert missing.returncode == 2, missing.stderr
    assert b"detector topics" in missing.stderr
    command = [sys.executable, "-m", "detector", "topics", "--partitions", "3"]
    made = subprocess.run(command, env=os.environ | settings, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    records = [record for n in range(9) for record in work(n, f"u{n}", 1.0 + n, day=6)]
    records += [call(1, "pinger", day=6), outcome("u1", day=6, session_id="w1")]
    producer = KafkaProducer(bootstrap_servers=kafka_server.bootstrap)
    stamp = int(datetime(2026, 5, 17, 10, tzinfo=UTC).timestamp() * 1000)
    topic = topic_prefix + "meshclaw.invocations.v1"
    old = json.dumps(call(77, "old", week=WEEK - 9)).encode()
    producer.send(topic, old, key=b"old", timestamp_ms=stamp - 9 * 7 * 86_400_000)
    for record in records:
        value = json.dumps(record, indent=1).encode()
        producer.send(topic, value, key=record["user_id"].encode(), timestamp_ms=stamp)
    producer.send(topic, json.dumps(call(78, "ann")).encode(), key=b"bob", timestamp_ms=stamp)
    producer.send(topic, b"no record", key=b"bob", timestamp_ms=stamp)
    producer.close()
    asyncio.run(transact(kafka_server.bootstrap, topic, json.dumps(call(79, "aborted", day=6)).encode()))
    path = tmp_path / "a.ndjson"
    path.write_bytes(lines(records))
    assert figures("--week", "2026-W20", **settings) == figures(path)
    assert figures(**settings)["coverage"]["weeks"] == 2  # all of the topic, the old record too
