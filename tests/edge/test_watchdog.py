"""What would stand still without a word is noticed: mended once, then told."""

import asyncio
from functools import partial

import pytest

from detector.edge.app import AGENT, agent_alive
from detector.edge.chunks import Chunk
from detector.edge.failures import Halted
from detector.edge.watchdog import Watchdog
from tests.edge.inside import Inside, inside
from tests.edge.truth import story
from tests.edge.world import PATIENCE_SECONDS, Record, World


def of_one_user() -> list[Record]:
    """A few records that come in one chunk."""
    records = story(2_000)
    return [record for record in records if record.key == records[0].key][:20]


async def watched(running: Inside) -> None:
    """Run a watchdog that is not patient, until it halts the worker or is cancelled."""
    alive = partial(agent_alive, running.app)
    dog = Watchdog(running.worker, running.app.consumer, alive, look_seconds=0.1, stall_seconds=1.0)
    await asyncio.wait_for(dog.watch(), PATIENCE_SECONDS)


async def ready(running: Inside) -> None:
    """Wait until the worker holds what it is assigned."""
    await running.until(lambda: not running.worker.unready(), "the worker")


def test_a_lost_chunk_is_read_again(world: World) -> None:
    """A chunk that never reached the judgement, with none behind it to show the gap, is fetched once more."""
    records, lost = of_one_user(), []

    async def work() -> None:
        async with inside(world) as running:
            await ready(running)
            take = running.worker.take

            async def forgetful(chunk: Chunk) -> None:
                if chunk.records and not lost:
                    lost.append(chunk)
                else:
                    await take(chunk)

            running.worker.take = forgetful
            await asyncio.to_thread(world.produce, records)
            dog = asyncio.create_task(watched(running))
            await running.until(lambda: world.counted() == len(records), "the records judged after all")
            dog.cancel()

    asyncio.run(work())
    assert lost


def test_what_stands_still_for_good_ends_the_worker(world: World) -> None:
    """When reading again does not help, the worker leaves with status 1 and says where it stood."""

    async def work() -> None:
        async with inside(world) as running:
            await ready(running)
            lost = []

            async def deaf(chunk: Chunk) -> None:
                lost.append(chunk)

            running.worker.take = deaf
            await asyncio.to_thread(world.produce, of_one_user())
            await watched(running)
            with pytest.raises(Halted, match="stands still"):
                running.worker.failure.result()
            assert len([chunk for chunk in lost if chunk.records]) >= 2
            assert not running.worker.ledger.leases

    asyncio.run(work())


def test_a_dead_agent_is_noticed(world: World) -> None:
    """An agent that ends without an error is not started again by Faust, and judges nothing."""

    async def work() -> None:
        async with inside(world) as running:
            await ready(running)
            for actor in running.app.agents[AGENT]._actors:  # noqa: SLF001 - Faust has no public way to look
                await actor.stream.throw(StopAsyncIteration())
            await watched(running)
            with pytest.raises(Halted, match="agent ended"):
                running.worker.failure.result()

    asyncio.run(work())
