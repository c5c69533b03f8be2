"""`detector reveal`: turn a pseudonym back, for whoever holds the key; each use is written down first."""

import getpass
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
import msgspec

from detector.edge import settings as edge_settings
from detector.edge.failures import Misconfigured
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.topics import Topics
from detector.event import Decoder, Rejection, pseudonym

OWNER_ONLY = 0o600


class Use(msgspec.Struct, frozen=True):
    """A line of the log: who asked for whom, when, where and why. What was answered is not written down."""

    at: str
    by: str
    host: str
    pseudonym: str
    tenant_id: str | None
    reason: str


@click.command()
@click.argument("pseudonym_", metavar="PSEUDONYM")
@click.option("--reason", required=True, help="Why: written down with your name.")
@click.option("--tenant", help="The tenant; with --users `default` when not given, else any that the topic holds.")
@click.option("--users", type=click.File(encoding="utf-8"), help="User ids to try, one a line; - for standard input.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(pseudonym_: str, reason: str, tenant: str | None, users: IO[str] | None, config: Path | None) -> None:
    """Say whose PSEUDONYM this is: the user ids given with --users, or those on the invocation topic, are tried.

    Needs DETECTOR_PSEUDONYM_KEY, as it was when the alert was raised, and DETECTOR_REVEAL_LOG, a file to which one line
    is appended before anything is looked for. Status 1 when none of the ids has this pseudonym.
    """
    settings = edge_settings.load(config=config)
    if settings.pseudonym_key is None:
        raise Misconfigured("DETECTOR_PSEUDONYM_KEY: only the holder of the key can reveal a pseudonym")
    key = settings.pseudonym_key.encode()
    _write_down(settings, pseudonym_, tenant, reason)
    asked = _topic(settings, tenant) if users is None else _given(users, tenant or "default")
    for tenant_id, user_id in asked:
        if pseudonym(key, tenant_id, user_id) == pseudonym_:
            click.echo(user_id)
            return
    raise click.ClickException(f"none of these user ids has the pseudonym {pseudonym_} under this key")


def _write_down(settings: Settings, pseudonym_: str, tenant: str | None, reason: str) -> None:
    """Append one line, durably. Raises `Misconfigured`: what can't be written down is not revealed."""
    if settings.reveal_log is None:
        raise Misconfigured("DETECTOR_REVEAL_LOG: name a file; each use is written down there, or nothing is revealed")
    use = Use(datetime.now(UTC).isoformat(), getpass.getuser(), socket.gethostname(), pseudonym_, tenant, reason)
    try:
        log = os.open(settings.reveal_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
        try:
            os.write(log, msgspec.json.encode(use) + b"\n")
            os.fsync(log)
        finally:
            os.close(log)
    except OSError as error:
        raise Misconfigured(f"DETECTOR_REVEAL_LOG: {settings.reveal_log}: {error.strerror}") from error


def _given(users: IO[str], tenant: str) -> Iterator[tuple[str, str]]:
    return ((tenant, line.rstrip("\r\n")) for line in users)


def _topic(settings: Settings, tenant: str | None) -> Iterator[tuple[str, str]]:
    """Everybody on the invocation topic, each once."""
    seen: set[tuple[str, str]] = set()
    decode = Decoder().decode
    for record in records(settings, Topics.under(settings.topic_prefix).invocations, follow=False, from_beginning=True):
        event = decode(record.value, record.key)
        if isinstance(event, Rejection) or tenant not in {None, event.tenant_id}:
            continue
        if (who := (event.tenant_id, event.user_id)) not in seen:
            seen.add(who)
            yield who
