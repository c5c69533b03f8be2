"""A member of a consumer group, in a process of its own when run: one that can be killed."""

import asyncio
import sys

import aiokafka

SESSION_MS = 2_000
"""Session of the group: long enough for two noisy cores, short enough to miss a killed member soon."""


async def join(bootstrap: str, topic: str, group: str) -> aiokafka.AIOKafkaConsumer:
    """A consumer that has asked to join."""
    consumer = aiokafka.AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=300,
        metadata_max_age_ms=1_000,
    )
    await consumer.start()
    return consumer


async def stay(bootstrap: str, topic: str, group: str) -> None:
    """Join, read and never leave."""
    async for _ in await join(bootstrap, topic, group):
        pass


if __name__ == "__main__":
    asyncio.run(stay(*sys.argv[1:]))
