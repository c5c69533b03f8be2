"""Redis away, slow, read-only, full, busy, rolled back, emptied: exact afterwards, or stopped with a sentence."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.edge.truth import story
from tests.edge.world import Worker, World, until
from tests.faults.conftest import Toll
from tests.faults.crew import readied, settled
from tests.servers import Broker, RedisServer, start_redis

RECORDS = 9_000
THIRD = RECORDS // 3
SLEEPY_SCRIPT = "local end_at = redis.call('TIME')[1] + 4; while tonumber(redis.call('TIME')[1]) < end_at do end"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis of the test's own."""
    with start_redis(own=True) as started:
        yield started


@pytest.fixture
def world(kafka_server: Broker, server: RedisServer, topic_prefix: str, tmp_path: Path) -> Iterator[World]:
    """A world on that Redis."""
    with World(kafka_server.bootstrap, server.url, topic_prefix, tmp_path) as built:
        yield built


def unready(worker: Worker) -> None:
    """Wait until a worker says that it can't work; it is alive all the while."""
    until(lambda: worker.get("/readyz")[0] == 503, "the worker to say that it is not ready")
    assert worker.get("/healthz")[0] == 200


def through(world: World, break_it: Callable[[], object], mend_it: Callable[[], object]) -> float:
    """A stream in the middle of which Redis fails and is mended; seconds from the mending to a ready worker."""
    records = story(RECORDS)
    worker = world.worker()
    readied(worker)
    world.produce(records[:THIRD])
    settled(world, THIRD // 2)
    break_it()
    world.produce(records[THIRD : 2 * THIRD])
    unready(worker)
    mend_it()
    mended = time.monotonic()
    ready = readied(worker)
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    assert worker.end() == 0
    return ready - mended


def test_down_at_the_start(world: World, server: RedisServer, toll: Toll) -> None:
    """The worker waits for it, and says so."""
    records = story(THIRD)
    server.kill()
    worker = world.worker()
    world.produce(records)
    until(lambda: "redis does not answer" in worker.log.read_text(), "the worker to miss Redis")
    server.start()
    began = time.monotonic()
    ready = readied(worker)
    settled(world, THIRD)
    assert worker.end() == 0
    toll("Redis down at start", 1, THIRD, ready - began, world=world)


def test_down_in_the_middle(world: World, server: RedisServer, toll: Toll) -> None:
    """Killed, and started again with its append-only file."""
    seconds = through(world, server.kill, server.start)
    toll("Redis down mid-stream", 1, RECORDS, seconds, world=world)


def test_away_for_too_long(world: World, server: RedisServer, toll: Toll) -> None:
    """After the configured time the worker leaves with status 3, having promised nothing; another one goes on."""
    records = story(THIRD)
    worker = world.worker(DETECTOR_OUTAGE_SECONDS="2")
    readied(worker)
    server.kill()
    world.produce(records)
    assert worker.process.wait(60) == 3
    assert "redis was away" in worker.log.read_text()
    server.start()
    began = time.monotonic()
    heir = world.worker()
    ready = readied(heir)
    settled(world, THIRD)
    assert heir.end() == 0
    toll("Redis away too long: status 3, then restarted", 1, THIRD, ready - began, world=world)


def test_slow(world: World, server: RedisServer, toll: Toll) -> None:
    """It stands still for a second again and again, and once for longer than a command waits for its reply."""
    records = story(RECORDS)
    pauses = [1.0, 1.0, 6.0, 1.0]
    world.settings["DETECTOR_CHECKPOINT_SECONDS"] = "0.1"
    worker = world.worker()
    readied(worker)
    size = RECORDS // len(pauses)
    for at, pause in enumerate(pauses):
        world.produce(records[at * size : (at + 1) * size])
        time.sleep(0.2)
        server.freeze()
        time.sleep(pause)
        server.thaw()
    thawed = time.monotonic()
    ready = readied(worker)
    settled(world, RECORDS)
    assert worker.end() == 0
    toll("Redis slow: pauses to 6 s", len(pauses), RECORDS, ready - thawed, world=world)


def test_read_only(world: World, toll: Toll) -> None:
    """A failover makes it a replica for a while, and then a primary that misses its replicas."""
    dead_port = "1"

    def mend() -> None:
        world.redis.config_set("min-replicas-to-write", 1)
        world.redis.execute_command("REPLICAOF", "NO", "ONE")
        time.sleep(3)
        world.redis.config_set("min-replicas-to-write", 0)

    seconds = through(world, lambda: world.redis.execute_command("REPLICAOF", "127.0.0.1", dead_port), mend)
    toll("Redis read-only; too few replicas", 2, RECORDS, seconds, world=world)


def test_full(world: World, toll: Toll) -> None:
    """At its memory limit it refuses writes: nothing is half written, and somebody makes room."""
    seconds = through(
        world, lambda: world.redis.config_set("maxmemory", 1), lambda: world.redis.config_set("maxmemory", 0)
    )
    toll("Redis full (maxmemory)", 1, RECORDS, seconds, world=world)


def test_busy_and_forgetful(world: World, toll: Toll) -> None:
    """Its scripts are forgotten, and somebody else's script keeps it busy."""
    world.redis.config_set("busy-reply-threshold", 100)

    def break_it() -> None:
        world.redis.script_flush()
        other = redis.Redis.from_url(world.redis_url)
        thread = threading.Thread(target=lambda: other.eval(SLEEPY_SCRIPT, 0))
        thread.start()
        busy.append(thread)

    busy: list[threading.Thread] = []
    seconds = through(world, break_it, lambda: busy.pop().join())
    toll("Redis scripts flushed; Redis busy", 2, RECORDS, seconds, world=world)


def test_a_script_that_fails(world: World, toll: Toll) -> None:
    """A key of another kind than the house's: the worker stops rather than guess; without it all is built again."""
    records = story(THIRD)
    world.produce(records)
    first = world.worker()
    settled(world, THIRD)
    assert first.end() == 0
    head = f"{{{world.prefix}:0}}"
    world.redis.delete(f"{head}:positions")
    world.redis.set(f"{head}:positions", b"not ours")
    careful = world.worker()
    assert careful.process.wait(60) == 1
    assert "WRONGTYPE" in careful.log.read_text()
    world.redis.delete(f"{head}:positions", f"{head}:lease", f"{head}:tally")
    began = time.monotonic()
    again = world.worker()
    ready = readied(again)
    settled(world, THIRD)
    until(lambda: again.metric("detector_state_losses_total") == 1, "the loss told")
    assert again.metric("detector_profile_resets_total", reason="world") > 0, "a profile of a lost history was believed"
    assert again.end() == 0
    toll("a key of another kind: status 1, then rebuilt", 1, THIRD, ready - began, world=world)


def test_the_last_seconds_are_lost(world: World, server: RedisServer, toll: Toll) -> None:
    """It comes back with yesterday's file, so to speak: profiles and positions are behind, and are caught up."""
    records = story(RECORDS)
    worker = world.worker()
    readied(worker)
    world.produce(records[:THIRD])
    settled(world, THIRD)
    files = server.folder / "appendonlydir"
    shutil.copytree(files, world.folder / "earlier")
    world.produce(records[THIRD : 2 * THIRD])
    settled(world, 2 * THIRD)
    server.kill()
    shutil.rmtree(files)
    shutil.copytree(world.folder / "earlier", files)
    server.start()
    began = time.monotonic()
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    ready = readied(worker)
    lost = worker.metric("detector_checkpoints_total", result="mismatch")
    assert lost >= 1, "nobody noticed the rollback"
    assert worker.end() == 0
    toll("Redis restarted, last seconds lost", 1, RECORDS, ready - began, world=world)


def test_emptied(world: World, toll: Toll) -> None:
    """Everything is gone while the worker runs: it says so, and builds it again from what Kafka holds."""
    records = story(RECORDS)
    worker = world.worker()
    readied(worker)
    world.produce(records[: 2 * THIRD])
    settled(world, 2 * THIRD)
    until(lambda: worker.metric("detector_kafka_commits_total", result="ok") > 0, "Kafka to be told")
    world.redis.flushall()
    began = time.monotonic()
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    caught_up = time.monotonic() - began
    until(lambda: worker.metric("detector_state_losses_total") == world.partitions, "the loss told")
    assert "lost its state" in worker.log.read_text()
    assert worker.end() == 0
    toll("Redis emptied: rebuilt from Kafka", 1, RECORDS, caught_up, world=world)
