"""Proof that the tests' servers are what they say: they keep their word over kill -9, groups and scripts."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import aiokafka
import kafka
import pytest
import redis
from kafka.admin import NewTopic

from tests.servers import Broker, RedisServer, start_kafka, start_redis
from tests.servers.member import join

ROOT = Path(__file__).parents[2]

PATIENCE = 40
"""Seconds that a wait may take before the test has failed; each is over in a few."""


@pytest.fixture(scope="module")
def own_broker() -> Iterator[Broker]:
    with start_kafka(own=True) as broker:
        yield broker


def make_topic(broker: Broker, name: str, partitions: int = 1) -> None:
    admin = kafka.KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    admin.create_topics([NewTopic(name, partitions, 1)])
    admin.close()


def produce(broker: Broker, topic: str, words: list[bytes]) -> None:
    producer = kafka.KafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
    for sent in [producer.send(topic, word) for word in words]:
        sent.get(PATIENCE)
    producer.close()


def consume(broker: Broker, topic: str, count: int) -> list[bytes]:
    """All that the topic's one partition holds, which must be `count` records: no more are waited for."""
    consumer = kafka.KafkaConsumer(bootstrap_servers=broker.bootstrap, consumer_timeout_ms=PATIENCE * 1000)
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    assert consumer.end_offsets([partition]) == {partition: count}
    words = [next(consumer).value for _ in range(count)]
    consumer.close()
    return words


async def hold(consumer: aiokafka.AIOKafkaConsumer, partitions: int) -> None:
    """Return once the consumer holds that many partitions."""

    async def settled() -> None:
        while len(consumer.assignment()) != partitions:
            await consumer.getmany(timeout_ms=50)

    await asyncio.wait_for(settled(), PATIENCE)


def test_kafka_python_round_trip(kafka_server: Broker, topic_prefix: str) -> None:
    """What kafka-python produces it reads back, in order."""
    make_topic(kafka_server, topic := f"{topic_prefix}words")
    words = [b"%d" % n for n in range(100)]
    produce(kafka_server, topic, words)
    assert consume(kafka_server, topic, len(words)) == words


def test_aiokafka_round_trip(kafka_server: Broker, topic_prefix: str) -> None:
    """What aiokafka produces it reads back, key, value and headers."""
    make_topic(kafka_server, topic := f"{topic_prefix}words")

    async def story() -> aiokafka.ConsumerRecord:
        async with aiokafka.AIOKafkaProducer(bootstrap_servers=kafka_server.bootstrap) as producer:
            await producer.send_and_wait(topic, b"word", key=b"user", headers=[("reason", b"none")])
        async with aiokafka.AIOKafkaConsumer(
            topic, bootstrap_servers=kafka_server.bootstrap, auto_offset_reset="earliest"
        ) as consumer:
            return await asyncio.wait_for(consumer.getone(), PATIENCE)

    record = asyncio.run(story())
    assert (record.key, record.value, record.headers) == (b"user", b"word", (("reason", b"none"),))


def test_topics_are_not_made_by_asking(kafka_server: Broker, topic_prefix: str) -> None:
    """A topic that nobody created cannot be written to."""
    producer = kafka.KafkaProducer(bootstrap_servers=kafka_server.bootstrap, max_block_ms=1_000)
    with pytest.raises(kafka.errors.KafkaError):
        producer.send(f"{topic_prefix}nobody-made-me", b"word").get(PATIENCE)
    producer.close()


@pytest.mark.kafka
@pytest.mark.faults
def test_broker_keeps_its_records_over_kill_9(own_broker: Broker, topic_prefix: str) -> None:
    """What the broker acknowledged is there after kill -9 and a start, at the same address."""
    make_topic(own_broker, topic := f"{topic_prefix}words")
    produce(own_broker, topic, [b"before"])
    own_broker.kill()
    own_broker.start()
    produce(own_broker, topic, [b"after"])
    assert consume(own_broker, topic, 2) == [b"before", b"after"]


@pytest.mark.kafka
@pytest.mark.faults
def test_frozen_broker_goes_on(own_broker: Broker, topic_prefix: str) -> None:
    """A frozen broker answers nobody; thawed, it serves what it held."""
    make_topic(own_broker, topic := f"{topic_prefix}words")
    produce(own_broker, topic, [b"before"])
    own_broker.freeze()
    with pytest.raises(kafka.errors.KafkaError):
        kafka.KafkaAdminClient(bootstrap_servers=own_broker.bootstrap, bootstrap_timeout_ms=500, request_timeout_ms=500)
    own_broker.thaw()
    assert consume(own_broker, topic, 1) == [b"before"]


@pytest.mark.faults
def test_group_shares_and_expires_a_killed_member(kafka_server: Broker, topic_prefix: str) -> None:
    """Two members share four partitions; when one is killed the other gets all four."""
    make_topic(kafka_server, topic := f"{topic_prefix}words", partitions=4)
    arguments = (kafka_server.bootstrap, topic, f"{topic_prefix}group")

    async def story() -> None:
        first = await join(*arguments)
        await hold(first, 4)
        other = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.servers.member", *arguments, cwd=ROOT)
        try:
            await hold(first, 2)
        finally:
            other.kill()
        await other.wait()
        await hold(first, 4)
        await first.stop()

    asyncio.run(story())


@pytest.mark.redis
@pytest.mark.faults
def test_redis_keeps_its_writes_over_kill_9() -> None:
    """What Redis acknowledged is in its append-only file when it comes back from kill -9."""
    with start_redis(own=True) as server, redis.Redis.from_url(server.url) as client:
        for n in range(100):
            client.hset("profile", str(n), n * n)
        server.kill()
        server.start()
        assert client.hlen("profile") == 100
        assert client.hget("profile", "9") == b"81"


def test_redis_runs_a_script_at_once(redis_server: RedisServer, redis_prefix: str) -> None:
    """A Lua script reads, compares and writes as one step."""
    with redis.Redis.from_url(redis_server.url) as client:
        swap = client.register_script(
            "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('set', KEYS[1], ARGV[2]) end return 0"
        )
        client.set(redis_prefix, "one")
        assert swap([redis_prefix], ["one", "two"])
        assert swap([redis_prefix], ["one", "three"]) == 0
        assert client.get(redis_prefix) == b"two"
