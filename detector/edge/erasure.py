"""Erasing one person: profiles in every partition, alerts on the topic; and looking again whether anything is left.

The counts of people together (`cohort`) stay: nobody can be found in them.
"""

import asyncio
import time
from collections.abc import Collection
from typing import Final

import msgspec
from kafka import KafkaProducer

from detector.edge.kafka_admin import client_arguments, reaching
from detector.edge.reading import records
from detector.edge.settings import Settings
from detector.edge.store import Store, Token
from detector.event import pseudonym

RETAKE_SECONDS: Final = 20.0
"""How long a worker may take to notice that a partition was taken from it and to acquire it again: it looks every 5 s.
Later than this nobody lives who held it: memory that has gone with its process needs no erasing."""
LOOK_SECONDS: Final = 0.2
SEND_SECONDS: Final = 30


class Person(msgspec.Struct, frozen=True):
    """One user of one tenant, under every id that state and alerts may know him by."""

    tenant_id: str
    user_ids: tuple[str, ...]

    @classmethod
    def named(cls, tenant_id: str, user_id: str, pseudonym_key: str | None) -> "Person":
        """The person by his own id, or by his pseudonym; with a key, both.

        >>> Person.named("default", "ann", None).user_ids
        ('ann',)
        """
        if pseudonym_key is None:
            return cls(tenant_id, (user_id,))
        return cls(tenant_id, (user_id, pseudonym(pseudonym_key.encode(), tenant_id, user_id)))

    @property
    def keys(self) -> list[str]:
        """The profiles that may be his (see `event.Record.key`)."""
        return [f"{len(self.tenant_id)}:{self.tenant_id}:{user_id}" for user_id in self.user_ids]

    def is_of(self, tenant_id: str, user_id: str) -> bool:
        """Whether these ids mean this person."""
        return tenant_id == self.tenant_id and user_id in self.user_ids


class Told(msgspec.Struct, frozen=True):
    """What is needed of an alert record: who it is about, and where it stands."""

    tenant_id: str
    user_id: str


class Erased(msgspec.Struct, frozen=True):
    """Profiles erased in one partition, and who held it then."""

    partition: int
    profiles: int
    holder: Token | None


async def profiles(store: Store, person: Person, partitions: int) -> dict[int, int]:
    """How many profiles of the person lie in each partition that has any."""
    found = {
        partition: sum(state is not None for state in await store.load(partition, person.keys))
        for partition in range(partitions)
    }
    return {partition: count for partition, count in found.items() if count}


async def erase_profiles(store: Store, person: Person, partitions: int) -> list[Erased]:
    """Delete the person's profiles everywhere; a worker that has one in memory can't write it back."""
    erased = []
    for partition in await profiles(store, person, partitions):
        holder = await store.holder(partition)
        erased.append(Erased(partition, await store.erase(partition, person.keys), holder))
    return erased


async def taken_again(store: Store, erased: Collection[Erased]) -> list[int]:
    """Wait until each partition's holder has noticed and forgotten; the partitions that nobody came for."""
    waiting = {one.partition for one in erased if one.holder is not None}
    end = time.monotonic() + RETAKE_SECONDS
    while waiting and time.monotonic() < end:
        waiting -= {partition for partition in waiting if await store.holder(partition) is not None}
        await asyncio.sleep(LOOK_SECONDS)
    return sorted(waiting)


def alerts(settings: Settings, topic: str, person: Person) -> dict[bytes, int]:
    """Alerts about the person that the topic still tells: key to partition. Raises `Unreachable`."""
    told: dict[bytes, int] = {}
    decoder = msgspec.json.Decoder(Told)
    for record in records(settings, topic, follow=False, from_beginning=True):
        if record.key is None:
            continue
        if record.value is None:
            told.pop(record.key, None)
        elif _about(decoder, record.value, person):
            told[record.key] = record.partition
    return told


def erase_alerts(settings: Settings, topic: str, found: dict[bytes, int]) -> None:
    """Write a tombstone for each alert: compaction then drops every revision of it. Raises `Unreachable`."""
    with reaching(settings):
        producer = KafkaProducer(**client_arguments(settings), acks="all")
        try:
            sent = [producer.send(topic, key=key, value=None, partition=place) for key, place in found.items()]
            for answer in sent:
                answer.get(timeout=SEND_SECONDS)
        finally:
            producer.close()


def kept(settings: Settings, topic: str, person: Person) -> int:
    """How many records under the person's key a topic holds until its retention drops them."""
    keys = {user_id.encode() for user_id in person.user_ids}
    return sum(record.key in keys for record in records(settings, topic, follow=False, from_beginning=True))


def _about(decoder: msgspec.json.Decoder[Told], value: bytes, person: Person) -> bool:
    try:
        told = decoder.decode(value)
    except msgspec.MsgspecError:
        return False
    return person.is_of(told.tenant_id, told.user_id)
