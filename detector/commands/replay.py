"""`detector replay`: the same judgement without Kafka or Redis, deterministic to the byte."""

import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click
import msgspec
import zstandard

from detector.alert import FileSource
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline, Step
from detector.policy import Policy, PolicyError
from detector.profile import Profile

MAX_LINE_BYTES = 8_388_608
"""Longest line read whole; a longer one is read in pieces, each a dead letter: memory stays bounded on any input."""


class Replay:
    """All users' profiles and the judgement, fed line by line."""

    def __init__(self, policy: Policy, pseudonym_key: bytes | None = None) -> None:
        self.pipeline = Pipeline(policy)
        self.decoder = Decoder(pseudonym_key)
        self.profiles: dict[str, Profile] = {}

    def feed(self, line: bytes, source: FileSource) -> Step | Rejection:
        """Judge one record; a refused one comes back as its rejection."""
        event = self.decoder.decode(line)
        if isinstance(event, Rejection):
            return event
        profile = self.profiles.get(event.key)
        if profile is None:
            profile = self.profiles[event.key] = Profile.new(event.key)
        return self.pipeline.step(profile, event, source)


def lines_of(path: str) -> Iterator[bytes]:
    """The records of one input: plain, `.gz`, `.zst`, or `-` for standard input. Empty lines are no records."""
    with ExitStack() as stack:
        stream: IO[bytes]
        if path == "-":
            stream = sys.stdin.buffer
        elif path.endswith(".gz"):
            stream = io.BufferedReader(stack.enter_context(gzip.open(path)), 1 << 20)
        elif path.endswith(".zst"):
            raw = stack.enter_context(Path(path).open("rb"))
            stream = io.BufferedReader(stack.enter_context(zstandard.ZstdDecompressor().stream_reader(raw)), 1 << 20)
        else:
            stream = stack.enter_context(Path(path).open("rb", buffering=1 << 20))
        while line := stream.readline(MAX_LINE_BYTES):
            if record := line.rstrip(b"\r\n"):
                yield record


@click.command(name="replay")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--alerts", type=click.File("wb"), required=True, help="Alert records, one a line.")
@click.option("--scores", type=click.File("wb"), help="Every verdict, also the silenced ones, one a line.")
@click.option("--dead-letters", type=click.File("wb"), help="Refused lines, untouched.")
@click.option("--config", type=click.Path(path_type=Path), help="TOML file with a [policy] table.")
def command(
    inputs: tuple[str, ...],
    alerts: IO[bytes],
    scores: IO[bytes] | None,
    dead_letters: IO[bytes] | None,
    config: Path | None,
) -> None:
    """Judge recorded records: NDJSON in the order they arrived, from INPUTS (plain, .gz, .zst, or -)."""
    try:
        judge = Replay(Policy.load(config))
    except PolicyError as error:
        raise click.UsageError(str(error)) from error
    encoder = msgspec.json.Encoder()
    counts: Counter[str] = Counter()
    for path in inputs:
        try:
            for number, line in enumerate(lines_of(path), 1):
                step = judge.feed(line, FileSource(path, number))
                counts[_write(step, line, encoder, alerts, scores, dead_letters)] += 1
                counts["alerts"] += 0 if isinstance(step, Rejection) else len(step.alerts)
        except OSError as error:
            raise click.UsageError(f"{path}: {error.strerror or error}") from error
    click.echo(", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())), err=True)


def _write(
    step: Step | Rejection,
    line: bytes,
    encoder: msgspec.json.Encoder,
    alerts: IO[bytes],
    scores: IO[bytes] | None,
    dead_letters: IO[bytes] | None,
) -> str:
    if isinstance(step, Rejection):
        if dead_letters is not None:
            dead_letters.write(line + b"\n")
        return "dead_letters"
    for alert in step.alerts:
        alerts.write(encoder.encode(alert) + b"\n")
    if scores is not None:
        for v in step.verdicts:
            e = v.evidence
            scores.write(encoder.encode([e.typology, e.key, v.category, v.score, v.families, v.suppressed]) + b"\n")
    return step.disposition
