"""`detector label`: say what an alert turned out to be."""

import getpass
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import click
import msgspec
from kafka import KafkaProducer

from detector.alert import Alert
from detector.edge import settings as edge_settings
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import Decoder, Rejection, Verdict_

SEND_SECONDS = 30


@click.command()
@click.argument("alert_id")
@click.argument("verdict", type=click.Choice(get_args(Verdict_)))
@click.option("--note", help="Why.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="How long this silences the workload.")
@click.option("--author", default=getpass.getuser, show_default="you", help="Who says so.")
@click.option("--at", type=click.DateTime(), help="When it counts from, UTC; now when not given.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(
    alert_id: str,
    verdict: str,
    note: str | None,
    days: float | None,
    author: str,
    at: datetime | None,
    config: Path | None,
) -> None:
    """Write a label about ALERT_ID.

    known_job and deliberate silence that workload, bug and false_alarm tell the judgement that it was wrong to speak;
    a confirmed alert stays.
    """
    settings = edge_settings.load(config=config)
    topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
    alert = _find(settings, topics.alerts, alert_id)
    since = (at or datetime.now(UTC)).replace(tzinfo=UTC)
    label = {
        "kind": "label",
        "label_id": str(uuid.uuid4()),
        "occurred_at": since.isoformat(),
        "tenant_id": alert.tenant_id,
        "user_id": alert.user_id,
        "alert_id": alert_id,
        "verdict": verdict,
        "author": author,
        "note": note,
        "expires_at": (since + timedelta(days=days)).isoformat() if days else None,
    }
    value, key = msgspec.json.encode(label), alert.user_id.encode()
    if isinstance(refused := Decoder().decode(value, key), Rejection):
        raise click.UsageError(refused.detail)
    _write(settings, topics.labels, key, value, alert.source)
    click.echo(f"{verdict}: {alert.summary}")


def _find(settings: Settings, topic: str, alert_id: str) -> Alert:
    """The alert's last revision. Raises `click.UsageError` when it was never published."""
    found = None
    for record in records(settings, topic, follow=False, from_beginning=True):
        if record.key == alert_id.encode():  # no value: whoever it was about is erased
            found = None if record.value is None else msgspec.json.decode(record.value, type=Alert)
    if found is None:
        raise click.UsageError(f"no alert {alert_id} on {topic}")
    return found


def _write(settings: Settings, topic: str, key: bytes, value: bytes, source: dict[str, str | int]) -> None:
    """To the partition of the alert's record: there the user's profile is, also when the id is a pseudonym."""
    partition = source.get("partition")
    with reaching(settings):
        producer = KafkaProducer(**client_arguments(settings), acks="all")
        try:
            producer.send(topic, key=key, value=value, partition=partition).get(timeout=SEND_SECONDS)
        finally:
            producer.close()
