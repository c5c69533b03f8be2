"""Honest people whom a careless detector accuses: each persona says what it does and what separates it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from detector.simulate.chance import lognormal
from detector.simulate.honest import Habit, work
from detector.simulate.roster import Person
from detector.simulate.session import Desk


@dataclass(frozen=True, slots=True)
class Persona:
    """`day` is what it adds (or, with `ordinary` false, does instead), `adapt` how it differs from its colleagues,
    `group` how many share it, `separator` what tells it from gaming.
    """

    name: str
    separator: str
    day: Habit | None = None
    ordinary: bool = True
    adapt: Callable[[Person, Random], Person] | None = None
    group: int = 1


def spike_day(desk: Desk) -> None:
    """Twenty times the usual, one day: a release, a rewrite; honest, and a spike all the same."""
    if desk.day == desk.world.days * 6 // 10:
        work(desk, desk.person.level * 20.0 * lognormal(desk.rng, 1.0, 0.2))


def _table(*personas: Persona) -> dict[str, Persona]:
    return {persona.name: persona for persona in personas}


PERSONAS = _table(
    Persona("L0_spend_spike", "one day only; own shape of work; outcomes follow", spike_day),
)
