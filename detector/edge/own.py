"""Reading what is there of one person: the profile in Redis, as of its last checkpoint, and the alerts on the topic."""

import asyncio
import logging

from detector.alert import Alert
from detector.edge.envelope import Envelope, EnvelopeError
from detector.edge.erasure import Person
from detector.edge.reading import records
from detector.edge.redis_store import RedisStore, reaching_redis
from detector.edge.settings import Settings
from detector.profile import STATE_VERSION, Profile, StateError
from detector.subscribe import News, NotAnAlertError

log = logging.getLogger(__name__)


def profiles(settings: Settings, person: Person, partitions: int) -> list[Profile]:
    """The person's profiles, believed as a worker believes them. Raises `Unreachable` and `Misconfigured`."""
    return asyncio.run(_profiles(settings, person, partitions))


async def _profiles(settings: Settings, person: Person, partitions: int) -> list[Profile]:
    keys = [key.encode() if key else None for key in (settings.state_key, settings.state_key_previous)]
    envelope = Envelope(keys[0], codec=STATE_VERSION, previous=keys[1])
    store, found = RedisStore.from_settings(settings), []
    try:
        with reaching_redis(settings):
            for partition in range(partitions):
                for key, sealed in zip(person.keys, await store.load(partition, person.keys), strict=True):
                    if sealed is None:
                        continue
                    try:
                        body = envelope.open(key, await store.world(partition), sealed)
                        found.append(Profile.loads(key, body))
                    except (EnvelopeError, StateError) as error:
                        log.warning("a profile in partition %d is not believed: %s", partition, error)
    finally:
        await store.close()
    return found


def alerts(settings: Settings, topic: str, person: Person) -> list[Alert]:
    """The last word on each alert about the person, the latest first. Raises `Unreachable`."""
    last: dict[str, Alert] = {}
    for record in records(settings, topic, follow=False, from_beginning=True):
        try:
            news = News.of(record.key, record.value)
        except NotAnAlertError:
            continue
        if news.alert is None:
            last.pop(news.alert_id, None)
        elif person.is_of(news.alert.tenant_id, news.alert.user_id):
            known = last.get(news.alert_id)
            if known is None or known.revision < news.alert.revision:
                last[news.alert_id] = news.alert
    return sorted(last.values(), key=lambda alert: alert.raised_at, reverse=True)
