"""Who plays what: personas and gamers given to people of the roster, groups whole, the rest plain honest."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from detector.simulate.gaming import BEHAVIOURS
from detector.simulate.lookalikes import PERSONAS, Persona
from detector.simulate.mix import Gamer, Mix
from detector.simulate.roster import Person

GAMER_LEVELS = (1.5, 40.0)
"""Usual dollars a day of people who come to game: with less nothing is burned, with more nobody needs to."""

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
    free = [person for person in people if PERSONA_LEVELS[0] <= person.level <= PERSONA_LEVELS[1]]
    rest = [person for person in people if person not in free]
    rng.shuffle(free)
    pool = iter([*free, *rest])
    for gamer in mix.gamers:
        for part in _gamers(gamer, pool, mix.onset, days, rng):
            parts[part.person.user] = part
    for name, count in mix.personas.items():
        persona, circle = PERSONAS[name], f"{rng.getrandbits(64):016x}"
        for number in range(count):
            person = next(pool)
            if number and number % persona.group == 0:
                circle = f"{rng.getrandbits(64):016x}"
            adapted = persona.adapt(person, rng) if persona.adapt else person
            parts[person.user] = Cast(replace(adapted, circle=circle), persona)
    return list(parts.values())


def _gamers(gamer: Gamer, pool: Iterator[Person], onset: int, days: int, rng: Random) -> Iterator[Cast]:
    """One gamer or, where the behaviour takes several, their circle, who begin within two days of each other."""
    behaviour, circle = BEHAVIOURS[gamer.behaviour], f"{rng.getrandbits(64):016x}"
    first = 0 if rng.random() < FIRST_DAY or days <= onset else rng.randint(onset, max(onset, days // 2))
    for _ in range(behaviour.group):
        person = next(pool)
        level = min(GAMER_LEVELS[1], max(GAMER_LEVELS[0], person.level))
        begins = min(days - 1, first + rng.randrange(3 if behaviour.group > 1 else 1))
        yield Cast(replace(person, level=level, circle=circle), None, gamer, begins)
