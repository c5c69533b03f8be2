"""`detector me`: what there is of one person, for that person."""

from datetime import UTC, datetime
from pathlib import Path

import click

from detector import mirror
from detector.alert import printable
from detector.edge import own
from detector.edge import settings as edge_settings
from detector.edge.erasure import Person
from detector.edge.failures import Misconfigured
from detector.edge.kafka_admin import admin, look
from detector.edge.topics import Topics
from detector.policy import Policy, PolicyError


@click.command()
@click.argument("user")
@click.option("--tenant", default="default", show_default=True, help="The user's tenant.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(user: str, tenant: str, config: Path | None) -> None:
    """Say what is remembered of USER, what is flagged and why, and what clears it.

    USER is the id in the records, or the pseudonym in the alerts. It reads and changes nothing. Meant to stand behind
    whatever knows who asks: let people see themselves, and nobody else.
    """
    settings = edge_settings.load(config=config)
    try:
        policy = Policy.load(config)
    except PolicyError as error:
        raise Misconfigured(f"DETECTOR_CONFIG: {error}") from error
    topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
    person = Person.named(tenant, user, settings.pseudonym_key)
    with admin(settings) as client:
        found = look(client, topics)
    for topic in (topics.invocations, topics.alerts):
        if topic not in found:
            raise Misconfigured(f"{topic} does not exist: `detector topics` makes it")
    profiles = own.profiles(settings, person, found[topics.invocations].partitions)
    seen = mirror.Seen(profiles, own.alerts(settings, topics.alerts, person))
    for line in mirror.told(seen, policy, datetime.now(UTC)):
        click.echo(printable(line))
