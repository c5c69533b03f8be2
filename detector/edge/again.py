"""Judging again what the topics still hold: the judgement in force here, and the records as they came in."""

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path
from typing import Any

from detector.edge.deadletter import PREFIX
from detector.edge.failures import Misconfigured
from detector.edge.metrics import FAULT
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.offline.replay import Replay
from detector.policy import Policy, PolicyError

Place = tuple[str, int, int]
"""Topic, partition and offset of a record."""


def judgement(settings: Settings, config: Path | None) -> Replay:
    """The judgement of a worker with these settings. Raises `Misconfigured`."""
    key = settings.pseudonym_key
    try:
        return Replay(Policy.load(config), key.encode() if key else None)
    except PolicyError as error:
        raise Misconfigured(f"DETECTOR_CONFIG: {error}") from error


def in_order(settings: Settings, topics: Topics, partition: int) -> Iterator[Any]:
    """A partition's records with its labels where they came in, by Kafka's time."""
    labels = deque(records(settings, topics.labels, follow=False, from_beginning=True, partition=partition))
    for record in records(settings, topics.invocations, follow=False, from_beginning=True, partition=partition):
        while labels and labels[0].timestamp <= record.timestamp:
            yield labels.popleft()
        yield record


def in_time(settings: Settings, topics: Topics, partitions: Iterable[int]) -> Iterator[Any]:
    """The records of all partitions, by Kafka's time: what is known of people in general crosses them."""
    return merge(*(in_order(settings, topics, partition) for partition in partitions), key=_written)


def _written(record: Any) -> int:  # noqa: ANN401 - kafka-python's records have no type
    return int(record.timestamp)


def poison_in(settings: Settings, topics: Topics) -> set[Place]:
    """Records that the judgement failed on when they were judged: the workers passed over them."""
    found: set[Place] = set()
    for record in records(settings, topics.dead_letters, follow=False, from_beginning=True):
        told = {name.removeprefix(PREFIX): value for name, value in record.headers}
        if told.get("reason") == FAULT.encode():
            found.add((told["topic"].decode(), int(told["partition"]), int(told["offset"])))
    return found
