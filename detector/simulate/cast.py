"""Who plays what: personas and gamers given to people of the roster, groups whole, the rest plain honest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from detector.simulate.gaming import BEHAVIOURS
from detector.simulate.lookalikes import PERSONAS, Persona
from detector.simulate.mix import Gamer, Mix
from detector.simulate.roster import Person

LEAST_GAMER_LEVEL = 1.5
"""Usual dollars of an active day of a gamer: with less nothing is burned. The most is the behaviour's."""

PERSONA_LEVELS = (0.8, 40.0)
"""Usual dollars a day of people who play a look-alike."""

FIRST_DAY = 0.2
"""Share of the gamers who game from the first day on: no honest history to compare with."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One person with the part they play; a gamer's workload starts on day `onset`."""

    person: Person
    persona: Persona | None = None
    gamer: Gamer | None = None
    onset: int = 0


def cast(people: list[Person], mix: Mix, days: int, rng: Random) -> list[Cast]:
    """The company with its parts given out, in the order of the roster."""
    parts = {person.user: Cast(person) for person in people}
    pool = rng.sample(people, len(people))
    for name, count in mix.personas.items():
        persona = PERSONAS[name]
        for group in range(0, count, persona.group):
            for part in _circle(persona, min(persona.group, count - group), pool, rng):
                parts[part.person.user] = part
    for gamer in mix.gamers:
        for part in _gamers(gamer, pool, mix.onset, days, rng):
            parts[part.person.user] = part
    return list(parts.values())


def _circle(persona: Persona, size: int, pool: list[Person], rng: Random) -> Iterator[Cast]:
    """The people who share a persona's circle; of one team as far as it has that many left."""
    circle, team = f"{rng.getrandbits(64):016x}", pool[-1].team
    for _ in range(size):
        mates = [person for person in pool if person.team == team] if persona.team else []
        person = mates[-1] if mates else pool[-1]
        pool.remove(person)
        person = replace(_within(person, PERSONA_LEVELS), circle=circle)
        yield Cast(persona.adapt(person, rng) if persona.adapt else person, persona)


def _gamers(gamer: Gamer, pool: list[Person], onset: int, days: int, rng: Random) -> Iterator[Cast]:
    """One gamer or, where the behaviour takes several, their circle, who begin within two days of each other."""
    behaviour, circle = BEHAVIOURS[gamer.behaviour], f"{rng.getrandbits(64):016x}"
    early = behaviour.at_once or days <= onset or rng.random() < FIRST_DAY
    first = 0 if early else rng.randint(onset, max(onset, days // 2))
    for _ in range(behaviour.group):
        person = _within(pool.pop(), (LEAST_GAMER_LEVEL, behaviour.most_level))
        begins = min(days - 1, first + rng.randrange(3 if behaviour.group > 1 else 1))
        person = replace(person, circle=circle)
        yield Cast(behaviour.adapt(person, gamer.intensity) if behaviour.adapt else person, None, gamer, begins)


def _within(person: Person, levels: tuple[float, float]) -> Person:
    return replace(person, level=min(levels[1], max(levels[0], person.level)))
