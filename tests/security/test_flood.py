"""A flood of dirt ends at the dead-letter budget, with a sentence, instead of in a topic full of dead letters."""

import itertools

import pytest

from tests.edge.truth import story
from tests.edge.world import Record, World, until

FLOOD = 20_000
MOST_LETTERS = 4_000
"""A fifth of the window (5,000) is seen before the budget speaks, in chunks of 500 from each of four partitions."""


@pytest.mark.slow
def test_a_flood_of_dirt_stops_the_worker(world: World) -> None:
    """Half good, half garbage: the worker ends with 1 and says what to look at; good records are not lost by it."""
    worker = world.worker()
    until(worker.ready, "the worker")
    good = story(FLOOD // 2)
    dirt = (Record(b"u%d" % number, b"garbage %d" % number) for number in range(FLOOD // 2))
    world.produce(itertools.chain.from_iterable(zip(good, dirt, strict=True)))
    assert worker.process.wait(60) == 1
    last = worker.log.read_text().strip().splitlines()[-1]
    assert "DETECTOR_DEAD_LETTER_PERCENT" in last
    assert "detector dead-letters list" in last
    assert "garbage" not in worker.log.read_text()
    assert 0 < len(world.read(world.topics.dead_letters)) <= MOST_LETTERS

    patient = world.worker(DETECTOR_DEAD_LETTER_PERCENT="100")
    until(lambda: world.counted() == FLOOD, "all records counted once the operator says so")
    assert world.tally()["refused:dead"] == FLOOD // 2
    assert patient.end() == 0
