"""Workers on real Kafka and Redis: nothing lost, nothing counted twice, whatever joins, leaves or dies."""

import asyncio
import signal

import pytest

from tests.edge.truth import assert_exact, bad_records, loners, story
from tests.edge.world import World, until

RECORDS = 24_000


@pytest.mark.slow
def test_joins_leaves_and_a_kill_change_nothing(world: World) -> None:
    """Two workers, a third joins, one leaves, one is killed, bad input in between: the same as one undisturbed pass."""
    world.settings["DETECTOR_CHECKPOINT_EVENTS"] = "300"
    records = story(RECORDS)
    step = RECORDS // 4
    records[step:step] = bad_records()
    records[2 * step : 2 * step] = loners(20)
    parts = [records[at : at + step] for at in range(0, len(records), step)]
    first, second = world.worker(), world.worker()
    until(first.ready, "the first worker")
    until(second.ready, "the second worker")
    world.produce(parts[0])
    until(lambda: world.counted() > step // 4, "some records judged")
    third = world.worker()
    world.produce(parts[1])
    until(third.ready, "the third worker")
    assert second.end() == 0
    world.produce(parts[2])
    until(lambda: world.counted() > 2.2 * step, "more records judged")
    first.end(signal.SIGKILL)
    for part in parts[3:]:
        world.produce(part)
    fourth = world.worker()
    until(fourth.ready, "the fourth worker")
    until(lambda: world.counted() >= len(records), "all records counted")
    assert third.end() == 0
    assert fourth.end() == 0
    assert_exact(world, len(records))


def test_only_what_was_committed_is_judged(world: World) -> None:
    """Aborted records are never seen, the transactions' own markers are passed, and at the end there is no lag."""
    records = story(600)
    asyncio.run(world.transact(records[:200], commit=True))
    asyncio.run(world.transact(records[200:400], commit=False))
    worker = world.worker()
    until(lambda: world.counted() == 200, "the committed records")
    asyncio.run(world.transact(records[400:], commit=False))
    until(worker.ready, "the worker")
    until(lambda: worker.metric("detector_lag_records") == 0, "no lag behind the last marker")
    assert worker.metric("detector_chunk_gaps_total") == 0
    assert worker.end() == 0
    assert_exact(world, 200)
