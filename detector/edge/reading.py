"""Reading a topic from the command line: all partitions, no group, so that nobody's position moves."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.settings import Settings
from detector.edge.topics import DEAD_LETTER_BYTES

POLL_MS = 500


class Span(NamedTuple):
    """Offsets of a partition: those of a span of time are [first, last); it begins at `earliest`, `end` comes next."""

    earliest: int
    first: int
    last: int
    end: int

    def holds(self, offset: int) -> bool:
        """Whether the record was written in the span."""
        return self.first <= offset < self.last


def spans(settings: Settings, topic: str, since: datetime, until: datetime) -> dict[int, Span]:
    """The offsets of records written to each partition in [since, until). Raises as `records` does."""
    with reaching(settings):
        consumer = KafkaConsumer(**client_arguments(settings))
        try:
            tps = _partitions(consumer, topic)
            earliest, ends = consumer.beginning_offsets(tps), consumer.end_offsets(tps)
            first, last = (
                consumer.offsets_for_times({tp: int(when.timestamp() * 1000) for tp in tps}) for when in (since, until)
            )
        finally:
            consumer.close()

    def at(tp: TopicPartition, found: Mapping[TopicPartition, Any]) -> int:
        """The offset found; the partition's end when no record is that late."""
        return int(found[tp].offset) if found.get(tp) else int(ends[tp])

    return {tp.partition: Span(earliest[tp], at(tp, first), at(tp, last), ends[tp]) for tp in tps}


def records(
    settings: Settings, topic: str, *, follow: bool, from_beginning: bool, partition: int | None = None
) -> Iterator[Any]:
    """The topic's records, in each partition's order; ends with what is there now unless it follows. `partition`: that
    one's alone.

    Raises `Unreachable`, and `Misconfigured` when there is no such topic.
    """
    with reaching(settings):
        consumer = KafkaConsumer(
            **client_arguments(settings), enable_auto_commit=False, max_partition_fetch_bytes=DEAD_LETTER_BYTES
        )
        try:
            tps = [tp for tp in _partitions(consumer, topic) if partition in {None, tp.partition}]
            yield from _records(consumer, tps, follow=follow, from_beginning=from_beginning)
        finally:
            consumer.close()


def _partitions(consumer: KafkaConsumer, topic: str) -> list[TopicPartition]:
    partitions = consumer.partitions_for_topic(topic)
    if not partitions:
        raise Misconfigured(f"{topic} does not exist: `detector topics` makes it")
    return [TopicPartition(topic, partition) for partition in sorted(partitions)]


def _records(
    consumer: KafkaConsumer, tps: list[TopicPartition], *, follow: bool, from_beginning: bool
) -> Iterator[Any]:
    consumer.assign(tps)
    ends = consumer.end_offsets(tps)
    if from_beginning:
        consumer.seek_to_beginning(*tps)
    else:
        consumer.seek_to_end(*tps)
    while follow or any(consumer.position(tp) < ends[tp] for tp in tps):
        for found in consumer.poll(timeout_ms=POLL_MS).values():
            yield from (
                record
                for record in found
                if follow or record.offset < ends[TopicPartition(record.topic, record.partition)]
            )
