"""`detector audit`: replay a span of the invocation topic and hold every published alert against it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

from detector.alert import Alert, KafkaSource
from detector.edge import settings as edge_settings
from detector.edge.again import Place, in_time, judgement, poison_in
from detector.edge.failures import Halted
from detector.edge.reading import Span, records, spans
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import Rejection
from detector.offline.audit import Audit, Receipt
from detector.offline.replay import Replay
from detector.pipeline import MODEL_DIGEST


class Published(NamedTuple):
    """What the alert topic holds: the alerts to be audited, and ids whose last word is a tombstone."""

    alerts: list[dict[str, Any]]
    erased: set[str]


@click.command()
@click.argument("since", metavar="FROM", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]))
@click.argument("until", metavar="TO", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]))
@click.option("--json", "as_json", is_flag=True, help="One receipt a line.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file, as the worker's.")
def command(since: datetime, until: datetime, config: Path | None, *, as_json: bool) -> None:
    """Say of each alert raised by records written to Kafka in [FROM, TO) (UTC) whether it is reproduced.

    The invocation topic is replayed from its beginning, because a judgement rests on all that came before, through the
    same judgement as `detector replay`, with the settings in force here; partitions in Kafka's time, because a day's
    judgement rests on what all people did before it, as far as Kafka still holds it. An alert is reproduced when the
    replay tells it to the last field. The receipt names the record that raised it and the digests of models and policy
    that judged. Status 1 when an alert is not reproduced, or one that the records give was not published. Let the span
    end before what the workers have judged: what they have not come to yet is not published.
    """
    settings = edge_settings.load(config=config)
    topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
    judge = judgement(settings, config)
    since, until = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    found = spans(settings, topics.invocations, since, until)
    times = range(int(since.timestamp() * 1000), int(until.timestamp() * 1000))
    published = _published(settings, topics, found, times)
    audit = Audit(published.alerts, published.erased, (MODEL_DIGEST, judge.pipeline.policy.digest))
    poison = poison_in(settings, topics)
    for partition, span in found.items():
        if span.earliest:
            click.echo(f"partition {partition} begins at {span.earliest:,}: earlier records are gone", err=True)
    _replay(settings, topics, found, judge, audit, poison)
    _tell(audit.receipts(), as_json=as_json)


def _published(settings: Settings, topics: Topics, found: dict[int, Span], times: range) -> Published:
    """The alerts that the span's records raised; and those written in its time that name no record at all."""
    alerts: list[dict[str, Any]] = []
    erased: set[str] = set()
    for record in records(settings, topics.alerts, follow=False, from_beginning=True):
        key = (record.key or b"").decode(errors="replace")
        erased.discard(key)
        if record.value is None:
            erased.add(key)
            alerts = [alert for alert in alerts if alert["alert_id"] != key]
        elif (alert := _alert(record)) is not None and _concerns(alert, topics, found, record.timestamp in times):
            alerts.append(alert)
    return Published(alerts, erased)


def _alert(record: Any) -> dict[str, Any] | None:  # noqa: ANN401 - kafka-python's records have no type
    """The record's alert as published, every field; None, and told, when it is none."""
    try:
        msgspec.json.decode(record.value, type=Alert)
        return dict(msgspec.json.decode(record.value))
    except msgspec.MsgspecError:
        click.echo(f"not an alert: partition {record.partition}, offset {record.offset}", err=True)
        return None


def _concerns(alert: dict[str, Any], topics: Topics, found: dict[int, Span], written: bool) -> bool:  # noqa: FBT001
    source = alert["source"]
    span, offset = found.get(source.get("partition")), source.get("offset")
    if source.get("topic") == topics.invocations and span is not None and offset in range(span.end):
        return span.holds(offset)
    return written


def _replay(
    settings: Settings, topics: Topics, found: dict[int, Span], judge: Replay, audit: Audit, poison: set[Place]
) -> None:
    """All partitions from their beginning, past the span for as long as later revisions of its alerts are wanted: what
    is known of people together crosses them.
    """
    wanted = {partition: audit.wanted((topics.invocations, partition)) for partition in found}
    going_on = set(found)
    for record in in_time(settings, topics, found):
        span = found[record.partition]
        if record.topic == topics.invocations and record.offset >= span.last and not wanted[record.partition]:
            going_on.discard(record.partition)
            if not going_on:
                return
        event = judge.decoder.decode(record.value, record.key)
        if isinstance(event, Rejection) or (record.topic, record.partition, record.offset) in poison:
            continue
        for alert in judge.step(event, KafkaSource(record.topic, record.partition, record.offset)).alerts:
            raised = alert.source["offset"]
            in_span = record.offset < span.last and isinstance(raised, int) and span.holds(raised)
            wanted[record.partition] -= audit.note(alert, in_span=in_span)


def _tell(receipts: list[Receipt], *, as_json: bool) -> None:
    for receipt in receipts:
        if as_json:
            click.echo(msgspec.json.encode(receipt))
            continue
        source = receipt.source
        place = f"{source.get('topic')}[{source.get('partition')}]@{source.get('offset')}"
        judged_by = f"models {receipt.model_digest}, config {receipt.config_digest}"
        click.echo(f"{receipt.outcome:<11} {receipt.alert_id} r{receipt.revision}  {place}  {judged_by}")
        if receipt.why:
            click.echo(f"{'':11} {receipt.why}")
    good = sum(receipt.outcome == "reproduced" for receipt in receipts)
    sentence = f"{good} of {len(receipts)} alerts reproduced"
    if good < len(receipts):
        raise Halted(sentence)
    click.echo(sentence, err=True)
