"""Kafka restarted, refusing, misshapen, moved under the position: exact afterwards, or stopped with a sentence."""

import asyncio
import time
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions

from tests.edge.truth import Judgement, bad_records, judged, story
from tests.edge.world import LARGE_BYTES, World, until
from tests.faults.conftest import Toll
from tests.faults.crew import Hand, readied, settled
from tests.servers import RedisServer, start_kafka

RECORDS = 9_000
THIRD = RECORDS // 3


def configure(world: World, topic: str, **config: str) -> None:
    """Change a topic's configuration; names with _ for the dots."""
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    named = {name.replace("_", "."): value for name, value in config.items()}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=named)])
    admin.close()


def tell(world: World, offset: int) -> None:
    """Set the group's committed offsets, as somebody with Kafka's tools would."""

    async def commit() -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=world.bootstrap, group_id=world.prefix + "group", enable_auto_commit=False
        )
        async with consumer:
            tps = [TopicPartition(world.topics.invocations, partition) for partition in range(world.partitions)]
            consumer.assign(tps)
            await consumer.commit(dict.fromkeys(tps, offset))

    asyncio.run(commit())


def test_a_broker_restarts(redis_server: RedisServer, topic_prefix: str, tmp_path: Path, toll: Toll) -> None:
    """Killed and started again in the middle of the stream, alerts under way; then stopped in good order."""
    with (
        start_kafka(own=True) as broker,
        World(broker.bootstrap, redis_server.url, topic_prefix, tmp_path) as world,
    ):
        records = story(RECORDS)
        worker = world.worker()
        readied(worker)
        world.produce(records[: 2 * THIRD])
        settled(world, THIRD)
        broker.kill()
        broker.start()
        first = time.monotonic()
        settled(world, 2 * THIRD)
        longest = readied(worker) - first
        broker.stop()
        broker.start()
        second = time.monotonic()
        world.produce(records[2 * THIRD :])
        settled(world, RECORDS)
        longest = max(longest, readied(worker) - second)
        assert worker.end() == 0
        toll("Kafka restarted: killed, stopped", 2, RECORDS, longest, world=world)


def test_alerts_are_refused(world: World, toll: Toll) -> None:
    """The alert topic takes no record that is older than nothing, for a while: all stands until the broker says yes."""
    records = story(RECORDS)
    worker = world.worker()
    readied(worker)
    world.produce(records[:THIRD])
    settled(world, THIRD)
    configure(world, world.topics.alerts, message_timestamp_before_max_ms="0")
    world.produce(records[THIRD:])
    until(lambda: worker.get("/readyz")[0] == 503, "the worker to say that it is not ready")
    assert world.counted() < RECORDS
    configure(world, world.topics.alerts, message_timestamp_before_max_ms=str(2**63 - 1))
    mended = time.monotonic()
    settled(world, RECORDS)
    caught_up = time.monotonic() - mended
    assert worker.end() == 0
    toll("Kafka refuses produced alerts", 1, RECORDS, caught_up, world=world)


def test_an_alert_is_too_large(world: World, toll: Toll) -> None:
    """The alert topic takes nothing of an alert's size: the worker names the setting and leaves; then all is told."""
    records = story(RECORDS)
    configure(world, world.topics.alerts, max_message_bytes="500")
    worker = world.worker()
    world.produce(records)
    assert worker.process.wait(60) == 1
    assert "max.message.bytes" in worker.log.read_text()
    configure(world, world.topics.alerts, max_message_bytes="1000000")
    began = time.monotonic()
    again = world.worker()
    ready = readied(again)
    settled(world, RECORDS)
    assert again.end() == 0
    toll("alerts too large for their topic: status 1", 1, RECORDS, ready - began, world=world)


def test_topics_are_missing(world: World, toll: Toll) -> None:
    """A topic that is not there, input topics of unequal partitions: status 2 and which; made right, all is judged."""
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    admin.delete_topics([world.topics.labels])
    records = story(THIRD)
    world.produce(records)
    missing = world.worker()
    assert missing.process.wait(60) == 2
    assert "does not exist" in missing.log.read_text()
    admin.create_topics({world.topics.labels: {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    few = world.worker()
    assert few.process.wait(60) == 2
    assert "equally many" in few.log.read_text()
    admin.create_partitions({world.topics.labels: NewPartitions(world.partitions)})
    admin.close()
    began = time.monotonic()
    worker = world.worker()
    ready = readied(worker)
    settled(world, THIRD)
    assert worker.end() == 0
    toll("topic missing; too few partitions: status 2", 2, THIRD, ready - began, world=world)


def test_partitions_are_added(world: World, toll: Toll) -> None:
    """Users have moved between partitions, so state no longer lies where their records do: the worker stops, says so,
    and leaves state and alerts as they were.
    """
    records = story(THIRD)
    worker = world.worker()
    world.produce(records)
    settled(world, THIRD)
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    more = NewPartitions(world.partitions + 2)
    admin.create_partitions({world.topics.invocations: more, world.topics.labels: more})
    admin.close()
    began = time.monotonic()
    assert worker.process.wait(60) == 2
    seconds = time.monotonic() - began
    assert "another number of partitions" in worker.log.read_text()
    toll("partitions added: status 2", 1, THIRD, None, world=world, note=f"noticed after {seconds:.0f} s")


def test_offsets_are_reset(world: World, toll: Toll) -> None:
    """Somebody sets the group's offsets back to the start, and then to the end: Redis owns the position."""
    records = story(RECORDS)
    hands = []
    for part, offset in enumerate((None, 0, 2 * THIRD)):
        if offset is not None:
            tell(world, offset)
        world.produce(records[part * THIRD : (part + 1) * THIRD])
        hands.append(Hand(world))
        settled(world, (part + 1) * THIRD)
        assert hands[-1].worker.end() == 0
    assert [hand.seen.judged for hand in hands] == [THIRD] * 3
    toll("Kafka's offsets reset, back and forth", 2, RECORDS, None, world=world)


def test_records_expire_under_the_position(world: World, toll: Toll) -> None:
    """Retention overtook the position: stop by default, go on and count when told so. What Kafka dropped is dropped."""
    records = story(THIRD)
    worker = world.worker()
    world.produce(records[: THIRD // 3])
    settled(world, THIRD // 3)
    assert worker.end() == 0
    world.produce(records[THIRD // 3 :])
    ends: dict[TopicPartition, int] = {}
    for record in world.read(world.topics.invocations):
        ends[TopicPartition(record.topic, record.partition)] = record.offset + 1
    admin = KafkaAdminClient(bootstrap_servers=world.bootstrap)
    admin.delete_records({tp: end - 10 for tp, end in ends.items()})
    admin.close()
    careful = world.worker()
    assert careful.process.wait(60) == 1
    assert "DETECTOR_ON_MISSING_RECORDS" in careful.log.read_text()
    began = time.monotonic()
    bold = world.worker(DETECTOR_ON_MISSING_RECORDS="skip")
    ready = readied(bold)
    kept = THIRD // 3 + 10 * len(ends)
    settled(world, kept)
    until(lambda: bold.metric("detector_records_skipped_total") == THIRD - kept, "the rest told as skipped")
    assert bold.end() == 0
    found = Judgement(kept - min(kept, world.counted()), max(kept, world.counted()) - kept, [])
    note = f"status 1; told to skip: {THIRD - kept:,} that Kafka dropped, counted"
    toll("records expired under the position", 1, kept, ready - began, found=found, note=note)


def test_a_flood_of_dirt(world: World, toll: Toll) -> None:
    """Too large a share is refused: the worker stops by its budget; a person raises it, and all is accounted for."""
    dirt = [record for record in bad_records() if len(record.value or b"") < LARGE_BYTES // 100]
    records = [*story(THIRD), *dirt * 200]
    world.produce(records)
    careful = world.worker()
    assert careful.process.wait(60) == 1
    assert "DETECTOR_DEAD_LETTER_PERCENT" in careful.log.read_text()
    began = time.monotonic()
    bold = world.worker(DETECTOR_DEAD_LETTER_PERCENT="100")
    ready = readied(bold)
    settled(world, len(records))
    assert bold.end() == 0
    letters = {(record.headers, record.value) for record in world.read(world.topics.dead_letters)}
    assert len(letters) == len(dirt) * 200
    toll("a flood of dirt: status 1 by its budget", 1, len(records), ready - began, found=judged(world, len(records)))
