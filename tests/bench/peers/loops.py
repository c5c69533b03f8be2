"""Plain consumer loops without an engine: bare ones, and ones that carry the same judgement."""

import asyncio
from typing import Any

import redis.asyncio
from aiokafka import AIOKafkaConsumer

from detector.profile import Profile
from tests.bench.count import Count
from tests.bench.peers.same_core import SameCore
from tests.bench.peers.subject import Subject

BATCH = 500
"""Records a batch, the worker's own."""


def confluent_bare(subject: Subject) -> None:
    """The C client's batches, dropped."""
    from confluent_kafka import Consumer  # noqa: PLC0415 - only in the peers' environment

    consumer = Consumer(
        {"bootstrap.servers": subject.bootstrap, "group.id": subject.group, "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([subject.topic])
    count = Count(subject.stop_at)
    while True:
        if records := consumer.consume(BATCH, timeout=0.5):
            count.take(len(records))


def aiokafka_bare(subject: Subject) -> None:
    """The asyncio client's batches, dropped."""
    asyncio.run(_aiokafka(subject, _Nothing()))


def aiokafka_core(subject: Subject) -> None:
    """The same judgement, profiles in memory only."""
    asyncio.run(_aiokafka(subject, _InMemory()))


def aiokafka_core_redis(subject: Subject) -> None:
    """The same judgement; each batch's profiles in Redis, read by one MGET and written by one pipeline, no fence."""
    asyncio.run(_aiokafka(subject, _InRedis(subject.redis_url)))


async def _aiokafka(subject: Subject, work: Any) -> None:
    consumer = AIOKafkaConsumer(
        subject.topic,
        bootstrap_servers=subject.bootstrap,
        group_id=subject.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    count = Count(subject.stop_at)
    while True:
        for records in (await consumer.getmany(timeout_ms=500, max_records=BATCH)).values():
            await work.take(records)
            await consumer.commit()
            count.take(len(records))


class _Nothing:
    async def take(self, records: list[Any]) -> None:
        """Drop them."""


class _InMemory:
    def __init__(self) -> None:
        self._core = SameCore()

    async def take(self, records: list[Any]) -> None:
        for record in records:
            self._core.take(record.value, (record.topic, record.partition, record.offset))


class _InRedis:
    """What a careful person writes by hand: batched, cached, but not atomic with the offsets and not fenced."""

    def __init__(self, url: str) -> None:
        self._core = SameCore()
        self._redis = redis.asyncio.Redis.from_url(url)

    async def take(self, records: list[Any]) -> None:
        core, profiles = self._core, self._core.profiles
        events = [event for record in records if (event := core.decode(record.value)) is not None]
        keys = list(dict.fromkeys(event.key for event in events))
        if missing := [key for key in keys if key not in profiles]:
            stored = await self._redis.mget([f"peer:{key}" for key in missing])
            for key, state in zip(missing, stored, strict=True):
                profiles[key] = Profile.loads(key, state) if state else Profile.new(key)
        for record, event in zip(records, events, strict=True):
            core.step(profiles[event.key], event, (record.topic, record.partition, record.offset))
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            pipe.set(f"peer:{key}", profiles[key].dumps())
        await pipe.execute()
