"""A judgement that fails on a record: it becomes a dead letter, and its user's profile is as if it never came."""

import asyncio
import json

from detector.alert import Source
from detector.event import Event, Invocation
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile
from tests.edge.inside import inside
from tests.edge.truth import assert_exact, story
from tests.edge.world import Record, World


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
        async with inside(world, Faulty(Policy()), DETECTOR_CHECKPOINT_EVENTS="100") as running:
            await running.until(lambda: world.counted() >= 2_001, "all records counted")

    asyncio.run(work())
    assert world.tally()["refused:dead"] == 1
    (letter,) = world.read(world.topics.dead_letters)
    assert letter.value == poison
    assert dict(letter.headers)["tokenmaxxing.errors.reason"] == b"fault"
    assert b"ZeroDivisionError" in dict(letter.headers)["tokenmaxxing.errors.detail"]
    assert_exact(world, 2_001, without=poison)
