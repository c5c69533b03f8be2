"""`detector report`: how much of the adoption figure is real, for somebody who was asked."""

import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import msgspec

from detector import __version__
from detector.edge import logs
from detector.edge import settings as edge_settings
from detector.edge.failures import Halted, Misconfigured
from detector.edge.settings import Settings
from detector.event import Decoder
from detector.offline.recorded import DamagedError, check_readable
from detector.offline.replay import Replay
from detector.policy import Policy, PolicyError
from detector.report import sources, weeks
from detector.report.figures import Asked, figures, last_complete_week
from detector.report.gauges import exposition
from detector.report.html import page
from detector.report.model import JudgedBy, Report
from detector.report.serve import serve
from detector.report.sums import Sums, Tenant
from detector.report.text import told
from detector.report.words import METHOD

TARGET: Final = 0.8
"""Share of people that should be active in a week: the best-known published target."""


class Week(click.ParamType):
    """An ISO week on the command line."""

    name = "2026-W20"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The week's number."""
        try:
            return weeks.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--week", type=Week(), help="ISO week, UTC; the last complete one when not given.")
@click.option("--tenant", help="Only this tenant.")
@click.option("--target", type=click.FloatRange(0, 1), default=TARGET, show_default=True, help="Weekly active share.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html", "prometheus"]), default="text", show_default=True
)
@click.option("--out", type=click.Path(dir_okay=False, allow_dash=True), default="-", help="File to write.")
@click.option("--alerts", help="Recorded alerts (NDJSON, all revisions) to go by, instead of judging again.")
@click.option("--seed", default="1", show_default=True, help="Of the resampled intervals: the same gives the same.")
@click.option("--serve", "serving", is_flag=True, help="Go on, and answer Prometheus with the figures.")
@click.option("--every", type=click.FloatRange(0.001), default=6, show_default=True, help="Hours between two of these.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file, as of a worker.")
def command(
    inputs: tuple[str, ...],
    week: int | None,
    tenant: str | None,
    target: float,
    form: str,
    out: str,
    alerts: str | None,
    seed: str,
    config: Path | None,
    *,
    serving: bool,
    every: float,
) -> None:
    """Adoption and leaderboards of one week, raw beside authentic.

    INPUTS are recorded records (NDJSON; plain, .gz, .zst, or -), judged here as a worker would. Without any, the
    invocations topic is read; give --week, or all of it is. Give four weeks before the week too: they say who is known.

    With --serve it goes on: the figures, made again every few hours, are answered on DETECTOR_WEB_PORT as gauges.
    """
    settings = edge_settings.load(config=config)

    def make() -> Report:
        found, judged_by = _read(inputs, week, alerts, settings, config)
        return _report(_chosen(found, tenant), week, target, seed, judged_by)

    if serving:
        if "-" in inputs:
            raise click.UsageError("--serve reads again and again, and standard input can be read once")
        logs.configure(settings.log_level, settings.log_format)
        serve(settings, make, every)
    else:
        _write(make(), form, out)


def _read(
    inputs: tuple[str, ...], week: int | None, alerts: str | None, settings: Settings, config: Path | None
) -> tuple[Sums, JudgedBy]:
    with tempfile.TemporaryDirectory(prefix="detector-report-") as folder:
        try:
            paths = _paths(inputs, Path(folder), settings, week)
            return _sums(paths, alerts, settings, config)
        except OSError as error:
            raise Misconfigured(f"{error.filename}: {error.strerror}") from error
        except DamagedError as error:
            raise Halted(str(error)) from error


def _paths(inputs: tuple[str, ...], folder: Path, settings: Settings, week: int | None) -> tuple[str, ...]:
    for path in inputs:
        check_readable(path)
    if not inputs:
        return (sources.keep_topic(folder, settings, week),)
    return tuple(sources.keep_stdin(folder) if path == "-" else path for path in inputs)


def _sums(paths: tuple[str, ...], alerts: str | None, settings: Settings, config: Path | None) -> tuple[Sums, JudgedBy]:
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        raise Misconfigured(str(error)) from error
    key = settings.pseudonym_key.encode() if settings.pseudonym_key else None
    if alerts is None:
        how = JudgedBy(__version__, policy.digest, "judged from the records, as a worker would")
        sums = Sums(sources.judged(paths, Replay(policy, key)))
    else:
        how = JudgedBy(__version__, None, "by recorded alerts, which name less than all of a workload: a lower bound")
        sums = Sums(sources.recorded(alerts))
    for _, event in sources.events(paths, Decoder(key)):
        sums.add(event)
    return sums, how


def _chosen(found: Sums, tenant: str | None) -> Mapping[str, Tenant]:
    if tenant is None:
        return found.tenants
    if tenant not in found.tenants:
        raise click.UsageError(f"no records of tenant {tenant}")
    return {tenant: found.tenants[tenant]}


def _report(tenants: Mapping[str, Tenant], week: int | None, target: float, seed: str, judged_by: JudgedBy) -> Report:
    there = sorted({at for tenant in tenants.values() for person in tenant.people.values() for at in person.weeks})
    chosen = last_complete_week(tenants) if week is None else week
    if chosen not in there:
        spans = f"the records are of {weeks.name(there[0])} to {weeks.name(there[-1])}" if there else "there are none"
        raise click.UsageError(f"no records of {'any week' if chosen is None else weeks.name(chosen)}: {spans}")
    monday = weeks.monday(chosen)
    asked = Asked(chosen, target, seed)
    return Report(
        week=weeks.name(chosen),
        begins=monday.isoformat(),
        ends=(monday + timedelta(days=6)).isoformat(),
        judged_by=judged_by,
        tenants=[figures(name, tenant, asked) for name, tenant in sorted(tenants.items())],
        method=list(METHOD),
    )


def _write(report: Report, form: str, out: str) -> None:
    if form == "prometheus":
        text = exposition(report)
    elif form == "text":
        text = told(report, colour=out == "-" and sys.stdout.isatty())
    else:
        text = page(report) if form == "html" else msgspec.json.format(msgspec.json.encode(report)).decode() + "\n"
    try:
        with ExitStack() as stack:
            stream = stack.enter_context(click.open_file(out, "w", encoding="utf-8"))
            stream.write(text)
    except OSError as error:
        raise Misconfigured(f"{out}: {error.strerror}") from error
