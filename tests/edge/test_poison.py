"""A judgement that fails on a record: it becomes a dead letter, and its user's profile is as if it never came."""

import asyncio
import json

from prometheus_client import CollectorRegistry

from detector.alert import Source
from detector.edge import settings as edge_settings
from detector.edge.agent import Judge
from detector.edge.app import build, ended, live
from detector.edge.redis_store import RedisStore
from detector.edge.worker import Worker
from detector.event import Event, Invocation
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile
from tests.edge.truth import assert_exact, story
from tests.edge.world import Record, World, until


class Faulty(Pipeline):
    """Fails on one invocation, after it has spoilt the profile."""

    def step(self, profile: Profile, event: Event, source: Source) -> Step:
        """As the judgement does, but for one record."""
        if isinstance(event, Invocation) and event.invocation_id == "poison":
            profile.events = 1_000_000
            raise ZeroDivisionError
        return super().step(profile, event, source)


def test_a_poisonous_record_is_passed_over(world: World) -> None:
    """The worker goes back to its checkpoint, passes over the record, and is exact for all others."""
    records = story(2_000)
    victim = json.loads(records[1_000].value or b"")
    poison = json.dumps(victim | {"kind": "invocation", "invocation_id": "poison"}).encode()
    world.produce([*records[:1_000], Record(records[1_000].key, poison), *records[1_000:]])

    async def work() -> None:
        settings = edge_settings.load(world.env(DETECTOR_CHECKPOINT_EVENTS="100"))
        app, store = build(settings), RedisStore.from_settings(settings)
        app.holder = worker = Worker(settings, Policy(), store, app.hand_over, CollectorRegistry())
        worker.judge = Judge(settings, worker.topics, worker.ledger, Faulty(Policy()), worker.metrics)
        stop, life = asyncio.Event(), asyncio.create_task(live(app))
        waiting = asyncio.create_task(counted(world, 2_001, stop))
        await ended(app, life, stop)
        await app.stop()
        await waiting
        life.cancel()
        await store.close()

    asyncio.run(work())
    assert world.tally()["refused:dead"] == 1
    (letter,) = world.read(world.topics.dead_letters)
    assert letter.value == poison
    assert dict(letter.headers)["tokenmaxxing.errors.reason"] == b"fault"
    assert b"ZeroDivisionError" in dict(letter.headers)["tokenmaxxing.errors.detail"]
    assert_exact(world, 2_001, without=poison)


async def counted(world: World, count: int, stop: asyncio.Event) -> None:
    """Stop the worker once so many records are counted."""
    await asyncio.to_thread(until, lambda: world.counted() >= count, "all records counted")
    stop.set()
