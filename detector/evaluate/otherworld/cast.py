"""Who plays what: personas and behaviours are dealt out so that each comes up before any comes up again."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from detector.evaluate.otherworld.chance import Chance, chance
from detector.evaluate.otherworld.gaming.catalogue import SCHEMES
from detector.evaluate.otherworld.gaming.scheme import WAYS_TO_HIDE
from detector.evaluate.otherworld.lookalikes.catalogue import PERSONAS
from detector.evaluate.otherworld.mix import MIXES, Mix
from detector.evaluate.otherworld.people import Person
from detector.evaluate.otherworld.truth import Plot

INTENSITIES = (0.05, 0.25, 0.75)
"""Shares of a gamer's dollars that are for show."""


@dataclass(slots=True)
class Cast:
    """One person's part: plans to game, and how much honest work there is (relative to the role)."""

    plots: list[Plot] = field(default_factory=list)
    work: float = 1.0


def cast(seed: int, people: list[Person], days: int, mix: Mix) -> list[Cast]:
    """The part of each person, in the order of `people`; changes persons so that their story holds."""
    dice, shares = chance(seed, "cast"), MIXES[mix]
    parts = {person.user: Cast() for person in people}
    free = dice.sample(people, len(people))
    for name, group in _deal(dice, free, round(shares.gamers * len(people)), {n: b.group for n, b in SCHEMES.items()}):
        _conspire(dice, name, group, days, parts)
    personas = {name: persona.group for name, persona in PERSONAS.items() if name != "plain"}
    for name, group in _deal(dice, free, round(shares.lookalikes * len(people)), personas):
        for person in group:
            _become(person, name, group[0])
    return [parts[person.user] for person in people]


def _deal(dice: Chance, free: list[Person], count: int, sizes: dict[str, int]) -> Iterator[tuple[str, list[Person]]]:
    """Takes `count` people from the free ones and gives them names, in groups of one tenant."""
    deck: list[str] = []
    while count > 0 and free:
        deck = deck or dice.sample(sorted(sizes), len(sizes))
        name = deck.pop()
        first = free[-1]
        group = [person for person in reversed(free) if person.tenant == first.tenant][: sizes[name]]
        for person in group:
            free.remove(person)
        count -= len(group)
        yield name, group


def _become(person: Person, name: str, first: Person) -> None:
    """An honest person gets a story; a group's members are colleagues."""
    persona = PERSONAS[name]
    person.persona = name
    if persona.group > 1:
        person.team = first.team
    if persona.settle is not None:
        persona.settle(person)


def _conspire(dice: Chance, name: str, group: list[Person], days: int, parts: dict[str, Cast]) -> None:
    """A plan for one gamer or a group of them: how much, how hidden, from when to when."""
    behaviour, label = SCHEMES[name], dice.token(8)
    intensity, hidden = dice.choice(INTENSITIES), dice.flip(0.5)
    for person in group:
        ways = frozenset(dice.sample(WAYS_TO_HIDE, dice.randrange(2, 6))) if hidden else frozenset[str]()
        late = not behaviour.whole and dice.flip(0.5)
        first = dice.randrange(days // 4, max(days // 4 + 1, days * 6 // 10)) if late else 0
        ends = not behaviour.whole and dice.flip(0.4)
        last = min(days, first + max(4, days // 3)) if ends else days
        person.joined, person.leave = -1, range(0)
        person.tenure_days = max(person.tenure_days, 90)
        person.appetite = min(3.0, max(1.2, person.appetite))
        plot = Plot(name, intensity, ways, first, last, behaviour.expected, label if behaviour.group > 1 else "")
        parts[person.user].plots.append(plot)
        parts[person.user].work = behaviour.work
