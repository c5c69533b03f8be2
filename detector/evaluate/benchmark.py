"""Which worlds are played, on which seeds, in how many processes."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import msgspec

from detector.evaluate.baselines import standard
from detector.evaluate.otherworld import OtherWorld
from detector.evaluate.play import play
from detector.evaluate.played import Played
from detector.evaluate.truth import World
from detector.policy import Policy
from detector.simulate import Company

TUNING_SEEDS = (1, 2, 3, 4)
REPORTING_SEEDS = (101, 102)
"""Thresholds are set on the first and reported on the second, which nobody looks at while setting them."""

MIXES = ("gamers", "lookalikes", "honest")
"""The mixes of people that each world is played with."""


class Task(msgspec.Struct, frozen=True):
    """One world to play."""

    world: str
    mix: str
    seed: int
    people: int
    days: int
    policy: Policy
    baselines: bool = True


def build(task: Task) -> World:
    """The world of a task, unplayed."""
    if task.world == "company":
        return Company(seed=task.seed, people=task.people, days=task.days, mix=task.mix)
    return OtherWorld(seed=task.seed, people=task.people, days=task.days, mix=task.mix)  # type: ignore[arg-type]  # the command checked it


def run(task: Task) -> Played:
    """Build and play."""
    baselines = standard() if task.baselines else {}
    return play(
        build(task),
        name=task.world,
        mix=task.mix,
        seed=task.seed,
        days=task.days,
        policy=task.policy,
        baselines=baselines,
    )


def run_all(tasks: Sequence[Task]) -> list[Played]:
    """Play all, one process a core; the results come in the order of the tasks whatever the machine."""
    if len(tasks) == 1:
        return [run(tasks[0])]
    with ProcessPoolExecutor(min(len(tasks), os.cpu_count() or 1)) as pool:
        return list(pool.map(run, tasks))
