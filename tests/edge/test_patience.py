"""A call to Redis whose connection another task closes under it is made again, whichever step it was at."""

import asyncio
from functools import partial

import pytest
from prometheus_client import CollectorRegistry

from detector.edge import settings as edge_settings
from detector.edge.metrics import Metrics
from detector.edge.patience import Patience, redis_away
from detector.edge.redis_store import RedisStore
from tests.servers import RedisClusterServer, RedisServer

STEPS = 30
"""Turns of the loop that a call on a new connection takes, and some more."""


async def cut_at_each_step(url: str, *, cluster: bool) -> None:
    """Close the client's connections after so many turns of the loop, for each number of turns."""
    store = RedisStore.from_settings(
        edge_settings.load({"DETECTOR_REDIS_URL": url, "DETECTOR_REDIS_CLUSTER": str(cluster).lower()})
    )
    await store.ping()
    patience = Patience(10.0, Metrics(CollectorRegistry()))
    for steps in range(STEPS):
        call = asyncio.create_task(patience.redis(partial(store.holder, 0)))
        for _ in range(steps):
            await asyncio.sleep(0)
        for each in store.client.get_nodes() if cluster else [store.client.connection_pool]:
            await each.disconnect()
        assert await call is None, "nobody holds the partition"
    await store.close()


def test_cut_on_one_server(redis_server: RedisServer) -> None:
    asyncio.run(cut_at_each_step(redis_server.url, cluster=False))


def test_cut_on_a_cluster() -> None:
    with RedisClusterServer() as servers:
        asyncio.run(cut_at_each_step(servers.url, cluster=True))


def test_our_own_mistake_is_not_an_outage() -> None:
    """Only what redis-py itself falls over is tried again."""
    with pytest.raises(AttributeError) as ours:
        _ = object().nothing  # type: ignore[attr-defined]
    assert not redis_away(ours.value)
    assert not redis_away(AttributeError("raised nowhere"))
