"""`detector worker`: judge records from Kafka, with state in Redis."""

from pathlib import Path

import click

from detector.edge import fleet, logs
from detector.edge import settings as edge_settings
from detector.edge.failures import Misconfigured
from detector.policy import Policy, PolicyError


@click.command()
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
@click.option("--check-config", is_flag=True, help="Print what is in force, secrets masked, and leave.")
@click.option(
    "--processes",
    type=click.IntRange(1, fleet.MAX_PROCESSES),
    default=1,
    show_default=True,
    metavar="N",
    help="Run N workers: worker i has `-i` behind its names and listens i ports above the configured one.",
)
def command(config: Path | None, *, check_config: bool, processes: int) -> None:
    """Run a worker until it is told to stop.

    Settings are DETECTOR_* environment variables over the [worker] table of the TOML file; the judgement's thresholds
    are its [policy] table, read again on SIGHUP. Run as many workers as there are partitions, on as many machines:
    nothing is lost and nothing is counted twice, whichever of them crashes.

    With --processes, a signal stops all of them in order, and if one ends by itself the others are stopped and its
    status is the command's: restarting is left to whatever runs services here.
    """
    settings = edge_settings.load(config=config)
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        raise Misconfigured(f"DETECTOR_CONFIG: {error}") from error
    if check_config:
        for name, value in edge_settings.masked(settings).items():
            click.echo(f"{edge_settings.PREFIX}{name.upper()}={'' if value is None else value}")
        click.echo(f"# policy {policy.digest}")
        return
    logs.configure(settings.log_level, settings.log_format, settings.worker_id if processes > 1 else None)
    if processes > 1:
        settings = fleet.one_of(settings, processes)
        logs.configure(settings.log_level, settings.log_format, settings.worker_id)
    from detector.edge import run  # noqa: PLC0415 - the check needs no Kafka client, and forks go before its threads

    run.run(settings, policy, config)
