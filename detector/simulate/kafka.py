"""The company on Kafka: its records to the invocations topic, keyed by user, as fast as asked."""

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from detector.edge.failures import Unreachable
from detector.edge.security import kafka_security
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import EARLIEST

MOST_UNDERWAY = 10_000
"""Records sent and not yet acknowledged: 6 MB, and enough for a full batch of every partition."""

LINGER_MS = 2
"""How long a record waits for company: at full speed batches fill sooner, at a pace it would count as a delay."""

NAP_SECONDS = 0.01
"""How far ahead of its pace the producer may be before it waits: a shorter sleep costs more than it paces."""


class Timed(msgspec.Struct, gc=False):
    """What must be known of a record to send it: whose it is and when it happened."""

    user_id: str
    occurred_at: msgspec.Raw


class Pace:
    """When the next record is due: `rate` records a second, or event time `speed` times as fast, or at once."""

    def __init__(self, rate: float | None, speed: float | None) -> None:
        self._rate, self._speed = rate, speed
        self._count, self._first = 0, EARLIEST.timestamp()

    def due(self, occurred_at: bytes) -> float:
        """Seconds after the first record that this one is due."""
        self._count += 1
        if self._rate:
            return (self._count - 1) / self._rate
        if not self._speed:
            return 0.0
        at: float = msgspec.json.decode(occurred_at, type=datetime).timestamp()
        self._first = at if self._count == 1 else self._first
        return max(0.0, at - self._first) / self._speed


async def produce(records: Iterator[bytes], settings: Settings, pace: Pace) -> int:
    """Send every record and wait for all acknowledgements; says how many. Raises `Unreachable`."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap, client_id="detector-simulate", acks="all", enable_idempotence=True,
        linger_ms=LINGER_MS, max_batch_size=262_144, **kafka_security(settings),
    )  # fmt: skip
    try:
        await producer.start()
        try:
            return await _send_all(producer, records, Topics.under(settings.topic_prefix).invocations, pace)
        finally:
            await producer.stop()
    except KafkaError as error:
        raise Unreachable(f"Kafka at {settings.kafka_bootstrap}: {error}") from error


async def _send_all(producer: AIOKafkaProducer, records: Iterator[bytes], topic: str, pace: Pace) -> int:
    loop, underway, count = asyncio.get_running_loop(), deque[Any](), 0
    decode, began = msgspec.json.Decoder(Timed).decode, loop.time()
    for line in records:
        timed = decode(line)
        early = began + pace.due(bytes(timed.occurred_at)) - loop.time()
        if early > NAP_SECONDS:
            await asyncio.sleep(early)
        underway.append(await producer.send(topic, line, timed.user_id.encode()))
        if len(underway) > MOST_UNDERWAY:
            await underway.popleft()
        count += 1
    for delivery in underway:
        await delivery
    return count
