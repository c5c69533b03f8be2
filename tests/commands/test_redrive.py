"""Dead letters whose cause is mended: sent back, each is judged once, however often it is sent."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from detector.alert import Source
from detector.event import Event, Invocation
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile
from tests.edge.inside import inside
from tests.edge.truth import profiles
from tests.edge.world import Record, World, until


class Faulty(Pipeline):
    """A release whose judgement fails on one model's calls."""

    def step(self, profile: Profile, event: Event, source: Source) -> Step:
        """As the judgement does, but for that model."""
        if isinstance(event, Invocation) and event.model == "new":
            raise KeyError(event.model)
        return super().step(profile, event, source)


def call(number: int, **fields: object) -> Record:
    """One invocation."""
    record = {
        "kind": "invocation",
        "invocation_id": f"i{number}",
        "occurred_at": f"2026-05-01T10:{number:02}:00Z",
        "user_id": "ann",
        **fields,
    }
    return Record(b"ann", json.dumps(record).encode())


@pytest.mark.slow
def test_a_redriven_record_that_is_now_good_is_judged_once(world: World) -> None:
    """A release fails on a record, the next one does not: the letter goes back, twice by mistake, and counts once."""
    world.produce([call(1), call(2, model="new"), call(3), Record(b"ann", b"never any good")])

    async def refuse() -> None:
        async with inside(world, Faulty(Policy()), DETECTOR_DEAD_LETTER_PERCENT="100") as running:
            await running.until(lambda: world.counted() == 4, "all records counted")

    asyncio.run(refuse())
    assert world.tally() == {"invocation:judged": 2, "refused:dead": 2}

    today, tomorrow = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (0, 1))
    listed = [json.loads(line) for line in world.run("dead-letters", "list", "--json").stdout.splitlines()]
    assert sorted(letter["reason"] for letter in listed) == ["fault", "not_json"]
    assert (
        len(world.run("dead-letters", "list", "--json", "--since", today, "--until", tomorrow).stdout.splitlines()) == 2
    )
    assert world.run("dead-letters", "list", "--since", tomorrow).stdout == ""
    assert world.run("dead-letters", "list", "--until", today).stdout == ""
    assert world.run("dead-letters", "list", "--since", "soon").returncode == 2
    assert world.run("dead-letters", "redrive", "--all", "--since", tomorrow).stdout == "sent 0, left 0\n"

    worker = world.worker(DETECTOR_DEAD_LETTER_PERCENT="100")
    place = next(letter["place"] for letter in listed if letter["reason"] == "fault")
    for _ in range(2):
        assert world.run("dead-letters", "redrive", place).stdout == "sent 1, left 0\n"
    until(lambda: world.counted() == 6, "both copies counted")
    assert world.tally() == {"invocation:judged": 3, "invocation:repeat": 1, "refused:dead": 2}
    (profile,) = profiles(world).values()
    assert profile.events == 3

    assert world.run("dead-letters", "redrive", "--all", "--reason", "not_json").stdout == "sent 1, left 0\n"
    until(lambda: world.tally()["refused:dead"] == 3, "the bad one to come back")
    assert world.tally()["invocation:judged"] == 3
    assert worker.end() == 0
