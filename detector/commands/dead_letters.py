"""`detector dead-letters`: what was refused, why, and back with it once the cause is mended."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
import msgspec
from kafka import KafkaProducer

from detector.edge import settings as edge_settings
from detector.edge.deadletter import PREFIX, TRUNCATED
from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.topics import DEAD_LETTER_BYTES, Topics

ATTEMPT = "tokenmaxxing.redrive.attempt"
SEND_SECONDS = 30
TIMES = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]


class Letter(msgspec.Struct):
    """A dead letter: where it lies (`place`, partition:offset of the dead-letter topic) and what is told of it."""

    place: str
    told: dict[str, str]
    headers: list[tuple[str, bytes]]
    key: bytes | None
    value: bytes | None
    attempt: int
    truncated: bool

    @classmethod
    def read(cls, record: Any) -> "Letter":  # noqa: ANN401 - kafka-python's records have no type
        headers = list(record.headers)
        told = {name.removeprefix(PREFIX): value.decode() for name, value in headers if name.startswith(PREFIX)}
        attempts = [int(value) for name, value in headers if name == ATTEMPT and value.isdigit()]
        own = [item for item in headers if not item[0].startswith(PREFIX) and item[0] != ATTEMPT]
        place = f"{record.partition}:{record.offset}"
        cut = any(name == TRUNCATED for name, _ in headers)
        return cls(place, told, own, record.key, record.value, max(attempts, default=0), cut)

    @property
    def at(self) -> datetime:
        """When the refused record was written to Kafka."""
        return datetime.fromtimestamp(int(self.told.get("timestamp", 0)) / 1000, UTC)

    def summary(self) -> dict[str, object]:
        """What may be shown in a list: no payload, no key."""
        size = None if self.value is None else len(self.value)
        return {"place": self.place, **self.told, "bytes": size, "attempt": self.attempt}


class Wanted(msgspec.Struct, frozen=True):
    """Which letters: of one reason, refused from records written to Kafka in [since, until), UTC."""

    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, letter: Letter) -> bool:
        """Whether the letter is one of them."""
        if self.reason is not None and letter.told.get("reason") != self.reason:
            return False
        at = letter.at
        return (self.since is None or at >= self.since.replace(tzinfo=UTC)) and (
            self.until is None or at < self.until.replace(tzinfo=UTC)
        )


def filtered(function: Callable[..., None]) -> Callable[..., None]:
    """The options that choose letters, given to the command as `wanted`."""

    @click.option("--reason", help="Only letters with this reason.")
    @click.option("--since", type=click.DateTime(TIMES), help="Only of records written at or after this time, UTC.")
    @click.option("--until", type=click.DateTime(TIMES), help="Only of records written before this time, UTC.")
    @wraps(function)
    def command(
        *args: object, reason: str | None, since: datetime | None, until: datetime | None, **kwargs: object
    ) -> None:
        function(*args, wanted=Wanted(reason, since, until), **kwargs)

    return command


def _letters(settings: Settings, wanted: Wanted) -> Iterator[Letter]:
    topic = Topics.under(settings.topic_prefix).dead_letters
    letters = map(Letter.read, records(settings, topic, follow=False, from_beginning=True))
    return (letter for letter in letters if wanted.has(letter))


@click.group()
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
@click.pass_context
def command(ctx: click.Context, config: Path | None) -> None:
    """Refused records: list, show, and re-drive."""
    ctx.obj = edge_settings.load(config=config)


@command.command("list")
@filtered
@click.option("--json", "as_json", is_flag=True, help="One letter a line.")
@click.pass_obj
def list_(settings: Settings, wanted: Wanted, *, as_json: bool) -> None:
    """One line a letter; payloads are not shown."""
    for letter in _letters(settings, wanted):
        told = letter.summary()
        if as_json:
            click.echo(msgspec.json.encode(told))
            continue
        origin = f"{told.get('topic')}[{told.get('partition')}]@{told.get('offset')}"
        size = "no value" if told["bytes"] is None else f"{told['bytes']:,} bytes"
        click.echo(f"{letter.place:>10}  {letter.at:%Y-%m-%dT%H:%M:%SZ}  {told.get('reason'):<13} {origin}  {size}")
        click.echo(f"            {told.get('detail')}")


@command.command()
@click.argument("place")
@click.option("--value", "only_value", is_flag=True, help="The payload's bytes alone, untouched.")
@click.pass_obj
def show(settings: Settings, place: str, *, only_value: bool) -> None:
    """Everything about the letter at PLACE (partition:offset), its payload included."""
    letter = next((letter for letter in _letters(settings, Wanted()) if letter.place == place), None)
    if letter is None:
        raise click.UsageError(f"no dead letter at {place}")
    if only_value:
        click.get_binary_stream("stdout").write(letter.value or b"")
        return
    for name, told in letter.summary().items():
        click.echo(f"{name}: {told}")
    for name, value in letter.headers:
        click.echo(f"header {name}: {value!r}")
    click.echo(f"key: {letter.key!r}")
    click.echo(f"value: {letter.value!r}")


@command.command()
@click.argument("places", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every letter that --reason, --since and --until leave.")
@filtered
@click.option(
    "--max-attempts", type=click.IntRange(1), default=3, show_default=True, help="Leave what came back often."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@click.pass_obj
def redrive(
    settings: Settings,
    places: tuple[str, ...],
    wanted: Wanted,
    max_attempts: int,
    *,
    everything: bool,
    dry_run: bool,
) -> None:
    """Send letters back to the topic and partition that they came from, key, value and headers as they were.

    A letter that is refused again comes back with its attempt raised by one. The dead letters themselves stay.
    """
    if bool(places) == everything:
        raise click.UsageError("name PLACES, or say --all")
    chosen = [letter for letter in _letters(settings, wanted) if everything or letter.place in places]
    if unknown := set(places) - {letter.place for letter in chosen}:
        raise click.UsageError(f"no dead letter at {', '.join(sorted(unknown))}")
    left = [letter for letter in chosen if letter.truncated or letter.attempt >= max_attempts]
    for letter in left:
        why = "only its first part was kept" if letter.truncated else f"came back {letter.attempt} times"
        click.echo(f"left {letter.place}: {why}")
    going = [letter for letter in chosen if letter not in left]
    if not dry_run:
        _send(settings, going)
    click.echo(f"{'would send' if dry_run else 'sent'} {len(going)}, left {len(left)}")


def _send(settings: Settings, letters: list[Letter]) -> None:
    with reaching(settings):
        producer = KafkaProducer(**client_arguments(settings), acks="all", max_request_size=DEAD_LETTER_BYTES)
        try:
            sent = [
                producer.send(
                    letter.told["topic"],
                    key=letter.key,
                    value=letter.value,
                    headers=[*letter.headers, (ATTEMPT, str(letter.attempt + 1).encode())],
                    partition=int(letter.told["partition"]),
                )
                for letter in letters
            ]
            for answer in sent:
                answer.get(timeout=SEND_SECONDS)
        finally:
            producer.close()
