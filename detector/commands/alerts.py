"""`detector alerts`: subscribe to the alert topic and tell a person, or a program, what comes."""

from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.markup import escape

from detector.alert import Alert, printable
from detector.edge import settings as edge_settings
from detector.edge.reading import records
from detector.edge.topics import Topics
from detector.subscribe import News, NotAnAlertError, Seen

COLOURS: Final = {"info": "cyan", "warning": "yellow", "critical": "bold red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One record a line, as published.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Go on with what comes.")
@click.option("--from-beginning/--from-now", default=True, show_default=True, help="Begin with what is there.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(*, as_json: bool, follow: bool, from_beginning: bool, config: Path | None) -> None:
    """Print alerts as they are raised, revised and resolved; repeats after a takeover are dropped."""
    settings = edge_settings.load(config=config)
    seen, console = Seen(), Console(highlight=False)
    topic = Topics.under(settings.topic_prefix, shadow=settings.shadow).alerts
    try:
        for record in records(settings, topic, follow=follow, from_beginning=from_beginning):
            try:
                news = News.of(record.key, record.value)
            except NotAnAlertError:
                click.echo(f"not an alert: partition {record.partition}, offset {record.offset}", err=True)
                continue
            if not seen.takes(news) or news.alert is None:
                continue
            if as_json:
                click.echo(record.value)
            else:
                _tell(console, news.alert)
    except KeyboardInterrupt:
        return


def _tell(console: Console, alert: Alert) -> None:
    """What a person paged at 03:00 reads: the sentence first, then what it rests on and what else it could be."""
    colour = "green" if alert.status == "resolved" else COLOURS[alert.severity]
    head = f"{alert.status.upper()} {alert.severity} {alert.category}/{alert.typology}"
    console.print(f"[{colour}]{head}[/]  {alert.raised_at}  {_safe(alert.tenant_id)}/{_safe(alert.user_id)}")
    console.print(f"  {_safe(alert.summary)}")
    if alert.status == "resolved":
        console.print(f"  over since {alert.ends_at}  [dim]{alert.alert_id} r{alert.revision}[/]\n")
        return
    for reason in alert.reasons:
        console.print(f"  - {_safe(reason.text)}")
    if alert.could_also_be:
        console.print(f"  could also be: {_safe('; '.join(alert.could_also_be))}")
    runbook = f"  {alert.runbook_url}" if alert.runbook_url else ""
    console.print(f"  [dim]{alert.alert_id} r{alert.revision}, confidence {alert.confidence:.0%}[/]{runbook}\n")


def _safe(text: str) -> str:
    """Names come from clients: neither control characters nor markup reach the terminal."""
    return escape(printable(text))
