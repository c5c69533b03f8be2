"""What goes wrong under a worker: it is exact afterwards, or it stops and says why."""

import signal

import pytest
from aiokafka.structs import TopicPartition
from kafka.admin import KafkaAdminClient

from tests.edge.truth import assert_exact, story
from tests.edge.world import World, until
from tests.servers import Broker, RedisServer, start_kafka, start_redis

RECORDS = 9_000
THIRD = RECORDS // 3

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def settled(world: World, count: int) -> None:
    """Wait until this many records are counted, as of the checkpoints."""
    until(lambda: world.counted() >= count, f"{count} records counted")


def test_a_restart_goes_on_where_the_last_one_stopped(world: World) -> None:
    """SIGTERM checkpoints: the next worker judges only what came since, and Kafka shows no lag."""
    records = story(RECORDS)
    first = world.worker()
    world.produce(records[:THIRD])
    until(lambda: first.metric("detector_position_offset") >= THIRD, "a third judged")
    assert first.end() == 0
    assert world.counted() == THIRD
    committed = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    offsets = committed.list_group_offsets(world.prefix + "group")
    committed.close()
    assert sum(each.offset for tp, each in flat(offsets).items() if tp.topic == world.topics.invocations) == THIRD
    second = world.worker()
    world.produce(records[THIRD:])
    settled(world, RECORDS)
    until(lambda: second.metric("detector_records_total") == RECORDS - THIRD, "only the new records judged")
    assert second.end() == 0
    assert_exact(world, RECORDS)


def flat(offsets: dict) -> dict:
    """Offsets by topic and partition, whether or not the client groups them."""
    if offsets and not isinstance(next(iter(offsets)), tuple):
        return {tp: each for group in offsets.values() for tp, each in group.items()}
    return offsets


def test_a_zombie_that_wakes_up_changes_nothing(world: World) -> None:
    """Frozen past its session with a chunk in hand, it finds another owner when it wakes, and writes nothing."""
    world.settings |= {"DETECTOR_CHECKPOINT_SECONDS": "0.2", "DETECTOR_CHECKPOINT_EVENTS": "200"}
    records = story(RECORDS)
    zombie = world.worker()
    until(zombie.ready, "the first worker")
    world.produce(records[:THIRD])
    settled(world, THIRD // 4)
    zombie.process.send_signal(signal.SIGSTOP)
    heir = world.worker()
    world.produce(records[THIRD : 2 * THIRD])
    settled(world, 2 * THIRD)
    zombie.process.send_signal(signal.SIGCONT)
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    until(zombie.ready, "the zombie back in the group")
    assert zombie.end() == 0
    assert heir.end() == 0
    assert_exact(world, RECORDS)


def test_a_store_that_was_rolled_back_is_caught_up(world: World) -> None:
    """Redis loses its last seconds, profiles and positions alike: the worker goes back and does them again."""
    records = story(RECORDS)
    worker = world.worker()
    world.produce(records[:THIRD])
    settled(world, THIRD)
    before = {key: world.redis.dump(key) for key in world.redis.scan_iter(match=f"*{world.prefix}*", count=1000)}
    world.produce(records[THIRD : 2 * THIRD])
    settled(world, 2 * THIRD)
    with world.redis.pipeline() as rollback:
        for key in world.redis.scan_iter(match=f"*{world.prefix}*", count=1000):
            rollback.delete(key)
        for key, value in before.items():
            rollback.restore(key, 0, value)
        rollback.execute()
    world.produce(records[2 * THIRD :])
    settled(world, RECORDS)
    assert worker.metric("detector_checkpoints_total", result="mismatch") >= 1, "nobody noticed the rollback"
    assert worker.end() == 0
    assert_exact(world, RECORDS)


def test_lost_positions_do_not_count_profiles_twice(world: World) -> None:
    """The positions are gone and the profiles are not: all is read again, and no old profile is believed."""
    records = story(THIRD)
    worker = world.worker()
    world.produce(records)
    settled(world, THIRD)
    assert worker.end() == 0
    for partition in range(world.partitions):
        head = f"{{{world.prefix}:{partition}}}"
        world.redis.delete(f"{head}:lease", f"{head}:positions", f"{head}:tally")
    again = world.worker()
    settled(world, THIRD)
    assert again.metric("detector_profile_resets_total", reason="world") > 0
    assert again.end() == 0
    assert_exact(world, THIRD)


def test_forged_profiles_are_not_believed(world: World) -> None:
    """Somebody swaps and damages profiles in Redis: those users begin afresh, counted, and the stream goes on."""
    records = story(THIRD)
    world.produce(records[: THIRD // 2])
    worker = world.worker()
    settled(world, THIRD // 2)
    assert worker.end() == 0
    keys = sorted(world.redis.scan_iter(match=f"*{world.prefix}*:profile:*", count=1000))
    one, two, three = world.redis.mget(keys[:3])
    world.redis.mset({keys[0]: two, keys[1]: one, keys[2]: three[:-3] + b"xxx"})
    again = world.worker()
    world.produce(records[THIRD // 2 :])
    settled(world, THIRD)
    assert again.metric("detector_profile_resets_total", reason="forged") == 3
    assert again.end() == 0


def test_a_redis_that_comes_back_is_waited_for(kafka_server: Broker, topic_prefix: str, tmp_path) -> None:
    """Killed and started again with its append-only file, in the middle of the stream: unready, then exact."""
    with (
        start_redis(own=True) as server,
        World(kafka_server.bootstrap, server.url, topic_prefix, tmp_path) as world,
    ):
        records = story(RECORDS)
        worker = world.worker()
        until(worker.ready, "the worker")
        world.produce(records[:THIRD])
        settled(world, THIRD // 2)
        server.kill()
        world.produce(records[THIRD : 2 * THIRD])
        until(lambda: worker.get("/readyz")[0] == 503, "the worker to say that it is not ready")
        assert worker.get("/healthz")[0] == 200
        server.start()
        world.produce(records[2 * THIRD :])
        settled(world, RECORDS)
        until(worker.ready, "the worker to be ready again")
        assert worker.end() == 0
        assert_exact(world, RECORDS)


def test_a_redis_that_stays_away_ends_the_worker(kafka_server: Broker, topic_prefix: str, tmp_path) -> None:
    """After the configured time it leaves with status 3, and has promised nothing that the store does not hold."""
    with (
        start_redis(own=True) as server,
        World(kafka_server.bootstrap, server.url, topic_prefix, tmp_path) as world,
    ):
        worker = world.worker(DETECTOR_OUTAGE_SECONDS="2")
        until(worker.ready, "the worker")
        server.kill()
        world.produce(story(500))
        assert worker.process.wait(60) == 3
        assert "redis was away" in worker.log.read_text()


def test_a_broker_that_comes_back_is_waited_for(redis_server: RedisServer, topic_prefix: str, tmp_path) -> None:
    """Killed and started again in the middle of the stream, alerts under way: exact afterwards."""
    with (
        start_kafka(own=True) as broker,
        World(broker.bootstrap, redis_server.url, topic_prefix, tmp_path) as world,
    ):
        records = story(RECORDS)
        worker = world.worker()
        until(worker.ready, "the worker")
        world.produce(records)
        settled(world, THIRD)
        broker.kill()
        broker.start()
        settled(world, RECORDS)
        assert worker.end() == 0
        assert_exact(world, RECORDS)


def test_a_standby_takes_over(kafka_server: Broker, redis_server: RedisServer, topic_prefix: str, tmp_path) -> None:
    """One partition, two workers: the one without is ready, waits, and goes on when the other is killed."""
    with World(kafka_server.bootstrap, redis_server.url, topic_prefix, tmp_path, partitions=1) as world:
        records = story(2 * THIRD)
        workers = [world.worker(), world.worker()]
        for worker in workers:
            until(worker.ready, "both workers, the standby too")
        world.produce(records[:THIRD])
        settled(world, THIRD // 2)
        workers.sort(key=lambda worker: worker.metric("detector_partitions_held"))
        standby, active = workers
        assert standby.metric("detector_partitions_held") == 0
        active.end(signal.SIGKILL)
        world.produce(records[THIRD:])
        settled(world, 2 * THIRD)
        assert standby.end() == 0
        assert_exact(world, 2 * THIRD)


def test_records_that_kafka_dropped_are_never_passed_over_in_silence(world: World) -> None:
    """Retention overtook the position: stop by default, go on and count when told so."""
    records = story(THIRD)
    worker = world.worker()
    world.produce(records[: THIRD // 3])
    settled(world, THIRD // 3)
    assert worker.end() == 0
    world.produce(records[THIRD // 3 :])
    ends = {tp: end for tp, end in ends_of(world).items() if end}
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    admin.delete_records({TopicPartition(*tp): end - 10 for tp, end in ends.items()})
    admin.close()
    careful = world.worker()
    assert careful.process.wait(60) == 1
    assert "DETECTOR_ON_MISSING_RECORDS" in careful.log.read_text()
    bold = world.worker(DETECTOR_ON_MISSING_RECORDS="skip")
    settled(world, THIRD // 3 + 10 * len(ends))
    missing = THIRD - THIRD // 3 - 10 * len(ends)
    until(lambda: bold.metric("detector_records_skipped_total") == missing, f"{missing} records told as skipped")
    assert bold.end() == 0


def ends_of(world: World) -> dict[tuple[str, int], int]:
    """The end of every partition of the invocations topic."""
    ends: dict[tuple[str, int], int] = {}
    for record in world.read(world.topics.invocations):
        ends[record.topic, record.partition] = record.offset + 1
    return ends
