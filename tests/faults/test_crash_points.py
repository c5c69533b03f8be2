"""kill -9 at every step of a worker's way, by name; each point at least once."""

import random
import signal

from tests.edge.truth import bad_records, story
from tests.edge.world import World, until
from tests.faults.conftest import Toll
from tests.faults.crew import Hand
from tests.faults.doomed import POINTS

SLICE = 900
"""Records that come in while one worker lives: enough for four checkpoints of 200."""
CHECKPOINT = 200
FETCH = 100


def test_kill_at_every_step(world: World, toll: Toll) -> None:
    """One worker after another dies at one step each; the next goes on. A static member is back at once.

    The time to recover goes on where the next one is to die before it is ready.
    """
    chance = random.Random("crash points")  # noqa: S311 - a seed, no secret
    world.settings |= {
        "DETECTOR_CHECKPOINT_EVENTS": str(CHECKPOINT),
        "DETECTOR_CHECKPOINT_SECONDS": "0.3",
        "DETECTOR_FETCH_RECORDS": str(FETCH),
        "DETECTOR_GROUP_INSTANCE_ID": "doomed",
        "DETECTOR_DEAD_LETTER_PERCENT": "100",
    }
    records, bad = story(SLICE * (len(POINTS) + 1), "crash"), bad_records()[:7]
    produced, recoveries, unsaved, hands = 0, [], [], []
    died_at: float | None = None
    for number, (name, point) in enumerate(POINTS.items()):
        some = records[number * SLICE : (number + 1) * SLICE] + bad
        world.produce(some)
        produced += len(some)
        nth = chance.randint(1, point.most)
        hand = Hand(world, name, str(nth))
        hands.append(hand)
        if point.leaving:
            until(lambda hand=hand: hand.seen.judged >= CHECKPOINT, "some records judged")
            hand.worker.process.send_signal(signal.SIGTERM)
        now = hand.died()
        unsaved.append(hand.seen.unsaved)
        if died_at is not None and hand.seen.ready_at:
            recoveries.append(hand.seen.ready_at - died_at)
        died_at = now if hand.seen.ready_at or died_at is None else died_at
    last = Hand(world)
    recoveries.append(last.ready() - died_at)
    until(lambda: world.counted() >= produced, "all records counted")
    assert last.worker.end() == 0
    assert max(unsaved) < CHECKPOINT + FETCH, "more than a checkpoint's interval of work was lost"
    redone = sum(hand.seen.judged for hand in [*hands, last]) - (produced - len(bad) * len(POINTS))
    note = f"{redone:,} judged again, at most {max(unsaved)} a partition (checkpoint {CHECKPOINT}, chunk {FETCH})"
    toll("kill -9 at every step", len(POINTS), produced, max(recoveries), world=world, note=note)
