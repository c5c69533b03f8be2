"""Where a report's records come from: files, standard input or Kafka; and the two readings that it takes.

The first reading judges, the second adds up: what is under an alert is known only when a session has been seen whole.
Standard input and Kafka can be read once, so they are kept in a temporary file between the two.
"""

import shutil
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from kafka import KafkaConsumer, TopicPartition

from detector.alert import Alert, FileSource
from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.settings import Settings
from detector.edge.topics import DEAD_LETTER_BYTES, Topics
from detector.event import Decoder, Event, Invocation, Rejection
from detector.offline.progress import Told, size_of
from detector.offline.recorded import BUFFER_BYTES, Long, lines_of
from detector.offline.replay import Replay
from detector.report.flags import Judged, Recorded, is_flagging
from detector.report.weeks import begins
from detector.report.words import TRAILING

POLL_MS: Final = 500


def events(paths: tuple[str, ...], decoder: Decoder, told: Told | None = None) -> Iterator[tuple[FileSource, Event]]:
    """The records of all files in order. Refused lines are left out: `detector replay` says which and why."""
    for path in paths:
        for number, line in lines_of(path, partial(told.position, path) if told else None):
            if isinstance(line, Long):
                continue
            event = decoder.decode(line)
            if not isinstance(event, Rejection):
                yield FileSource(path, number), event


def judged(paths: tuple[str, ...], judge: Replay) -> Judged:
    """The first reading: which sessions the judgement flags. Says on stderr how far it is."""
    flags, counts = Judged(), Counter[str]()
    with Told(size_of(paths)) as told:
        for source, event in events(paths, judge.decoder, told):
            step = judge.step(event, source)
            counts["alerts"] += sum(alert.revision == 1 for alert in step.alerts)
            told.one(counts)
            if isinstance(event, Invocation) and is_flagging(step):
                flags.note(event)
    return flags


def recorded(path: str) -> Recorded:
    """The flags of recorded alerts, one a line. Raises `Misconfigured` when the file holds anything else."""
    flags, decode = Recorded(), msgspec.json.Decoder(Alert).decode
    for number, line in lines_of(path):
        try:
            if isinstance(line, Long):
                raise Misconfigured(f"{path}: line {number:,} is no alert: it is too long")
            flags.note(decode(line))
        except (msgspec.MsgspecError, ValueError) as error:
            raise Misconfigured(f"{path}: line {number:,} is no alert: {error}") from error
    return flags


def keep_stdin(folder: Path) -> str:
    """Standard input as a file that can be read twice."""
    path = folder / "stdin.ndjson"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, BUFFER_BYTES)
    return str(path)


def keep_topic(folder: Path, settings: Settings, week: int | None) -> str:
    """The invocations topic as a file, each partition's labels put where they came in. No consumer group is used, so
    nobody's position moves. With a week, from the weeks before it that say who is known.

    Raises `Unreachable`, and `Misconfigured` when a topic does not exist.
    """
    topics, path = Topics.under(settings.topic_prefix), folder / "topic.ndjson"
    since = 0 if week is None else int(begins(week - TRAILING + 1) * 1000)
    labels: dict[int, deque[Any]] = defaultdict(deque)
    with reaching(settings), path.open("wb", BUFFER_BYTES) as file:
        consumer = KafkaConsumer(
            **client_arguments(settings),
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=DEAD_LETTER_BYTES,
        )
        try:
            for record in _since(consumer, topics.labels, since):
                labels[record.partition].append(record)
            for record in _since(consumer, topics.invocations, since):
                waiting = labels[record.partition]
                while waiting and waiting[0].timestamp <= record.timestamp:
                    _keep(file, waiting.popleft())
                _keep(file, record)
        finally:
            consumer.close()
    return str(path)


def _keep(file: IO[bytes], record: Any) -> None:  # noqa: ANN401 -- kafka-python's records have no type
    """One line, if a worker would accept the record. JSON that is valid has line breaks between its tokens only."""
    if not isinstance(_accepts.decode(record.value, record.key), Rejection):
        file.write(record.value.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")


_accepts = Decoder()
"""Hides no user id yet: the key has to be the id as it came."""


def _since(consumer: Any, topic: str, since: int) -> Iterator[Any]:  # noqa: ANN401 -- as above
    """A topic's records from the first that is stamped with `since` (Unix milliseconds) or later, to its end of now.

    There is no upper bound by stamp: what was sent late, or all at once from an archive, belongs to its own week.
    """
    partitions = consumer.partitions_for_topic(topic)
    if not partitions:
        raise Misconfigured(f"{topic} does not exist: `detector topics` makes it")
    tps = [TopicPartition(topic, partition) for partition in sorted(partitions)]
    consumer.assign(tps)
    ends = consumer.end_offsets(tps)
    found = consumer.offsets_for_times(dict.fromkeys(tps, since))
    for tp in tps:
        consumer.seek(tp, found[tp].offset if found.get(tp) else ends[tp])
    while any(consumer.position(tp) < ends[tp] for tp in tps):
        for tp, records in consumer.poll(timeout_ms=POLL_MS).items():
            yield from (record for record in records if record.offset < ends[tp])
