"""Accuracy floors: what a later change must not quietly lose. A small company; all of it is `detector evaluate`.

The seed belongs neither to tuning nor to reporting. Floors stand a little below what was measured when they were set.
"""

from collections.abc import Iterable

import pytest

from detector.evaluate.play import play
from detector.evaluate.played import Played
from detector.evaluate.score import cases, false_alerts, honest_days, quantile
from detector.policy import Policy
from detector.simulate import BEHAVIOURS, PERSONAS, Company, Disguise, Gamer, Mix

SEED = 21
PEOPLE = 40
DAYS = 10
BLATANT = {"G01", "G02", "G05", "G12", "G13", "G14", "G15", "G23"}
ALIKE = {"L1", "L2", "L6", "L7", "L8", "L11", "L12", "L16"}

RECALL = 0.55
"""Of 16 gamers at 75 % intensity, half of them evasive."""
MOST_BURNED = 0.6
"""Median share of their gaming dollars before the first alert."""
MOST_FALSE = 1
"""`tokenmaxxing` alerts about honest people in about 480 active days, half of them of look-alikes."""


def world(mix: Mix | str) -> Played:
    return play(Company(seed=SEED, people=PEOPLE, days=DAYS, mix=mix), Policy(), {})


def named(names: Iterable[str], numbers: set[str]) -> list[str]:
    return [name for name in names if name.split("_")[0] in numbers]


@pytest.fixture(scope="module")
def gamers() -> Played:
    """Eight behaviours at 75 % intensity, plain and evasive, among plain honest people."""
    disguises = (Disguise(), Disguise(jitter=True, paraphrase=True))
    return world(Mix(gamers=tuple(Gamer(b, 0.75, d) for b in named(BEHAVIOURS, BLATANT) for d in disguises)))


@pytest.fixture(scope="module")
def honest() -> list[Played]:
    """Plain honest people, and look-alikes among others."""
    return [world("honest"), world(Mix(personas={name: PERSONAS[name].group for name in named(PERSONAS, ALIKE)}))]


def test_gamers_are_heard_of(gamers: Played) -> None:
    """Most of those whose burn is mostly gaming."""
    found = cases(gamers)
    assert len(found) == 16
    assert sum(case.caught for case in found) / len(found) >= RECALL


def test_gamers_are_heard_of_in_time(gamers: Played) -> None:
    """Before most of the money is gone, in the median of those who are heard of."""
    assert quantile((case.burned for case in cases(gamers) if case.caught), 0.5) <= MOST_BURNED


def test_honest_people_are_left_alone(honest: list[Played]) -> None:
    """Plain ones and look-alikes."""
    assert sum(map(honest_days, honest)) > 300
    assert sum(len(false_alerts(run)) for run in honest) <= MOST_FALSE


def test_a_world_played_twice_tells_the_same(honest: list[Played]) -> None:
    """Same seed, same stories: the benchmark is deterministic."""
    again = world("honest")
    assert again.stories == honest[0].stories
    assert again.peaks == honest[0].peaks
