"""`detector erase`: remove a person's state everywhere, and prove it."""

import asyncio
from pathlib import Path

import click

from detector.edge import erasure
from detector.edge import settings as edge_settings
from detector.edge.erasure import Person
from detector.edge.failures import Halted, Misconfigured
from detector.edge.kafka_admin import admin, look
from detector.edge.redis_store import RedisStore, reaching_redis
from detector.edge.settings import Settings
from detector.edge.topics import Topics


@click.command()
@click.argument("user")
@click.option("--tenant", default="default", show_default=True, help="The user's tenant.")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--config", type=click.Path(path_type=Path), envvar="DETECTOR_CONFIG", help="TOML file.")
def command(user: str, tenant: str, config: Path | None, *, dry_run: bool) -> None:
    """Erase USER: profiles (with their open alerts) in every partition of Redis, alerts on the topic and on live pages.

    USER is the id in the records, or the pseudonym in the alerts; with DETECTOR_PSEUDONYM_KEY both are looked for. A
    worker that holds the person's profile in memory is made to forget it. Then everything is looked through again: the
    status is 1 when something is left, which happens while new records of this person still come in.

    Not touched: the invocation topic, which belongs to the platform; labels and dead letters, which are not compacted
    and go with their topics' retention. How many of these carry the user's key is told.
    """
    settings = edge_settings.load(config=config)
    for world in (settings, *_shadow(settings)):
        _in_world(world, Topics.under(world.topic_prefix, shadow=world.shadow), tenant, user, dry_run=dry_run)


def _shadow(settings: Settings) -> list[Settings]:
    """The shadow's settings, where there is or was one: what it knows of a person goes too."""
    if settings.shadow:
        return []
    with admin(settings) as client:
        topics = Topics.under(settings.topic_prefix, shadow=True)
        return [edge_settings.in_shadow(settings)] if topics.alerts in look(client, topics) else []


def _in_world(settings: Settings, topics: Topics, tenant: str, user: str, *, dry_run: bool) -> None:
    person = Person.named(tenant, user, settings.pseudonym_key)
    with admin(settings) as client:
        found = look(client, topics)
    if missing := [name for name in topics.wanted() if name not in found]:
        raise Misconfigured(f"{missing[0]} does not exist: `detector topics` makes it")
    partitions = found[topics.invocations].partitions
    if dry_run:
        click.echo(_sentence("would erase", *_look(settings, topics, person, partitions)))
        return
    _erase(settings, topics, person, partitions)
    for name in (topics.labels, topics.dead_letters):
        if count := erasure.kept(settings, name, person):
            click.echo(f"kept until its retention ends: {count} records of {name}")
    left = _look(settings, topics, person, partitions)
    if any(left):
        raise Halted(f"{_sentence('left', *left)}: records of this person still come in; stop them, then erase again")
    click.echo(_sentence("looked again: left", *left))


def _erase(settings: Settings, topics: Topics, person: Person, partitions: int) -> None:
    profiles = asyncio.run(_erase_profiles(settings, person, partitions))
    # After the profiles: a worker could have told another alert from its memory until it had forgotten it.
    alerts = erasure.alerts(settings, topics.alerts, person)
    erasure.erase_alerts(settings, topics.alerts, alerts)
    click.echo(_sentence("erased", profiles, len(alerts)))


async def _erase_profiles(settings: Settings, person: Person, partitions: int) -> int:
    store = RedisStore.from_settings(settings)
    try:
        with reaching_redis(settings):
            erased = await erasure.erase_profiles(store, person, partitions)
            for one in erased:
                holder = "nobody" if one.holder is None else one.holder.owner
                click.echo(f"partition {one.partition}: {one.profiles} profiles erased; held by {holder}")
            for partition in await erasure.taken_again(store, erased):
                click.echo(f"partition {partition}: its holder did not come back for it, so it is not alive")
            if any(one.holder for one in erased):
                # What the holders read again since their last checkpoint shows after their next one.
                await asyncio.sleep(2 * settings.checkpoint_seconds)
    finally:
        await store.close()
    return sum(one.profiles for one in erased)


def _look(settings: Settings, topics: Topics, person: Person, partitions: int) -> tuple[int, int]:
    """Profiles and alerts of the person that are there."""
    profiles = asyncio.run(_profiles(settings, person, partitions))
    return profiles, len(erasure.alerts(settings, topics.alerts, person))


async def _profiles(settings: Settings, person: Person, partitions: int) -> int:
    store = RedisStore.from_settings(settings)
    try:
        with reaching_redis(settings):
            return sum((await erasure.profiles(store, person, partitions)).values())
    finally:
        await store.close()


def _sentence(verb: str, profiles: int, alerts: int) -> str:
    return f"{verb} {profiles} profiles, {alerts} alerts"
