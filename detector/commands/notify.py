"""`detector notify`: alerts to Alertmanager and to a signed webhook."""

from pathlib import Path

import click

from detector.edge import logs
from detector.edge import settings as edge_settings
from detector.notify.run import run


@click.command()
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(config: Path | None) -> None:
    """Tell alerts to Alertmanager (DETECTOR_ALERTMANAGER_URL), a webhook (DETECTOR_WEBHOOK_URL), or both.

    Runs until it is told to stop; as many as wanted. One of them tells Alertmanager while the others stand by: it keeps
    to DETECTOR_PAGES_PER_DAY, and what goes beyond it is one digest. A webhook is told everything.

    A receiver that is away is asked again for as long as it takes: positions move only when it has taken an alert, so
    nothing is lost.
    """
    settings = edge_settings.load(config=config)
    logs.configure(settings.log_level, settings.log_format)
    run(settings)
