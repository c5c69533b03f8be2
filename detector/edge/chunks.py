"""The consumer's own thread: it fetches chunks, and each chunk knows where the one before it ended.

Stock Faust spends four tasks on a record (80 us); one event a chunk spends 3 us on it (measured). Because chunks tell
where they begin, a lost or stale one shows, whatever a rebalance did to the queues in between.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, NamedTuple

import aiokafka
import faust
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import ConsumerStoppedError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as stock

from detector.edge.cohorts import Extent
from detector.edge.deadletter import KafkaRecord
from detector.edge.security import kafka_security

FETCH_WAIT_SECONDS = 0.5
"""Longest wait of one fetch: how soon a stop or a rebalance is noticed by an idle worker."""
CALL_SECONDS = 30.0
"""Longest wait for one answer of the thread: past it, Kafka is away."""


class Chunk(NamedTuple):
    """What one fetch gave of one partition: all records in [start, end), some offsets of which may hold none."""

    topic: str
    partition: int
    start: int
    end: int
    records: list[KafkaRecord]
    highwater: int


class Bounds(NamedTuple):
    """What Kafka holds of a partition: offsets in [earliest, latest); and how far it was told that reading stands."""

    earliest: int
    latest: int
    told: int | None = None


class ChunkSchema(faust.Schema):
    """Passes chunks through: records are decoded by the judgement, which never raises."""

    def loads_key(self, app: faust.App, message: Any, **_: Any) -> Any:
        del app
        return message.key

    def loads_value(self, app: faust.App, message: Any, **_: Any) -> Any:
        del app
        return message.value


class ConsumerThread(stock.AIOKafkaConsumerThread):
    """The consumer's own thread: fetches, seeks and commits happen in its loop, so they can't overtake each other."""

    mundane_level = "debug"

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        del transport
        settings = self.app.holder.settings
        self._ends: dict[TopicPartition, int] = {}
        """Where the last chunk of each partition ended, or where it was sought to, under the present assignment."""
        self._assignment: object = None
        return aiokafka.AIOKafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap,
            client_id=f"detector-{settings.worker_id}",
            group_id=settings.group_id,
            group_instance_id=settings.group_instance_id,
            # Range gives partition N of every topic to the same worker when topics have equally many.
            partition_assignment_strategy=[RangePartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="none",  # nothing is ever skipped or repeated without the policy saying so
            isolation_level="read_committed",
            max_partition_fetch_bytes=settings.fetch_bytes,
            fetch_max_wait_ms=int(FETCH_WAIT_SECONDS * 1000),
            session_timeout_ms=int(settings.session_seconds * 1000),
            heartbeat_interval_ms=int(min(3.0, settings.session_seconds / 6) * 1000),
            rebalance_timeout_ms=60_000,  # longer than a checkpoint against a slow Redis
            request_timeout_ms=int(max(40.0, settings.session_seconds + 5) * 1000),
            max_poll_interval_ms=2**31 - 1,  # a standby must never be thrown out for having nothing to do
            **kafka_security(settings),
        )

    async def in_thread(self, call: Coroutine[Any, Any, Any]) -> Any:
        """Run in the thread's loop and wait, past the method queue that a long fetch can fill. Raises `KafkaError`."""
        if not self.thread_loop.is_running():
            call.close()
            raise KafkaError("the consumer has stopped")
        future = asyncio.run_coroutine_threadsafe(call, self.thread_loop)
        # Not `wait_for`: up to Python 3.11 it swallows a cancellation that comes together with the answer, and whoever
        # was to end goes on: one stop in ten under load waited for a queue that nobody emptied any more.
        async with asyncio.timeout(CALL_SECONDS):
            return await asyncio.wrap_future(future)

    async def fetch(self, max_records: int) -> list[Chunk]:
        """The next chunks, or none after a short wait. Runs in the thread."""
        consumer = self._ensure_consumer()
        fetcher, subscriptions = consumer._fetcher, consumer._subscription
        if consumer._closed:
            raise ConsumerStoppedError
        if not self.consumer.flow_active or subscriptions.reassignment_in_progress:
            await asyncio.sleep(FETCH_WAIT_SECONDS / 10)
            return []
        with subscriptions.fetch_context():  # tells the coordinator that somebody is reading
            found = await fetcher.fetched_records((), timeout=FETCH_WAIT_SECONDS, max_records=max_records)
        return list(self._chunks(found))

    def _chunks(self, found: Mapping[TopicPartition, list[KafkaRecord]]) -> Iterable[Chunk]:
        """Chunks of what was found, and empty ones where only transaction markers or aborted records were passed."""
        assignment = self._present()
        for tp, start in list(self._ends.items()):
            state = assignment.state_value(tp)
            if not state.has_valid_position or (end := state.position) == start:
                continue
            self._ends[tp] = end
            yield Chunk(tp.topic, tp.partition, start, end, found.get(tp, []), state.lso or state.highwater or end)

    def _present(self) -> Any:
        """The present assignment; with a new one, where chunks of the old one ended proves nothing.

        Until it is told to seek, aiokafka begins at Kafka's committed offsets, which a rolled-back store is behind of.
        """
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = None if subscription is None else subscription.assignment
        if assignment is not self._assignment:
            self._assignment = assignment
            self._ends.clear()
        return assignment

    async def seek_all(self, positions: Mapping[TopicPartition, int]) -> None:
        """Go on reading at these positions. Runs in the thread."""
        consumer = self._ensure_consumer()
        self._present()
        for tp, offset in positions.items():
            if tp in consumer.assignment():
                consumer.seek(tp, offset)
                consumer.resume(tp)
                self._ends[tp] = offset

    async def stand(self, tp: TopicPartition, offset: int) -> None:
        """Stay at this position and fetch nothing of the partition until it is sought. Runs in the thread."""
        consumer = self._ensure_consumer()
        self._present()
        if tp in consumer.assignment():
            consumer.seek(tp, offset)
            consumer.pause(tp)
            self._ends[tp] = offset

    async def extents(self, tps: list[TopicPartition]) -> dict[int, Extent]:
        """What Kafka holds of one topic's partitions, whoever reads them. Runs in the thread."""
        consumer = self._ensure_consumer()
        earliest, latest = await asyncio.gather(consumer.beginning_offsets(tps), consumer.end_offsets(tps))
        return {tp.partition: Extent(earliest[tp], latest[tp]) for tp in tps}

    async def bounds(self, tps: list[TopicPartition]) -> dict[tuple[str, int], Bounds]:
        """What Kafka holds of these partitions. Runs in the thread."""
        consumer = self._ensure_consumer()
        # All at once: they queue behind the fetch that waits for records on the same connection.
        earliest, latest, told = await asyncio.gather(
            consumer.beginning_offsets(tps),
            consumer.end_offsets(tps),
            consumer._coordinator.fetch_committed_offsets(tps),
        )
        return {
            (tp.topic, tp.partition): Bounds(earliest[tp], latest[tp], told[tp].offset if tp in told else None)
            for tp in tps
        }

    async def tell(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Commit to Kafka. Runs in the thread."""
        consumer = self._ensure_consumer()
        held = consumer.assignment()
        told = {TopicPartition(*tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
        if mine := {tp: offset for tp, offset in told.items() if tp in held}:
            await consumer.commit(mine)

    def topic_partitions(self, topic: str) -> int | None:
        """How many partitions the topic has, where the metadata has come. Faust asks the coordinator, who knows only if
        this worker leads the group.
        """
        known = self._ensure_consumer().partitions_for_topic(topic)
        return len(known) if known else None

    def readable_end(self, tp: TopicPartition) -> int | None:
        """The last stable offset as of the last fetch; a plain read, right from any thread."""
        consumer = self._ensure_consumer()
        if tp not in consumer.assignment():
            return None
        end: int | None = consumer.last_stable_offset(tp)
        return end

    def close(self) -> None:
        """The group rebalances while this worker stops: it does not join again, and leaves when its thread ends.

        Faust closes the connections here from the app's thread, while this one's loop may be reading from them: one
        stop in two hundred, amid a rebalance, was a segmentation fault; and the group could not be told any more.
        """
        self.thread_loop.call_soon_threadsafe(self._ensure_consumer()._coordinator._coordination_task.cancel)

    async def parked_error(self) -> None:
        """Raise the coordinator's pending error. Runs in the thread."""
        self._ensure_consumer()._coordinator.check_errors()

    async def reach(self) -> bool:
        """Whether a broker answers. Runs in the thread."""
        return bool(await self._ensure_consumer()._client.force_metadata_update())
