"""Reading a topic from the command line: all partitions, no group, so that nobody's position moves."""

from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.settings import Settings
from detector.edge.topics import DEAD_LETTER_BYTES

POLL_MS = 500


def records(settings: Settings, topic: str, *, follow: bool, from_beginning: bool) -> Iterator[Any]:
    """The topic's records, in each partition's order; ends with what is there now unless it follows.

    Raises `Unreachable`, and `Misconfigured` when there is no such topic.
    """
    with reaching(settings):
        consumer = KafkaConsumer(
            **client_arguments(settings), enable_auto_commit=False, max_partition_fetch_bytes=DEAD_LETTER_BYTES
        )
        try:
            yield from _records(consumer, topic, follow=follow, from_beginning=from_beginning)
        finally:
            consumer.close()


def _records(consumer: KafkaConsumer, topic: str, *, follow: bool, from_beginning: bool) -> Iterator[Any]:
    partitions = consumer.partitions_for_topic(topic)
    if not partitions:
        raise Misconfigured(f"{topic} does not exist: `detector topics` makes it")
    tps = [TopicPartition(topic, partition) for partition in sorted(partitions)]
    consumer.assign(tps)
    ends = consumer.end_offsets(tps)
    if from_beginning:
        consumer.seek_to_beginning(*tps)
    else:
        consumer.seek_to_end(*tps)
    while follow or any(consumer.position(tp) < ends[tp] for tp in tps):
        for found in consumer.poll(timeout_ms=POLL_MS).values():
            yield from (
                record for record in found if follow or record.offset < ends[TopicPartition(topic, record.partition)]
            )
