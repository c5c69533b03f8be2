"""What Kafka keeps of a subscriber: up to where it has handled each partition, and a note beside that."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from detector.edge.security import kafka_security
from detector.edge.settings import Settings


class Kept(NamedTuple):
    """Of one partition."""

    position: int
    """Everything before it is handled; 0 where nothing was."""
    note: str


async def kept(settings: Settings, name: str, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Kept]:
    """Of each of these. Raises `KafkaError`."""
    wanted = list(partitions)
    admin = AIOKafkaAdminClient(**connecting(settings))
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(name, partitions=wanted)
    finally:
        await admin.close()
    told = {tp: Kept(max(0, one.offset), one.metadata or "") for tp, one in found.items()}
    return {tp: told.get(tp, Kept(0, "")) for tp in wanted}


def connecting(settings: Settings) -> dict[str, Any]:
    """Arguments that every client here takes."""
    named = {"bootstrap_servers": settings.kafka_bootstrap, "client_id": "detector-subscribe"}
    return named | kafka_security(settings)
