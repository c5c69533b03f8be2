"""Labels on their way in: what people say of alerts, from the command line or a file, to the topic."""

import getpass
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import click
import msgspec
from kafka import KafkaProducer

from detector.alert import Alert
from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import Decoder, Label, Reason, Rejection
from detector.offline.recorded import DamagedError, Long, lines_of

SEND_SECONDS = 30
TOO_LONG = Rejection(Reason.TOO_LARGE, "the line is longer than any record")


class Said(NamedTuple):
    """A label: its record, and what a worker makes of it."""

    value: bytes
    label: Label


def said_of(
    alert: Alert, verdict: str, note: str | None, days: float | None, author: str | None, at: datetime | None
) -> Said:
    """A new label about an alert. Raises `Misconfigured` when no worker would take it."""
    since = (at or datetime.now(UTC)).replace(tzinfo=UTC)
    label = {
        "kind": "label",
        "label_id": str(uuid.uuid4()),
        "occurred_at": since.isoformat(),
        "tenant_id": alert.tenant_id,
        "user_id": alert.user_id,
        "alert_id": alert.alert_id,
        "verdict": verdict,
        "author": author or getpass.getuser(),
        "note": note,
        "expires_at": (since + timedelta(days=days)).isoformat() if days else None,
    }
    return _said(msgspec.json.encode(label), Decoder(), "the label")


def labels_in(path: str, settings: Settings) -> list[Said]:
    """The labels of a file, one a line. Raises `Misconfigured` when it holds anything else, or nothing."""
    key = settings.pseudonym_key
    decoder = Decoder(key.encode() if key else None)
    try:
        found = [_said(line, decoder, f"{path}:{number}") for number, line in lines_of(path)]
    except OSError as error:
        raise Misconfigured(f"{path}: {error.strerror}") from error
    except DamagedError as error:
        raise Misconfigured(str(error)) from error
    if not found:
        raise Misconfigured(f"{path}: no label in it")
    return found


def _said(line: bytes | Long, decoder: Decoder, what: str) -> Said:
    label = TOO_LONG if isinstance(line, Long) else decoder.decode(line)
    if isinstance(label, Rejection):
        raise Misconfigured(f"{what}: {label.detail}")
    if isinstance(line, Long) or not isinstance(label, Label):
        raise Misconfigured(f"{what}: a record of another kind, no label")
    return Said(line, label)


def published(settings: Settings, wanted: set[str]) -> dict[str, Alert]:
    """The alerts' last revisions. Raises `Misconfigured` when one was never published."""
    topic, found = Topics.under(settings.topic_prefix, shadow=settings.shadow).alerts, dict[str, Alert]()
    for record in records(settings, topic, follow=False, from_beginning=True):
        alert_id = (record.key or b"").decode(errors="replace")
        if alert_id in wanted and record.value is not None:
            found[alert_id] = msgspec.json.decode(record.value, type=Alert)
        else:  # no value: whoever it was about is erased
            found.pop(alert_id, None)
    if missing := sorted(wanted - found.keys()):
        raise Misconfigured(f"no alert {missing[0]} on {topic}")
    return found


def check_person(alert: Alert, person: str | None) -> None:
    """A label under another user's name would reach another profile, and do nothing. Raises `Misconfigured`."""
    if person not in {None, alert.key}:
        raise Misconfigured(f"alert {alert.alert_id} is about another user than its label names")


def write(settings: Settings, said: Sequence[Said], alerts: Mapping[str, Alert]) -> None:
    """To the partition of each alert's record: there the user's profile is, also when the id is a pseudonym."""
    topic = Topics.under(settings.topic_prefix, shadow=settings.shadow).labels
    for _, label in said:
        check_person(alerts[label.alert_id], label.key)
    with reaching(settings):
        producer = KafkaProducer(**client_arguments(settings), acks="all")
        try:
            for value, label in said:
                alert = alerts[label.alert_id]
                key = msgspec.json.decode(value)["user_id"].encode()  # as written: the decoded one may be a pseudonym
                sent = producer.send(topic, key=key, value=value, partition=alert.source.get("partition"))
                sent.get(timeout=SEND_SECONDS)
                click.echo(f"{label.verdict}: {alert.summary}")
        finally:
            producer.close()
