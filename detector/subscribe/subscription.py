"""The way from the alert topic to a subscriber's handler and back: at least once, in order, without repeats."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from detector.edge.failures import Misconfigured, Unreachable
from detector.edge.security import kafka_refusal
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.subscribe.alone import ALONE, SHARED
from detector.subscribe.kept import connecting, kept
from detector.subscribe.news import News, NotAnAlertError, Seen

log = logging.getLogger(__name__)

POLL_MS: Final = 200
"""How long an idle round waits for records: the bound on how late a new partition is noticed."""
COMMIT_SECONDS: Final = 1.0
"""Longest time between a handler's return and its commit while alerts keep coming: what a crash may repeat."""
AGAIN_SECONDS: Final = 1.0
"""Between two tries when Kafka does not answer."""
PATIENT_MS: Final = 31_536_000_000
"""A handler may wait for its own servers as long as it must: a year. A dead process is noticed by its heartbeat."""
Counts = dict[TopicPartition, Seen]


class Subscription:
    """A named subscriber: those with one name share the partitions, each name gets everything.

    Its position is kept in Kafka under the name. What it has seen is not kept anywhere: the compacted topic itself, up
    to that position, says it, and is read once for each partition that this member is given.
    """

    def __init__(self, settings: Settings, name: str, *, recall: bool = False, alone: bool = False) -> None:
        """`recall`: begin with those still firing that were handled before, marked as such. `alone`: one member of this
        name has all partitions, the others stand by.
        """
        self._settings, self._name = settings, name
        self._topic = Topics.under(settings.topic_prefix, shadow=settings.shadow).alerts
        self._recall = recall
        self._consumer = AIOKafkaConsumer(
            **_reading(settings),
            group_id=name,
            max_poll_interval_ms=PATIENT_MS,
            auto_offset_reset="earliest",
            partition_assignment_strategy=ALONE if alone else SHARED,
        )
        self._seen: Counts = {}
        """By partition held; one that is not in it was not held before, or was taken away meanwhile."""
        self._handled: dict[TopicPartition, int] = {}
        """Positions not yet committed."""
        self._position: dict[TopicPartition, int] = {}
        """Everything before it is handled."""
        self._notes: dict[TopicPartition, str] = {}
        self._committed_at = 0.0
        self.turn = 0
        """Grows each time that partitions are given to this member."""
        self.recalling = False
        """Not all that is recalled has been handled yet."""
        self.passed_over = 0
        """Records of the topic that were no alerts."""

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
            there = await self._consumer.topics()
        except KafkaError as error:
            await self._consumer.stop()
            if refusal := await kafka_refusal(self._settings):
                raise Misconfigured(refusal) from error
            raise Unreachable(f"Kafka at {self._settings.kafka_bootstrap}: {error}") from error
        if self._topic not in there:
            await self._consumer.stop()
            raise Misconfigured(f"{self._topic} does not exist: `detector topics` makes it")
        self._consumer.subscribe([self._topic], listener=Handover(self))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.commit()
        await self._consumer.stop()

    async def __aiter__(self) -> AsyncIterator[News]:
        while True:
            batch: dict[TopicPartition, list[Any]] = {}
            try:
                batch = await self._consumer.getmany(timeout_ms=POLL_MS)
                recalled = await self._remember()
            except (GroupAuthorizationFailedError, TopicAuthorizationFailedError) as error:
                raise Misconfigured(f"Kafka refuses this subscriber: {error}") from error
            except KafkaError as error:
                log.warning("the alert topic can't be read (%s): trying again", type(error).__name__)
                for tp in batch.keys() & self._consumer.assignment():
                    self._consumer.seek(tp, batch[tp][0].offset)  # fetched, and not handled
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            for record, partition in recalled:
                yield _again(record, partition)
            self.recalling = False
            for tp, records in batch.items():
                async for news in self._told(tp, records):
                    yield news
            await self.commit()

    async def _told(self, tp: TopicPartition, records: Iterable[Any]) -> AsyncIterator[News]:
        """What is news among the records; one after the other is handled when the next is asked for."""
        seen = self._seen.get(tp)
        for record in records:
            if seen is None or self._seen.get(tp) is not seen:
                return  # taken away: whoever has it now begins after what was committed
            if (news := self._news(record)) is not None and seen.takes(news):
                yield news
            if self._seen.get(tp) is seen:
                self._handled[tp] = self._position[tp] = record.offset + 1
            if time.monotonic() - self._committed_at >= COMMIT_SECONDS:
                await self.commit()

    def _news(self, record: Any) -> News | None:  # noqa: ANN401 - aiokafka has no types
        try:
            return News.of(record.key, record.value, record.partition)
        except NotAnAlertError as error:
            self.passed_over += 1
            log.warning("no alert at %s %d %d: %s", record.topic, record.partition, record.offset, error)
            return None

    @property
    def partitions(self) -> set[int]:
        """Those whose news come to this member now."""
        return {tp.partition for tp in self._seen}

    @property
    def notes(self) -> dict[int, str]:
        """What members of this name keep beside their position, by partition."""
        return {tp.partition: self._notes.get(tp, "") for tp in self._seen}

    async def keep(self, partition: int, note: str) -> bool:
        """Write a note beside the partition's position, for whoever has it after this member; 4,096 bytes at most.

        Tries until Kafka has it. False: the partition is somebody else's meanwhile, and nothing is kept.
        """
        tp = TopicPartition(self._topic, partition)
        self._notes[tp] = note  # first: a commit meanwhile, on giving the partition back, must not take it away
        while tp in self._seen:
            try:
                await self._consumer.commit({tp: (self._position[tp], note)})
            except KafkaError as error:
                log.warning("a note was not kept (%s): trying again", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            break
        return tp in self._seen

    async def commit(self) -> None:
        """Tell Kafka what was handled. What it does not hear is told again after a restart."""
        handled = {tp: offset for tp, offset in self._handled.items() if tp in self._seen}
        if not handled:
            return
        self._committed_at = time.monotonic()
        try:
            await self._consumer.commit({tp: (offset, self._notes.get(tp, "")) for tp, offset in handled.items()})
        except KafkaError as error:
            log.warning("positions were not committed (%s): trying again", type(error).__name__)
            return
        self._handled = {tp: offset for tp, offset in self._handled.items() if offset != handled.get(tp)}

    async def give_up(self, partitions: Iterable[TopicPartition]) -> None:
        """These are about to be somebody else's."""
        await self.commit()
        for tp in partitions:
            self._seen.pop(tp, None)
            self._handled.pop(tp, None)

    async def _remember(self) -> list[tuple[bytes, int]]:
        """Read what was handled before of partitions new to this member; those still firing, if they are wanted."""
        fresh = self._consumer.assignment() - self._seen.keys()
        if not fresh:
            return []
        there = await kept(self._settings, self._name, fresh)
        ends = {tp: one.position for tp, one in there.items()}
        self._position |= ends
        self._notes |= {tp: one.note for tp, one in there.items()}
        found: Counts = {tp: Seen() for tp in fresh}
        firing: dict[str, tuple[bytes, int]] = {}  # as published: 1.4 KB each, decoded 4.6
        if any(ends.values()):
            async with AIOKafkaConsumer(**_reading(self._settings)) as past:
                past.assign(list(fresh))
                await past.seek_to_beginning()
                last = await past.end_offsets(list(fresh))
                ends = {tp: min(end, last[tp]) for tp, end in ends.items()}
                async for tp, news in self._until(past, ends):
                    if not found[tp].takes(news):
                        continue
                    firing.pop(news.alert_id, None)
                    if self._recall and news.firing and news.record is not None:
                        firing[news.alert_id] = news.record, tp.partition
        recalled = list(firing.values())
        self._seen |= found
        self.turn, self.recalling = self.turn + 1, bool(recalled)
        return recalled

    async def _until(
        self, past: AIOKafkaConsumer, ends: dict[TopicPartition, int]
    ) -> AsyncIterator[tuple[TopicPartition, News]]:
        while any([await past.position(tp) < end for tp, end in ends.items()]):
            for tp, records in (await past.getmany(timeout_ms=POLL_MS)).items():
                for record in records:
                    if record.offset < ends[tp] and (news := self._news(record)) is not None:
                        yield tp, news


class Handover(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """Commits what was handled before partitions go."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Called before the group shares them out anew."""
        await self._subscription.give_up(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Nothing: the next round sees what is new."""


def _again(record: bytes, partition: int) -> News:
    return msgspec.structs.replace(News.of(None, record, partition), recalled=True)


def _reading(settings: Settings) -> dict[str, Any]:
    return {"enable_auto_commit": False, **connecting(settings)}
