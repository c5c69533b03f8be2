"""What is known of people together crosses partitions and workers, and no worker's pace shows in an alert."""

import json
import signal
import time
from datetime import datetime, timedelta

import pytest

from tests.edge.company import company
from tests.edge.truth import judged
from tests.edge.world import Record, World, until

pytestmark = pytest.mark.slow
PARTITIONS = 6
HELD = "detector_partitions_held"
STALE = "detector_cohorts_stale_total"


@pytest.fixture
def rounds(kafka_server, redis_server, topic_prefix, redis_prefix, tmp_path):
    """A world of six partitions."""
    del redis_prefix  # cleans up
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path, PARTITIONS) as world:
        yield world
    for key in world.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
        world.redis.delete(key)


def shared(world: World) -> int:
    """Alerts that only the cohort can have raised."""
    return sum(alert["typology"] == "shared_template" for alert in world.alerts().values())


@pytest.mark.parametrize("workers", [1, 3])
def test_who_catches_up_waits_for_the_others(rounds: World, workers: int) -> None:
    """Weeks of records are there before the workers start: the alerts are the replay's, however many workers."""
    records = company()
    rounds.produce(records)
    crew = [rounds.worker() for _ in range(workers)]
    until(lambda: rounds.counted() >= len(records), "all records judged")
    assert all(worker.metric(STALE) == 0 for worker in crew)
    assert [worker.end() for worker in crew] == [0] * workers
    assert judged(rounds, len(records)) == (0, 0, [])
    assert shared(rounds) > 100, "the story no longer hangs on the cohort"
    audited = rounds.run("audit", "2020-01-01", "2099-01-01")
    assert audited.returncode == 0, audited.stdout[-2000:] + audited.stderr[-2000:]


def test_one_wrong_clock_holds_nobody_back(rounds: World) -> None:
    """A record from weeks ahead, in the middle of the catching up, neither waits nor has the others believe it."""
    records = company()
    at = next(n for n, record in enumerate(records) if n > len(records) // 3 and record.key == b"person20")
    ahead = json.loads(records[at].value or b"")
    day = datetime.fromisoformat(ahead["occurred_at"]) + timedelta(days=20)
    records[at] = Record(records[at].key, json.dumps(ahead | {"occurred_at": day.isoformat()}).encode())
    rounds.produce(records)
    worker = rounds.worker()
    until(lambda: rounds.counted() >= len(records), "all records judged")
    assert worker.metric(STALE) == 0
    assert worker.end() == 0
    assert judged(rounds, len(records)) == (0, 0, [])
    assert shared(rounds) > 100


def test_a_worker_killed_while_others_wait(rounds: World) -> None:
    """Ended by SIGKILL in the middle of the weeks, with an heir: nothing is counted twice, and nothing is missing."""
    records = company()
    rounds.produce(records)
    rounds.settings |= {"DETECTOR_CHECKPOINT_SECONDS": "0.2", "DETECTOR_FETCH_RECORDS": "20"}
    crew = [rounds.worker() for _ in range(3)]
    until(lambda: rounds.counted() > len(records) // 3, "a third judged")
    victim = crew.pop()
    victim.process.kill()
    assert rounds.counted() < len(records), "killed too late to prove anything"
    crew.append(rounds.worker())
    until(lambda: rounds.counted() >= len(records), "all records judged")
    assert [worker.end() for worker in crew] == [0, 0, 0]
    assert judged(rounds, len(records)) == (0, 0, [])
    assert shared(rounds) > 100


def test_an_idle_partition_holds_nobody_back(rounds: World) -> None:
    """One partition ends after some days, and one has no record: the days go on without them."""
    records = [record._replace(partition=int(record.key[6:]) % PARTITIONS) for record in company()]
    quiet = len(records) // 4
    told = [record for n, record in enumerate(records) if record.partition < 4 or (n < quiet and record.partition == 4)]
    worker = rounds.worker()
    until(worker.ready, "the worker")
    for at in range(0, len(told), 300):
        rounds.produce(told[at : at + 300])
    until(lambda: rounds.counted() >= len(told), "all records judged")
    assert worker.metric(STALE) == 0
    assert worker.end() == 0
    assert judged(rounds, len(told)) == (0, 0, [])


def test_the_wait_ends(rounds: World) -> None:
    """A worker that stands still, and that the group has not missed yet: the other goes on after a while, says so once
    and counts it; nothing is lost, and both end in order.
    """
    records = company(days=6)
    rounds.settings |= {"DETECTOR_COHORT_WAIT_SECONDS": "0.5", "DETECTOR_SESSION_SECONDS": "60"}
    crew = [rounds.worker(), rounds.worker()]
    for worker in crew:
        until(worker.ready, "both workers")
    until(lambda: [worker.metric(HELD) for worker in crew] == [PARTITIONS / 2] * 2, "three partitions each")
    frozen, other = crew
    frozen.process.send_signal(signal.SIGSTOP)
    rounds.produce(records)
    until(lambda: other.metric(STALE) > 0, "a wait in vain")
    until(lambda: other.metric("detector_lag_records") == 0 and rounds.counted(), "the other's records judged")
    frozen.process.send_signal(signal.SIGCONT)
    until(lambda: rounds.counted() >= len(records), "all records judged")
    assert rounds.counted() == len(records)
    assert other.log.read_text().count("waited 0.5 s for others") == 1
    assert [worker.end() for worker in crew] == [0, 0]


def test_who_waits_leaves_in_order(rounds: World) -> None:
    """SIGTERM to a worker that waits for another: it gives back what it holds, and nothing is judged twice."""
    records = company(days=6)
    rounds.settings |= {"DETECTOR_SESSION_SECONDS": "60"}
    crew = [rounds.worker(), rounds.worker()]
    for worker in crew:
        until(worker.ready, "both workers")
    until(lambda: [worker.metric(HELD) for worker in crew] == [PARTITIONS / 2] * 2, "three partitions each")
    frozen, other = crew
    frozen.process.send_signal(signal.SIGSTOP)
    rounds.produce(records)
    until(lambda: len(rounds.redis.keys(f"*{rounds.prefix}*:cohort")) == PARTITIONS / 2, "three that wait")
    assert other.ready()
    began = time.monotonic()
    assert other.end() == 0
    assert time.monotonic() - began < 10
    frozen.process.send_signal(signal.SIGCONT)
    until(lambda: rounds.counted() >= len(records), "all records judged")
    assert frozen.end() == 0
    assert judged(rounds, len(records), alerting=False) == (0, 0, [])
