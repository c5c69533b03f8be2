"""A worker inside the test's own process, for what can't be reached from outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from detector.edge import settings as edge_settings
from detector.edge.app import DetectorApp, build, live
from detector.edge.redis_store import RedisStore
from detector.edge.worker import Worker
from detector.policy import Policy
from tests.edge.world import World, until


class Inside(NamedTuple):
    """A worker that runs, and the task that is its life."""

    app: DetectorApp
    worker: Worker
    life: asyncio.Task[None]

    async def until(self, true: object, what: str) -> None:
        """Wait for a condition without stopping the worker's loop."""
        await asyncio.to_thread(until, true, what)


@asynccontextmanager
async def inside(world: World, pipeline: object = None, **settings: str) -> AsyncIterator[Inside]:
    """Run a worker, with another judgement if one is given, and stop it in order."""
    loaded = edge_settings.load(world.env(**settings))
    app, store = build(loaded), RedisStore.from_settings(loaded)
    app.holder = worker = Worker(loaded, Policy(), store, app.hand_over, CollectorRegistry())
    if pipeline is not None:
        worker.judge._pipeline = pipeline  # noqa: SLF001 - the one seam that a test needs and nobody else
    life = asyncio.create_task(live(app))
    try:
        yield Inside(app, worker, life)
    finally:
        await app.stop()
        life.cancel()
        await store.close()
