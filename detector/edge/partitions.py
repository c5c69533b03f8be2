"""How partitions come and go: acquire in the store, compare with what Kafka holds, seek there."""

import logging
import time
from collections.abc import Awaitable, Iterable, Mapping
from functools import partial
from typing import Literal, Protocol

from aiokafka.structs import TopicPartition

from detector.edge import cohorts
from detector.edge.chunks import Bounds
from detector.edge.failures import Halted, Misconfigured
from detector.edge.ledger import Lease, Ledger
from detector.edge.metrics import Metrics
from detector.edge.patience import Patience
from detector.edge.store import UNREAD, Grant, Refusal

log = logging.getLogger(__name__)

ASK_AGAIN_SECONDS = 1.0
"""After a refusal: the group is about to tell this worker that its generation is over."""


class Kafka(cohorts.Kafka, Protocol):
    """What is asked of the consumer. `generation` grows with every rebalance; between two of them the flow stops."""

    @property
    def generation(self) -> int: ...
    @property
    def flowing(self) -> bool: ...
    def assignment(self) -> set[tuple[str, int]]: ...
    def seek_all(self, positions: Mapping[TopicPartition, int]) -> Awaitable[None]: ...
    def stand(self, tp: TopicPartition, offset: int) -> Awaitable[None]: ...
    def bounds(self, tps: list[TopicPartition]) -> Awaitable[dict[tuple[str, int], Bounds]]: ...


class Partitions:
    """Keeps the leases equal to the assignment. `owner` names this process, never another."""

    def __init__(
        self,
        ledger: Ledger,
        topics: tuple[str, str],
        owner: str,
        patience: Patience,
        metrics: Metrics,
        *,
        on_missing: Literal["fail", "skip"],
    ) -> None:
        self._ledger = ledger
        self._topics = topics
        self._owner = owner
        self._patience = patience
        self._metrics = metrics
        self._on_missing = on_missing
        self._refused: dict[int, float] = {}
        """Partitions that another worker holds, and when to ask again (monotonic seconds)."""

    async def hold(self, kafka: Kafka) -> None:
        """Acquire every assigned partition that is not held. Raises `Halted`, `Misconfigured`, `Unreachable`."""
        if not kafka.flowing:
            return
        generation = kafka.generation
        assigned = {partition for _, partition in kafka.assignment()}
        now = time.monotonic()
        waiting = {partition for partition, until in self._refused.items() if until > now}
        wanted = sorted(assigned - self._ledger.leases.keys() - waiting)
        if not wanted:
            return
        asked = {partition: await self._acquire(kafka, partition, generation) for partition in wanted}
        grants = {partition: grant for partition, grant in asked.items() if grant is not None}
        tps = [TopicPartition(topic, partition) for partition in grants for topic in self._topics]
        bounds = await self._patience.kafka(lambda: kafka.bounds(tps))
        if generation != kafka.generation or not kafka.flowing:  # a rebalance came in between: ask again after it
            for partition, grant in grants.items():
                await self._patience.redis(partial(self._ledger.store.release, partition, grant.token))
            return
        leases = [
            self._ledger.open(partition, grant, self._start(partition, grant, bounds))
            for partition, grant in grants.items()
        ]
        for lease in leases:
            _count_skipped(lease)
            lease.counts["state_losses",] += self._is_lost(lease, bounds)
        await self._seek(kafka, leases)
        log.info("holding %s", ", ".join(f"{lease.partition} from {tuple(lease.next.values())}" for lease in leases))

    async def rewind(self, kafka: Kafka, lease: Lease) -> None:
        """Read again from the lease's next record: a chunk between was lost or stale."""
        self._metrics.gaps.inc()
        await self._seek(kafka, [lease])

    async def stand(self, kafka: Kafka, lease: Lease, end: int) -> None:
        """Fetch no more invocations for a lease that waits for its day and has kept enough, those up to `end`."""
        topic = self._topics[0]
        lease.turn.sought.add(topic)
        await self._patience.kafka(lambda: kafka.stand(TopicPartition(topic, lease.partition), end))

    async def go_on(self, kafka: Kafka, lease: Lease) -> None:
        """Fetch them again, from the lease's next record."""
        topic = self._topics[0]
        position = {TopicPartition(topic, lease.partition): lease.next[topic]}
        await self._patience.kafka(lambda: kafka.seek_all(position))

    async def _acquire(self, kafka: Kafka, partition: int, generation: int) -> Grant | None:
        missing = [topic for topic in self._topics if (topic, partition) not in kafka.assignment()]
        if missing and generation == kafka.generation:
            raise Misconfigured(f"partition {partition} of {missing[0]} is not here: {self._copartition(kafka)}")
        count = kafka.topic_partitions(self._topics[0])
        if count is None:
            return None  # the metadata is on its way: the next round knows
        with self._metrics.redis_seconds.labels("acquire").time():
            grant = await self._patience.redis(
                lambda: self._ledger.store.acquire(partition, self._owner, generation, count)
            )
        if isinstance(grant, Grant):
            self._metrics.acquires.labels("granted").inc()
            return grant
        self._metrics.acquires.labels(grant).inc()
        if grant is Refusal.PARTITIONS:
            raise Misconfigured(
                f"DETECTOR_REDIS_PREFIX: its state was written for another number of partitions than {count}: users "
                "have moved between them; use a new prefix, which reads everything again"
            )
        self._refused[partition] = time.monotonic() + ASK_AGAIN_SECONDS
        log.info("partition %d is held by a worker of a later generation: asking again", partition)
        return None

    def _start(self, partition: int, grant: Grant, bounds: Mapping[tuple[str, int], Bounds]) -> dict[str, int]:
        start = {}
        for topic in self._topics:
            held = bounds[topic, partition]
            start[topic] = self._resume_at(topic, partition, grant.positions.get(topic, UNREAD), held)
            self._metrics.at(topic, partition, start[topic], held.latest)
        return start

    def _resume_at(self, topic: str, partition: int, stored: int, held: Bounds) -> int:
        """Where to go on. A position that Kafka does not hold is never passed over in silence."""
        if stored == UNREAD or held.earliest <= stored <= held.latest:
            return max(stored, held.earliest)
        told = (
            f"{topic} partition {partition}: the next record is {stored}, Kafka holds {held.earliest} to {held.latest}"
        )
        if self._on_missing == "fail":
            raise Halted(f"{told}; DETECTOR_ON_MISSING_RECORDS=skip goes on at the earliest and counts what is missing")
        log.error("%s: going on at the earliest, as DETECTOR_ON_MISSING_RECORDS=skip says", told)
        return held.earliest

    def _is_lost(self, lease: Lease, bounds: Mapping[tuple[str, int], Bounds]) -> bool:
        """Whether the store knows nothing of a partition that was read: profiles are built again, and it is said."""
        told = {topic: at for topic in self._topics if (at := bounds[topic, lease.partition].told)}
        if not told or any(stored != UNREAD for stored in lease.stored.values()):
            return False
        log.error(
            "partition %d: the store has lost its state: Kafka was told of %s, the store knows nothing; profiles are "
            "built again from what Kafka still holds, from %s",
            lease.partition,
            told,
            lease.next,
        )
        return True

    async def _seek(self, kafka: Kafka, leases: Iterable[Lease]) -> None:
        positions = {
            TopicPartition(topic, lease.partition): offset for lease in leases for topic, offset in lease.next.items()
        }
        await self._patience.kafka(lambda: kafka.seek_all(positions))

    def _copartition(self, kafka: Kafka) -> str:
        counts = ", ".join(f"{topic} has {kafka.topic_partitions(topic)}" for topic in self._topics)
        return f"the input topics need equally many partitions ({counts})"


def _count_skipped(lease: Lease) -> None:
    """What was passed over shows when the checkpoint holds: a partition can be acquired twice before that."""
    for topic, stored in lease.stored.items():
        if UNREAD < stored < lease.next[topic]:
            lease.counts["skipped",] += lease.next[topic] - stored
