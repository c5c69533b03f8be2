"""Which worlds are played, on which seeds, in how many processes."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from itertools import product
from typing import Literal

import msgspec
from msgspec.structs import replace

from detector.evaluate.ablation import rules_only
from detector.evaluate.baselines import Baseline, river, today
from detector.evaluate.otherworld import OtherWorld
from detector.evaluate.play import play
from detector.evaluate.played import Played
from detector.evaluate.truth import World
from detector.policy import Policy
from detector.simulate import BEHAVIOURS, EVASIONS, INTENSITIES, PERSONAS, Company, Gamer, Mix

WorldName = Literal["company", "other"]
MixName = Literal["gamers", "lookalikes", "honest"]

TUNING_SEEDS = (1, 2, 3, 4)
REPORTING_SEEDS = (101, 102)
"""Thresholds are set on the first and reported on the second, which nobody looks at while setting them."""

FULL = (120, 28)
QUICK = (80, 10)
"""People and days of a run. Domain practice asks for two weeks of history before it says anything of yield: four weeks
hold them and two to be caught in. Ten days hold an onset, the 72 hours that outcomes take, and some days."""

WORLDS: tuple[WorldName, ...] = ("company", "other")

MIXES: tuple[MixName, ...] = ("gamers", "lookalikes", "honest")
"""The mixes of people that each world is played with."""

DISGUISES = EVASIONS[1:]
"""What evasive gamers wear, by turns."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One world to play."""

    world: WorldName
    mix: MixName
    seed: int
    people: int
    days: int
    policy: Policy
    thin: bool = False
    """Every behaviour at every intensity once, plain or evasive, in place of both."""
    river: bool = False
    """Plays River's own detectors beside, at half again the time."""
    learning: bool = True
    """False plays the judgement's rules without River's learning, and no baselines beside."""


def plan(
    *, worlds: Sequence[WorldName], mixes: Sequence[MixName], seeds: Sequence[int], size: tuple[int, int],
    policy: Policy, quick: bool,
) -> list[Task]:  # fmt: skip
    """What to play. Unless quick, the first seed's worlds are played with all baselines, and again without River."""
    tasks = [
        Task(world=world, mix=mix, seed=seed, people=size[0], days=size[1], policy=policy, thin=quick,
             river=not quick and seed == seeds[0])
        for seed in seeds for world in worlds for mix in mixes
    ]  # fmt: skip
    return tasks if quick else tasks + [replace(task, learning=False) for task in tasks if task.river]


def build(task: Task) -> World:
    """The world of a task, unplayed."""
    if task.world == "other":
        return OtherWorld(seed=task.seed, people=task.people, days=task.days, mix=task.mix)
    mix: Mix | str = task.mix
    if mix == "gamers":
        mix = Mix("gamers", gamers=gamers(task.seed, thin=task.thin))
    elif mix == "lookalikes":
        mix = Mix("lookalikes", {persona.name: persona.group for persona in PERSONAS.values()})
    return Company(seed=task.seed, people=task.people, days=task.days, mix=mix)


def gamers(seed: int, *, thin: bool) -> tuple[Gamer, ...]:
    """Every behaviour at every intensity, plain and evasive (disguises by turns); a thin set has one of the two.

    The whole product would be three runs' worth of calls for half again as many gamers.
    """
    found = []
    for turn, (behaviour, intensity) in enumerate(product(sorted(BEHAVIOURS), INTENSITIES), seed):
        plain = Gamer(behaviour, intensity)
        evasive = Gamer(behaviour, intensity, DISGUISES[turn // 2 % len(DISGUISES)])
        found += [evasive if turn % 2 else plain] if thin else [plain, evasive]
    return tuple(found)


def run(task: Task) -> Played:
    """Build and play."""
    baselines: dict[str, Baseline] = {}
    if task.learning:
        baselines = today() | river() if task.river else today()
    with nullcontext() if task.learning else rules_only():
        played = play(build(task), task.policy, baselines)
    played.world, played.mix, played.seed, played.days = task.world, task.mix, task.seed, task.days
    return played


def run_all(tasks: Sequence[Task]) -> list[Played]:
    """Play all, one process a core; the results come in the order of the tasks whatever the machine."""
    if len(tasks) == 1:
        return [run(tasks[0])]
    with ProcessPoolExecutor(min(len(tasks), os.cpu_count() or 1)) as pool:
        longest_first = sorted(range(len(tasks)), key=lambda i: MIXES.index(tasks[i].mix))
        running = {i: pool.submit(run, tasks[i]) for i in longest_first}
        return [running[i].result() for i in range(len(tasks))]
