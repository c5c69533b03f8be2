"""Looks at what nobody else would notice: a dead agent, a coordinator's parked error, a partition that stands still.

Stock Faust misses all three: an agent can end without a word, coordinator errors wait for a call that Faust never
makes, and a worker without partitions looks like one that is done.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from aiokafka.errors import KafkaError

from detector.edge.failures import Halted, Unreachable
from detector.edge.ledger import Lease
from detector.edge.partitions import Kafka
from detector.edge.patience import KAFKA_AWAY, REDIS_RAISES, redis_away
from detector.edge.worker import Worker

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""Between two looks."""
ANSWER_SECONDS = 5.0
"""A server that takes longer for a ping is away."""
STALL_SECONDS = 20.0
"""Records wait and none was judged for this long: longer than a rebalance's give-back."""


class Watched(Kafka, Protocol):
    """What is asked of the consumer."""

    async def parked_error(self) -> None:
        """Raise the coordinator's error, if one waits."""

    async def reach(self) -> None:
        """Raise `KafkaError` when no broker answers."""

    def waiting(self, topic: str, partition: int) -> int | None:
        """The offset after the last readable record, where known."""


class Watchdog:
    """Halts the worker, or mends what it can, when something stands still."""

    def __init__(
        self,
        worker: Worker,
        kafka: Watched,
        agent_alive: Callable[[], bool],
        *,
        look_seconds: float = LOOK_SECONDS,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._worker = worker
        self._kafka = kafka
        self._agent_alive = agent_alive
        self._look_seconds = look_seconds
        self._stall_seconds = stall_seconds
        self._seen: dict[int, tuple[dict[str, int], float]] = {}
        """The positions of each lease and since when they are what they are."""
        self._mended: dict[int, Lease] = {}

    async def watch(self) -> None:
        """Until cancelled, or until something is wrong that only a new process mends."""
        try:
            while not self._worker.failure.done():
                before = time.monotonic()
                await asyncio.sleep(self._look_seconds)
                self._worker.metrics.loop_lag.set(max(0.0, time.monotonic() - before - self._look_seconds))
                await self._others()
                await self._stalls()
        except (Halted, Unreachable) as error:
            self._worker.halt(error)

    async def _others(self) -> None:
        patience = self._worker.patience
        if not self._agent_alive():
            raise Halted("the agent ended: nothing would be judged any more")
        try:
            await self._kafka.parked_error()
        except KafkaError as error:
            raise Halted(f"Kafka's group coordinator: {error}") from error
        try:
            await asyncio.wait_for(self._kafka.reach(), ANSWER_SECONDS)
        except KAFKA_AWAY as error:
            patience.missed("kafka", error)
        else:
            patience.answered("kafka")
        try:
            await asyncio.wait_for(self._worker.ledger.store.ping(), ANSWER_SECONDS)
        except REDIS_RAISES as error:
            if not (redis_away(error) or isinstance(error, TimeoutError)):
                raise
            patience.missed("redis", error)
        else:
            patience.answered("redis")

    async def _stalls(self) -> None:
        now = time.monotonic()
        leases = self._worker.ledger.leases
        for partition, lease in list(leases.items()):
            for topic, at in lease.next.items():
                if (end := self._kafka.waiting(topic, partition)) is not None:
                    self._worker.metrics.at(topic, partition, at, end)
            positions, since = self._seen.get(partition, ({}, now))
            if positions != lease.next or not self._behind(lease) or self._worker.patience.away:
                self._seen[partition] = (dict(lease.next), now)
            elif now - since > self._stall_seconds:
                await self._mend(lease)
                self._seen[partition] = (dict(lease.next), now)
        for partition in self._seen.keys() - leases.keys():
            del self._seen[partition]

    def _behind(self, lease: Lease) -> bool:
        if lease.turn.waits:  # it stands on purpose, and not for ever
            return False
        return any((self._kafka.waiting(topic, lease.partition) or 0) > at for topic, at in lease.next.items())

    async def _mend(self, lease: Lease) -> None:
        """Read again from where it stands; a lease that still does not move is beyond mending."""
        if self._mended.get(lease.partition) is lease:
            raise Halted(f"partition {lease.partition} stands still at {lease.next} though records wait")
        log.warning("partition %d stands still at %s though records wait: reading again", lease.partition, lease.next)
        self._mended[lease.partition] = lease
        await self._worker.partitions.rewind(self._kafka, lease)
