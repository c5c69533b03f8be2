"""`detector simulate`: a synthetic company's records to a file or to Kafka, the truth beside it."""

import asyncio
import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
import msgspec
import zstandard
from rich.console import Console
from rich.progress import Progress

from detector.edge.settings import load
from detector.simulate import PRESETS, START, Company
from detector.simulate.kafka import Pace, produce

TODAY = "today"
EVERY = 50_000
"""Records between two lines of progress where there is no terminal."""


class Day(click.DateTime):
    """A date, or the one that it is now."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 -- click's own
        """See `click.DateTime`."""
        return super().convert(datetime.now(UTC).date().isoformat() if value == TODAY else value, param, ctx)


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File to write: plain, .gz, .zst, or -.",
)
@click.option("--to-kafka", metavar="BOOTSTRAP", help="Brokers to send to, host:port[,host:port].")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="To Kafka: records a second.")
@click.option(
    "--speed", type=click.FloatRange(0, min_open=True), help="To Kafka: times faster than the records' own time."
)
@click.option("--topic-prefix", help="To Kafka: before the topic's name; DETECTOR_TOPIC_PREFIX when not given.")
@click.option(
    "--truth",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="File for the truth, one JSON line a user and workload.",
)
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="File for what the company knows of itself, JSON.",
)
@click.option(
    "--people", default=200, type=click.IntRange(1, 100_000), show_default=True, help="More if the mix needs more."
)
@click.option("--days", default=14, type=click.IntRange(1, 3_650), show_default=True)
@click.option("--seed", default="1", show_default=True, help="Any word; the same word gives the same bytes.")
@click.option(
    "--mix",
    default="default",
    type=click.Choice(list(PRESETS)),
    show_default=True,
    help="; ".join(f"{name}: {meaning}" for name, meaning in PRESETS.items()),
)
@click.option(
    "--start", default=START.date().isoformat(), type=Day(), show_default=True, help="First day, UTC, or `today`."
)
@click.option(
    "--outcome-drop", default=0.0, type=click.FloatRange(0, 1), show_default=True, help="Share of outcomes lost."
)
@click.option(
    "--duplicates", default=0.001, type=click.FloatRange(0, 1), show_default=True, help="Share delivered twice."
)
@click.option(
    "--disorder", default=30.0, type=click.FloatRange(0, 60), show_default=True, help="Most seconds out of order."
)
def simulate(out: Path | None, truth: Path | None, catalogue: Path | None, *, start: datetime, to_kafka: str | None,
             rate: float | None, speed: float | None, topic_prefix: str | None,
             **company_of: Any) -> None:  # fmt: skip  # noqa: ANN401 -- Company's own arguments, typed by the options
    """Write a synthetic company's records: honest people, honest look-alikes and gamers."""
    if (out is None) == (to_kafka is None):
        raise click.UsageError("say where to: --out FILE or --to-kafka BOOTSTRAP")
    if to_kafka is None and not (rate is None and speed is None and topic_prefix is None):
        raise click.UsageError("--rate, --speed and --topic-prefix go with --to-kafka")
    if rate is not None and speed is not None:
        raise click.UsageError("--rate or --speed, not both")
    company = Company(start=start.replace(tzinfo=UTC), **company_of)
    if out is not None:
        with opened(out) as sink:
            for line in told(company.records()):
                sink.write(line + b"\n")
    elif to_kafka is not None:
        _send(company, to_kafka, topic_prefix, Pace(rate, speed))
    for path, lines in ((truth, company.truth), (catalogue, lambda: [company.catalogue()])):
        if path is not None:
            path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines()))


def _send(company: Company, bootstrap: str, prefix: str | None, pace: Pace) -> None:
    """To Kafka, with the security that DETECTOR_KAFKA_* says."""
    given = {"DETECTOR_KAFKA_BOOTSTRAP": bootstrap}
    if prefix is not None:
        given["DETECTOR_TOPIC_PREFIX"] = prefix
    asyncio.run(produce(told(company.records()), load(os.environ | given), pace))


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file to write, compressed as its suffix says; gzip without a time stamp, or equal runs would differ."""
    if str(path) == "-":
        yield sys.stdout.buffer
    elif path.suffix == ".gz":
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as sink:
            yield sink  # type: ignore[misc]  # a GzipFile writes bytes, but is not typed as IO[bytes]
    elif path.suffix == ".zst":
        with path.open("wb") as raw, zstandard.ZstdCompressor(6).stream_writer(raw) as sink:
            yield sink
    else:
        with path.open("wb") as sink:
            yield sink


def told(records: Iterator[bytes]) -> Iterator[bytes]:
    """The same records, with their number told on stderr."""
    console, count = Console(stderr=True), 0
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("records", total=None)
        for line in records:
            count += 1
            if count % EVERY == 0:
                progress.update(task, completed=count, description=f"{count:,} records")
                if not console.is_terminal:
                    click.echo(f"{count:,} records", err=True)
            yield line
    click.echo(f"{count:,} records written", err=True)
