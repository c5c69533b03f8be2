"""Faust's Kafka transport, changed where the store owns the positions: it starts where the store says, tells Kafka what
the store holds, checkpoints before partitions go, and waits for room in the agent's queue instead of sleeping.
"""

import logging
from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from aiokafka.errors import ConsumerStoppedError, KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import TopicPartition
from faust.transport import drivers
from faust.transport.drivers import aiokafka as stock
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from detector.edge.chunks import Bounds, Chunk, ConsumerThread
from detector.edge.cohorts import Extent
from detector.edge.security import kafka_security
from detector.edge.settings import Settings

log = logging.getLogger(__name__)

SCHEME = "chunks"


class Holder(Protocol):
    """The worker's side of the transport."""

    settings: Settings

    def assigned(self) -> None:
        """There is a new assignment: acquire it soon, and seek."""

    async def give_back_all(self) -> None:
        """Checkpoint and release everything: the flow is stopped. Raises nothing, and does not take long."""

    def out_of_range(self, partition: int) -> None:
        """Kafka does not hold the next record: acquire again, which decides what to do."""

    def committable(self) -> dict[tuple[str, int], int]:
        """Checkpointed positions."""

    def committed(self, *, ok: bool) -> None:
        """Kafka was told, or could not be."""

    def halt(self, error: BaseException) -> None:
        """Stop the process with this error's status."""


class Consumer(stock.Consumer):
    """Faust's consumer, reading chunks."""

    mundane_level = "debug"

    _thread: ConsumerThread
    _told: Mapping[tuple[str, int], int] | None = None

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def _holder(self) -> Holder:
        holder: Holder = self.app.holder
        return holder

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Nothing: partitions are acquired and sought once the flow resumes, so the group never waits for the store."""
        return {}

    def resume_flow(self) -> None:
        """Faust calls this when partitions are assigned and the queues cleared. No chunk comes before its seek."""
        super().resume_flow()
        self._holder.assigned()

    @property
    def flowing(self) -> bool:
        """Whether this is not the time between a revocation and the next assignment, nor the end."""
        return bool(self.flow_active)

    @property
    def generation(self) -> int:
        """The group's generation that this assignment belongs to."""
        return int(self.app.consumer_generation_id)

    async def wait_empty(self) -> None:
        """Faust calls this with the flow stopped, before partitions go: on revoke and on stop alike."""
        await self._holder.give_back_all()
        await self.commit()

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: FBT001, FBT002
        """Tell Kafka what the store holds, for lag to be seen; nobody resumes from it, so a failure is only told."""
        del topics, start_new_transaction
        positions = self._holder.committable()
        if positions == self._told:
            return False
        try:
            await self._thread.in_thread(self._thread.tell(positions))
        except (KafkaError, TimeoutError) as error:
            log.warning("Kafka was not told of the positions: %s", type(error).__name__)
            self._holder.committed(ok=False)
            return False
        self._told = positions
        self._holder.committed(ok=True)
        return True

    async def on_task_error(self, exc: BaseException) -> None:
        """The agent raised: nothing that this process holds can be trusted any more."""
        self._holder.halt(exc)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Faust's fetcher service runs this until it is stopped."""
        max_records = self._holder.settings.fetch_records
        while not (self.should_stop or fetcher.should_stop):
            if not self.flow_active:
                await self.wait(self.can_resume_flow)
                continue
            for chunk in await self._fetched(max_records):
                # Waits here while the agent's queue is full: that is the backpressure.
                await self.callback(self._message(chunk))

    async def _fetched(self, max_records: int) -> list[Chunk]:
        try:
            chunks: list[Chunk] = await self._thread.in_thread(self._thread.fetch(max_records))
        except NoOffsetForPartitionError:
            return []  # assigned, and not sought yet: the seek is on its way
        except OffsetOutOfRangeError as error:
            for tp in error.args[0]:
                self._holder.out_of_range(tp.partition)
            return []
        except (ConsumerStoppedError, TimeoutError):
            return []
        return chunks

    def _message(self, chunk: Chunk) -> ConsumerMessage:
        return ConsumerMessage(
            chunk.topic,
            chunk.partition,
            chunk.end - 1,
            None,
            None,
            [],
            None,
            chunk,
            None,
            tp=TP(chunk.topic, chunk.partition),
            generation_id=self.app.consumer_generation_id,
        )

    def on_buffer_full(self, tp: TP) -> None:
        """The drain waits on a full queue; pausing partitions would make Faust sleep for a second."""

    def on_buffer_drop(self, tp: TP) -> None:
        """See `on_buffer_full`."""

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's stall messages speak of acks, which are not used: `watchdog` looks at positions."""

    def seek_all(self, positions: Mapping[TopicPartition, int]) -> Awaitable[Any]:
        """Go on reading at these positions."""
        return self._thread.in_thread(self._thread.seek_all(positions))

    def stand(self, tp: TopicPartition, offset: int) -> Awaitable[Any]:
        """Fetch nothing of a partition, and stay at this position."""
        return self._thread.in_thread(self._thread.stand(tp, offset))

    def extents(self, tps: list[TopicPartition]) -> Awaitable[dict[int, Extent]]:
        """What Kafka holds of one topic's partitions, whoever reads them."""
        return self._thread.in_thread(self._thread.extents(tps))

    def bounds(self, tps: list[TopicPartition]) -> Awaitable[dict[tuple[str, int], Bounds]]:
        """What Kafka holds."""
        return self._thread.in_thread(self._thread.bounds(tps))

    def waiting(self, topic: str, partition: int) -> int | None:
        """The offset after the last readable record, where a fetch has told it."""
        end: int | None = self._thread.readable_end(TopicPartition(topic, partition))
        return end

    async def parked_error(self) -> None:
        """Raise what the coordinator keeps for a caller of `getmany`, which Faust never is."""
        await self._thread.in_thread(self._thread.parked_error())

    async def reach(self) -> None:
        """Raise `KafkaError` when no broker answers."""
        if not await self._thread.in_thread(self._thread.reach()):
            raise KafkaError("no broker answers")


class Producer(stock.Producer):
    """Faust's producer with this house's security settings."""

    mundane_level = "debug"

    def _settings_auth(self) -> Mapping[str, Any]:
        return kafka_security(self.app.holder.settings)


class Transport(stock.Transport):
    """The transport behind broker addresses that begin with `chunks://`."""

    Consumer = Consumer
    Producer = Producer


def register() -> None:
    """Make the scheme known to Faust."""
    drivers.TRANSPORTS.aliases[SCHEME] = f"{__name__}:Transport"
