"""Who is in the company: how many of which persona and which gamers, and the presets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from random import Random

from detector.simulate.gaming import BEHAVIOURS
from detector.simulate.lookalikes import PERSONAS
from detector.simulate.session import NAKED, Disguise

INTENSITIES = (0.05, 0.25, 0.75)
"""Shares of a gamer's spend that the gaming has."""

EVASIONS = (
    NAKED,
    Disguise(jitter=True, paraphrase=True),
    Disguise(jitter=True, paraphrase=True, fake=True, manual=True, scatter=True),
)
"""None, light, and everything at once."""

GAMER_SHARE = 0.03
"""Gamers in the default company; the true prevalence anywhere is unknown."""


LOOKALIKE_SHARE = 0.3
"""Look-alikes in the default company: room for each that plays alone, in 200 people, and some that come in circles."""


@dataclass(frozen=True, slots=True)
class Gamer:
    """One gaming person to be: the behaviour, the share of their spend (0-1), how they hide."""

    behaviour: str
    intensity: float
    disguise: Disguise = NAKED


@dataclass(frozen=True, slots=True)
class Mix:
    """Personas by name with how many people each, and the gamers; everybody else is plain honest.

    Gaming starts between day `onset` and the middle of the period, for a fifth of the gamers on the very first day.
    """

    name: str = "custom"
    personas: Mapping[str, int] = field(default_factory=dict)
    gamers: tuple[Gamer, ...] = ()
    onset: int = 4

    def needs(self) -> int:
        """How many people are spoken for."""
        return sum(self.personas.values()) + sum(BEHAVIOURS[gamer.behaviour].group for gamer in self.gamers)

    @staticmethod
    def preset(name: str, people: int, rng: Random) -> "Mix":
        """`default`, `honest`, `lookalikes` or `gamers`; see `PRESETS`. Raises KeyError for any other name."""
        once = {persona.name: persona.group for persona in PERSONAS.values()}
        if name == "honest":
            return Mix(name)
        if name == "lookalikes":
            return Mix(name, {persona: max(3, count) for persona, count in once.items()})
        every = [Gamer(*parts) for parts in product(BEHAVIOURS, INTENSITIES, EVASIONS)]
        if name == "gamers":
            return Mix(name, gamers=tuple(every))
        if name != "default":
            raise KeyError(name)
        rng.shuffle(every)
        return Mix(
            name, _some(once, round(LOOKALIKE_SHARE * people), rng), _as_many(every, round(GAMER_SHARE * people))
        )


PRESETS = {
    "default": "3 % gamers, 30 % look-alikes, of as many kinds as there is room for",
    "honest": "nobody games, nobody looks like it",
    "lookalikes": "every honest look-alike several times, no gamers",
    "gamers": "every behaviour at every intensity and evasion, among plain honest people",
}


def _some(groups: Mapping[str, int], room: int, rng: Random) -> dict[str, int]:
    """As many personas as there is room for, circles last; in a small company chance decides which."""
    order = sorted(rng.sample(list(groups), len(groups)), key=groups.__getitem__)
    chosen: dict[str, int] = {}
    for name in order:
        if groups[name] <= room:
            chosen[name] = groups[name]
            room -= groups[name]
    return chosen


def _as_many(gamers: list[Gamer], room: int) -> tuple[Gamer, ...]:
    """The first gamers that fit, groups counted whole."""
    chosen: list[Gamer] = []
    for gamer in gamers:
        group = BEHAVIOURS[gamer.behaviour].group
        if group <= room:
            chosen.append(gamer)
            room -= group
    return tuple(chosen)
