"""A seeded run of misfortunes: workers join, leave, die, freeze and wake while records come. Exact at the end.

`DETECTOR_CHAOS_SEEDS=7,8,9` runs these seeds instead; a failure names its seed, and the same seed does the same deeds.
"""

import os
import random
import signal
import time

import pytest

from tests.edge.truth import bad_records, story
from tests.edge.world import Worker, World, until
from tests.faults.conftest import Toll

SEEDS = os.environ.get("DETECTOR_CHAOS_SEEDS", "1").split(",")
RECORDS = 18_000
PARTS = 9
MOST_WORKERS = 3


class Fleet:
    """The workers of one run, and what befalls them."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.awake: list[Worker] = []
        self.frozen: list[Worker] = []
        self.deeds: list[str] = []

    def befall(self) -> None:
        """One thing happens to one of them."""
        deeds = [self.wait]
        if len(self.awake) + len(self.frozen) < MOST_WORKERS:
            deeds += [self.join, self.join]
        if self.awake:
            deeds += [self.leave, self.kill, self.freeze]
        if self.frozen:
            deeds += [self.thaw, self.thaw]
        deed = self.chance.choice(deeds)
        self.deeds.append(deed.__name__)
        deed()

    def wait(self) -> None:
        """Let things go on for a while."""
        time.sleep(self.chance.uniform(0.1, 2))

    def join(self) -> None:
        """A new worker, ready or still on its way."""
        worker = self.world.worker()
        if self.chance.random() < 0.7:
            until(worker.ready, f"a new worker, after {self.deeds}")
        else:
            until(lambda: worker.get("/healthz")[0] == 200, "a new worker's door")
        self.awake.append(worker)

    def leave(self) -> None:
        """One goes in good order."""
        worker = self.pick(self.awake)
        assert worker.end() == 0, self.deeds

    def kill(self) -> None:
        """One is gone at once."""
        self.pick(self.awake).end(signal.SIGKILL)

    def freeze(self) -> None:
        """One stops in the middle of whatever it does."""
        worker = self.pick(self.awake)
        worker.process.send_signal(signal.SIGSTOP)
        self.frozen.append(worker)

    def thaw(self) -> None:
        """And goes on as if nothing had been."""
        worker = self.pick(self.frozen)
        worker.process.send_signal(signal.SIGCONT)
        self.awake.append(worker)

    def pick(self, workers: list[Worker]) -> Worker:
        """Take one out."""
        return workers.pop(self.chance.randrange(len(workers)))


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_befalls_the_workers(world: World, seed: str, toll: Toll) -> None:
    """The counts, the alerts and every profile's bytes are those of one undisturbed pass."""
    chance = random.Random(seed)  # noqa: S311 - misfortunes, not secrets
    world.settings |= {
        "DETECTOR_CHECKPOINT_EVENTS": str(chance.choice([50, 300, 2_000])),
        "DETECTOR_CHECKPOINT_SECONDS": str(chance.choice([0.05, 0.3, 1.0])),
        "DETECTOR_FETCH_RECORDS": str(chance.choice([20, 100, 500])),
        "DETECTOR_CACHE_PROFILES": str(chance.choice([100, 20_000])),
    }
    records = story(RECORDS, seed)
    records[RECORDS // 2 : RECORDS // 2] = bad_records()
    fleet = Fleet(world, chance)
    fleet.join()
    size = len(records) // PARTS
    for at in range(0, len(records), size):
        world.produce(records[at : at + size])
        time.sleep(chance.uniform(0, 1))
        fleet.befall()
    while fleet.frozen:
        fleet.thaw()
    fleet.join()
    until(lambda: world.counted() >= len(records), f"all records counted, after {fleet.deeds}")
    for worker in fleet.awake:
        assert worker.end() == 0, fleet.deeds
    deeds = sum(deed not in {"wait", "join"} for deed in fleet.deeds)
    toll(f"whatever befalls them, seed {seed}", deeds, len(records), world=world, note=", ".join(fleet.deeds))
