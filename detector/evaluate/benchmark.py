"""Which worlds are played, on which seeds, in how many processes."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import msgspec

from detector.evaluate.baselines import standard
from detector.evaluate.otherworld import OtherWorld
from detector.evaluate.play import play
from detector.evaluate.played import Played
from detector.evaluate.truth import World
from detector.policy import Policy
from detector.simulate import BEHAVIOURS, EVASIONS, INTENSITIES, PERSONAS, Company, Gamer, Mix

TUNING_SEEDS = (1, 2, 3, 4)
REPORTING_SEEDS = (101, 102)
"""Thresholds are set on the first and reported on the second, which nobody looks at while setting them."""

FULL = (150, 14)
QUICK = (80, 10)
"""People and days of a run. Ten days hold an onset, the 72 hours that outcomes take, and some days to be caught in."""

MIXES = ("gamers", "lookalikes", "honest")
"""The mixes of people that each world is played with."""


EVASIONS_TRIED = EVASIONS[1:]
"""The disguises; a gamer of each behaviour and intensity wears one of them, by turns, or in a quick run none."""


class Task(msgspec.Struct, frozen=True):
    """One world to play."""

    world: str
    mix: str
    seed: int
    people: int
    days: int
    policy: Policy
    baselines: bool = True
    thin: bool = False
    """Every behaviour at every intensity once, plain or evasive, in place of both; every look-alike once."""


def build(task: Task) -> World:
    """The world of a task, unplayed."""
    if task.world == "company":
        mix: Mix | str = task.mix
        if mix == "gamers":
            mix = Mix("gamers", gamers=gamers(task.seed, thin=task.thin))
        elif mix == "lookalikes" and task.thin:
            mix = Mix("lookalikes", {persona.name: persona.group for persona in PERSONAS.values()})
        return Company(seed=task.seed, people=task.people, days=task.days, mix=mix)
    return OtherWorld(seed=task.seed, people=task.people, days=task.days, mix=task.mix)  # type: ignore[arg-type]  # the command checked it


def gamers(seed: int, *, thin: bool) -> tuple[Gamer, ...]:
    """Every behaviour at every intensity, plain and evasive (disguises by turns); a thin set has one of the two.

    The whole product would be three runs' worth of calls for half again as many gamers.
    """
    found = []
    for turn, (behaviour, intensity) in enumerate(product(sorted(BEHAVIOURS), INTENSITIES), seed):
        plain = Gamer(behaviour, intensity)
        evasive = Gamer(behaviour, intensity, EVASIONS_TRIED[turn // 2 % len(EVASIONS_TRIED)])
        found += [evasive if turn % 2 else plain] if thin else [plain, evasive]
    return tuple(found)


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
