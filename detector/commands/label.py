"""`detector label`: say what an alert turned out to be, or see first what that would change."""

import time
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from detector.commands import label_preview
from detector.edge import labels
from detector.edge import settings as edge_settings
from detector.edge.settings import Settings
from detector.event import Verdict_
from detector.offline.preview import Asked
from detector.policy import DAY

MOST_DAYS = 36_500
"""A century: the calendar of records ends before."""
LAST_DAYS = 30.0
"""How far a preview looks back when nothing is said: a month of pages."""
DAYS = click.FloatRange(0, MOST_DAYS, min_open=True)


@click.command()
@click.argument("alert_id", required=False)
@click.argument("verdict", required=False, metavar="[VERDICT]", type=click.Choice(get_args(Verdict_)))
@click.option("--labels", "file", help="Label records instead, one a line: a file (plain, .gz, .zst), or -.")
@click.option("--note", help="Why.")
@click.option("--days", type=DAYS, help="How long this silences the workload.")
@click.option("--author", help="Who says so; you when not given.")
@click.option("--at", type=click.DateTime(), help="When it counts from, UTC; now when not given.")
@click.option("--preview", is_flag=True, help="Write nothing: say which alerts this would have let go, and come.")
@click.option(
    "--from", "sources", multiple=True, help="Preview: a file of recorded records in place of Kafka's; again."
)
@click.option("--last", type=DAYS, help="Preview: days looked back on; 30 when not given.")
@click.option("--json", "as_json", is_flag=True, help="Preview: one JSON document.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(
    alert_id: str | None,
    verdict: Verdict_ | None,
    file: str | None,
    config: Path | None,
    sources: tuple[str, ...],
    last: float | None,
    *,
    preview: bool,
    as_json: bool,
    **own: Any,  # noqa: ANN401 - note, days, author and at: what the label itself says
) -> None:
    """Write a label about ALERT_ID, or the labels of a file.

    VERDICT: known_job and deliberate silence that workload, bug and false_alarm tell the judgement that it was wrong to
    speak; a confirmed alert stays.

    With --preview nothing is written: the records that Kafka still holds, or those of --from, are judged twice, as it
    was and as if the label had come right after the record that raised its alert, for the days that it lasts. What
    differs in the last 30 days is told: up to now by when Kafka got the records, or up to the last one of --from.
    """
    if fault := _misuse(alert_id, verdict, file, own, preview=preview, looks=bool(sources or last or as_json)):
        raise click.UsageError(fault)
    settings = edge_settings.load(config=config)
    said = labels.labels_in(file, settings) if file else []
    if preview:
        asked = [Asked.of(label) for _, label in said]
        if alert_id and verdict:
            asked = [Asked(alert_id, verdict, own["days"] * DAY if own["days"] else None)]
        _preview(settings, config, asked, sources, (last or LAST_DAYS) * DAY, as_json=as_json)
        return
    alerts = labels.published(settings, {alert_id} if alert_id else {label.alert_id for _, label in said})
    if alert_id and verdict:
        said = [labels.said_of(alerts[alert_id], verdict, **own)]
    labels.write(settings, said, alerts)


def _misuse(
    alert_id: str | None, verdict: str | None, file: str | None, own: dict[str, Any], *, preview: bool, looks: bool
) -> str | None:
    """What is wrong with how the command was called."""
    if (alert_id is None) == (file is None) or (alert_id is None) != (verdict is None):
        return "say which: ALERT_ID VERDICT, or --labels FILE"
    if file is not None and any(own.values()):
        return "the records of --labels say their own note, days, author and time"
    if preview and any(value for name, value in own.items() if name != "days"):
        return "a preview writes nothing, and counts from the alert on: leave out --note, --author and --at"
    return "--from, --last and --json are of --preview" if looks and not preview else None


def _preview(
    settings: Settings, config: Path | None, asked: list[Asked], sources: tuple[str, ...], last: float, *, as_json: bool
) -> None:
    if sources:
        found = label_preview.of_files(settings, config, asked, sources)
        until = found.last_at
    else:
        alerts = labels.published(settings, {one.alert_id for one in asked})
        for one in asked:
            labels.check_person(alerts[one.alert_id], one.person)
        until = time.time()
        asked = [msgspec.structs.replace(one, published=alerts[one.alert_id]) for one in asked]
        found = label_preview.of_topics(settings, config, asked)
    label_preview.tell(found, until - last, until, as_json=as_json)
