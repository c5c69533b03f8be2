"""`detector simulate`: a synthetic company's records to a file, the truth beside it."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
import msgspec
import zstandard
from rich.console import Console
from rich.progress import Progress

from detector.simulate import PRESETS, START, Company

EVERY = 50_000
"""Records between two lines of progress where there is no terminal."""


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, allow_dash=True), help="File for the records: plain, .gz, .zst, or -."
)
@click.option("--truth", type=click.Path(path_type=Path), help="File for the truth, one JSON line a user and workload.")
@click.option("--people", default=200, type=click.IntRange(1, 100_000), show_default=True)
@click.option("--days", default=14, type=click.IntRange(1, 3_650), show_default=True)
@click.option("--seed", default="1", show_default=True, help="Any word; the same word gives the same bytes.")
@click.option("--mix", default="default", type=click.Choice(list(PRESETS)), show_default=True)
@click.option(
    "--start", default=START.date().isoformat(), type=click.DateTime(), show_default=True, help="First day, UTC."
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
def simulate(out: Path | None, truth: Path | None, people: int, days: int, seed: str, mix: str, start: datetime,
             outcome_drop: float, duplicates: float, disorder: float) -> None:  # fmt: skip
    """Write a synthetic company's records: honest people, honest look-alikes and gamers."""
    if out is None:
        raise click.UsageError("say where to: --out FILE")
    company = Company(seed=seed, people=people, days=days, start=start.replace(tzinfo=UTC), mix=mix,
                      outcome_drop=outcome_drop, duplicates=duplicates, disorder=disorder)  # fmt: skip
    with opened(out) as sink:
        for line in told(company.records()):
            sink.write(line + b"\n")
    if truth is not None:
        encode = msgspec.json.encode
        truth.write_bytes(b"".join(encode(line) + b"\n" for line in company.truth()))


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
