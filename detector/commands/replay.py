"""`detector replay`: the same judgement without Kafka or Redis, deterministic to the byte."""

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

import click
import msgspec

from detector.alert import Alert, FileSource, printable
from detector.edge import settings as edge_settings
from detector.edge.failures import Halted, Misconfigured
from detector.event import Event, Reason, Rejection
from detector.offline.against import Judged
from detector.offline.against import told as told_against
from detector.offline.progress import Told, size_of
from detector.offline.recorded import BUFFER_BYTES, DamagedError, Long, check_readable, lines_of
from detector.offline.replay import Replay
from detector.pipeline import Step
from detector.policy import Policy, PolicyError
from detector.verdict import Verdict

INPUT = click.Path(dir_okay=False, exists=True, path_type=Path)
OUTPUT = click.Path(dir_okay=False, allow_dash=True)
TOO_LONG = Rejection(Reason.TOO_LARGE, "the line is longer than any record")


@click.command(name="replay")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--alerts", type=OUTPUT, help="Alert records, one a line; - for standard output.")
@click.option("--scores", type=OUTPUT, help="Every verdict, also the silenced ones, one a line.")
@click.option("--dead-letters", type=OUTPUT, help="Refused lines, untouched.")
@click.option("--against", type=INPUT, help="Alerts of another judgement: print what differs, and pages a week.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file, as of a worker.")
def command(inputs: tuple[str, ...], config: Path | None, against: Path | None, **outputs: str | None) -> None:
    """Judge recorded records: NDJSON in the order they arrived, from INPUTS (plain, .gz, .zst, or -).

    Thresholds are the [policy] table of the TOML file; DETECTOR_PSEUDONYM_KEY hides user ids as in a worker. For the
    same records the alerts are those of a worker, but for `source`. Refused lines are counted and never fatal.
    With `--against OLD` (alerts of an earlier replay, or of `detector alerts --json --no-follow`) it says on standard
    output which alerts go and come under this configuration, and how many pages a week each makes.
    """
    if outputs["alerts"] is None and against is None:
        raise click.UsageError("say what for: --alerts FILE, --against FILE, or both")
    old = None if against is None else _spoken(against)
    with ExitStack() as stack:
        judge = _judge(config)
        try:
            for path in inputs:
                check_readable(path)
            writer = Writer(outputs, inputs, stack, against)
        except OSError as error:
            raise Misconfigured(f"{error.filename}: {error.strerror}") from error
        told = stack.enter_context(Told(size_of(inputs)))
        counts: Counter[str] = Counter()
        for path in inputs:
            try:
                _replay(path, judge, writer, told, counts)
            except DamagedError as error:
                raise Halted(f"{error}. What came before was judged: {_sum(counts, judge)}") from error
    click.echo(_sum(counts, judge), err=True)
    if old is not None:
        for line in told_against(old, writer.spoken):
            click.echo(printable(line))


def _spoken(path: Path) -> Judged:
    """What is compared with. Raises `Misconfigured` when the file holds anything but alerts."""
    judged, decode, number = Judged(), msgspec.json.Decoder(Alert).decode, 0
    try:
        for line_number, line in lines_of(str(path)):
            number = line_number
            judged.hear(decode(b"" if isinstance(line, Long) else line))
    except msgspec.MsgspecError as error:
        raise Misconfigured(f"{path}:{number}: no alert: {error}") from error
    except (OSError, DamagedError) as error:
        raise Misconfigured(f"{path}: {error}") from error
    return judged


def _judge(config: Path | None) -> Replay:
    key = edge_settings.load(config=config).pseudonym_key
    try:
        return Replay(Policy.load(config), key.encode() if key else None)
    except PolicyError as error:
        raise Misconfigured(str(error)) from error


def _replay(path: str, judge: Replay, writer: "Writer", told: Told, counts: Counter[str]) -> None:
    for number, line in lines_of(path, partial(told.position, path)):
        source = FileSource(path, number)
        event = TOO_LONG if isinstance(line, Long) else judge.decoder.decode(line)
        if isinstance(event, Rejection):
            counts["dead letters"] += 1
            writer.refuse(line)
        else:
            step = judge.step(event, source)
            counts[step.disposition] += 1
            if step.alerts or step.verdicts:
                counts["alerts"] += sum(alert.revision == 1 for alert in step.alerts)
                counts["publications"] += len(step.alerts)
                writer.tell(step, event, source)
        told.one(counts)


def _sum(counts: Mapping[str, int], judge: Replay) -> str:
    parts = [f"{name} {counts.get(name, 0):,}" for name in ("judged", "repeat", "late", "dead letters", "alerts")]
    return f"{', '.join(parts)} (publications {counts.get('publications', 0):,}), users {judge.users:,}"


class Writer:
    """Where alerts, verdicts and refused lines go. The files are emptied at the start: nothing of an earlier run may be
    taken for this one's. Raises OSError, and `Misconfigured` when a file would be read and written at once.
    """

    def __init__(
        self, outputs: Mapping[str, str | None], inputs: tuple[str, ...], stack: ExitStack, against: Path | None
    ) -> None:
        self.spoken = Judged()
        """What is to be compared; empty when nothing is."""
        self._listens = against is not None
        read = {Path(path).resolve() for path in (*inputs, *([against] if against else ())) if path != "-"}
        named = {name: path for name, path in outputs.items() if path is not None}
        for path in named.values():
            if path != "-" and Path(path).resolve() in read:
                raise Misconfigured(f"{path}: to be read and written at once")
        self._files = {name: _opened(path, stack) for name, path in named.items()}
        self._encoder = msgspec.json.Encoder()

    def tell(self, step: Step, event: Event, source: FileSource) -> None:
        """Write the alerts and verdicts of one record."""
        for alert in step.alerts:
            if self._listens:
                self.spoken.hear(alert)
            if "alerts" not in self._files:
                continue
            self._files["alerts"].write(self._encoder.encode(alert) + b"\n")
        if "scores" in self._files:
            for verdict in step.verdicts:
                self._files["scores"].write(self._encoder.encode(score(verdict, event, source)) + b"\n")

    def refuse(self, line: bytes | Long) -> None:
        """Write a refused line as it came, a long one piece by piece."""
        if (file := self._files.get("dead_letters")) is not None:
            file.writelines([line] if isinstance(line, bytes) else line)
            file.write(b"\n")


def _opened(path: str, stack: ExitStack) -> IO[bytes]:
    return sys.stdout.buffer if path == "-" else stack.enter_context(Path(path).open("wb", BUFFER_BYTES))


class Score(msgspec.Struct, frozen=True):
    """A line of `--scores`: one verdict, whether or not anybody was told of it."""

    tenant_id: str
    user_id: str
    occurred_at: datetime
    typology: str
    category: str
    score: float
    families: tuple[str, ...]
    workload: str
    suppressed: str | None
    findings: dict[str, float]
    source: FileSource


def score(verdict: Verdict, event: Event, source: FileSource) -> Score:
    """What is told of a verdict: its score and each finding's, unrounded."""
    evidence = verdict.evidence
    findings = {finding.feature: finding.score for finding in evidence.findings}
    return Score(
        event.tenant_id, event.user_id, event.occurred_at, evidence.typology, verdict.category, verdict.score,
        verdict.families, evidence.key, verdict.suppressed, findings, source,
    )  # fmt: skip
