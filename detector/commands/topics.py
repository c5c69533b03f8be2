"""`detector topics`: create the topics, or check those that are there."""

from pathlib import Path

import click

from detector.edge import settings as edge_settings
from detector.edge.kafka_admin import admin, faults, look
from detector.edge.topics import Topics


@click.command()
@click.option("--partitions", type=click.IntRange(1, 10_000), default=12, show_default=True, help="Of each new topic.")
@click.option(
    "--replication", type=click.IntRange(1, 10), default=None, help="Copies; the broker's default when not set."
)
@click.option("--check", is_flag=True, help="Change nothing, only say what is wrong.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(partitions: int, replication: int | None, *, check: bool, config: Path | None) -> None:
    """Create the four topics, or check them.

    A topic that exists is never changed: what differs from the wanted configuration is told. The number of partitions
    of the input topics bounds the number of workers and can't be changed later without reading everything again.
    """
    settings = edge_settings.load(config=config)
    topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
    with admin(settings) as client:
        found = look(client, topics)
        missing = {name: wanted for name, wanted in topics.wanted().items() if name not in found}
        if missing and not check:
            shape = {"num_partitions": partitions, "replication_factor": replication or -1}
            client.create_topics(
                {name: {**shape, "configs": wanted} for name, wanted in missing.items()}, wait_for_metadata=True
            )
            found = look(client, topics)
    for name in topics.wanted():
        state = "missing" if name not in found else "created" if name in missing else "there"
        click.echo(f"{state:8} {name}" + (f"  {found[name].partitions} partitions" if name in found else ""))
    if told := faults(topics, found):
        raise click.ClickException("; ".join(told))
