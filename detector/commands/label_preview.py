"""The preview of `detector label`: which alerts labels would have let go and come, of recorded records or Kafka's."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import msgspec

from detector.alert import Alert, FileSource, KafkaSource, printable, rfc3339
from detector.edge.again import in_time, judgement, poison_in
from detector.edge.failures import Halted, Misconfigured
from detector.edge.reading import spans
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import Rejection
from detector.offline.foretold import foretold, lines
from detector.offline.preview import Asked, Preview
from detector.offline.progress import Told, size_of
from detector.offline.recorded import DamagedError, Long, check_readable, lines_of
from detector.offline.replay import Replay


def of_files(settings: Settings, config: Path | None, asked: Sequence[Asked], paths: Sequence[str]) -> Preview:
    """Judge recorded records, everybody's: only they say whom the alerts are about."""
    judge = judgement(settings, config)
    preview, counts = Preview(judge, asked), Counter[str]()
    try:
        for path in paths:
            check_readable(path)
    except OSError as error:
        raise Misconfigured(f"{error.filename}: {error.strerror}") from error
    with Told(size_of(paths)) as told:
        for path in paths:
            try:
                _file(path, judge, preview, told, counts)
            except DamagedError as error:
                raise Halted(str(error)) from error
    if unknown := preview.unknown():
        raise Misconfigured(f"these records raise no such alert: {unknown[0]}")
    return preview


def _file(path: str, judge: Replay, preview: Preview, told: Told, counts: Counter[str]) -> None:
    for number, line in lines_of(path, partial(told.position, path)):
        if not isinstance(line, Long) and not isinstance(event := judge.decoder.decode(line), Rejection):
            counts["alerts"] += _raised(preview.step(event, FileSource(path, number)))
        told.one(counts)


def of_topics(settings: Settings, config: Path | None, asked: Sequence[Asked]) -> Preview:
    """Judge what Kafka holds from its beginning, as an audit does."""
    judge, topics = judgement(settings, config), Topics.under(settings.topic_prefix, shadow=settings.shadow)
    preview, counts = Preview(judge, asked), Counter[str]()
    now = datetime.now(UTC)
    read = spans(settings, topics.invocations, now, now)
    poison = poison_in(settings, topics)
    with Told(sum(span.end - span.earliest for span in read.values())) as told:
        for partition, span in read.items():
            if span.earliest:
                click.echo(f"partition {partition} begins at {span.earliest:,}: earlier records are gone", err=True)
        for record in in_time(settings, topics, read):
            if record.topic == topics.invocations:
                told.position(str(record.partition), record.offset - read[record.partition].earliest)
            event = judge.decoder.decode(record.value, record.key)
            source = KafkaSource(record.topic, record.partition, record.offset)
            if not isinstance(event, Rejection) and (source.topic, record.partition, source.offset) not in poison:
                counts["alerts"] += _raised(preview.step(event, source, record.timestamp / 1000))
            told.one(counts)
    if unknown := preview.unknown():
        raise Halted(f"what Kafka still holds does not raise alert {unknown[0]} under this configuration")
    return preview


def _raised(alerts: Sequence[Alert]) -> int:
    return sum(alert.revision == 1 for alert in alerts)


def tell(preview: Preview, since: float, until: float, *, as_json: bool) -> None:
    """Print what changes of what came in between these times (Unix seconds)."""
    old, new = preview.judged(since)
    found = foretold(rfc3339(since), rfc3339(until), preview.effects(), old, new)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for line in lines(found, old, new):
        click.echo(printable(line))
