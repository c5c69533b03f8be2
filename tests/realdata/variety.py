"""How varied a quantity is of late, and how far it has moved from what was usual: what gives programs away.

People's prompt lengths and pauses spread over magnitudes; a program's come back to few values, whatever the beat. And
when a program takes a person's place, the recent distribution leaves the person's own. Both are read off two decaying
histograms in log space, one of the recent values and one that follows it slowly.
"""

from math import exp, floor, log, pi, sqrt
from typing import Final, Self

BINS_PER_E: Final = 4.0
"""Bins an e-fold: 28 % wide. Values count in the two nearest bins, by distance, so no edge decides anything."""
RECENT: Final = 40
"""Observations that count as recent: 50 events are when bots on record can be told."""
USUAL: Final = 400
"""Memory of what is usual, in observations: ten times the recent, so that a new habit shows for hundreds of events."""
PRIOR_WEIGHT: Final = 20.0
"""Own observations worth as much as the prior."""
DUST: Final = 1e-3
"""Bins of the recent values lighter than this are dropped: a value of 180 observations ago."""
FINE_DUST: Final = 2e-5
"""The same for the usual values, which grow by 1/400 of a 40th an observation: 6e-5 must survive."""


class Variety:
    """Recent and usual distribution of the logarithm of a quantity.

    >>> person, program = Variety(), Variety()
    >>> for i in range(60): person.update(1.0 + i * 7 % 11 / 3); program.update(3.0 + i % 2 / 50)
    >>> person.entropy > program.entropy + 1
    True
    >>> Variety.load(*person.dump()).entropy == person.entropy
    True
    """

    __slots__ = ("_recent", "_usual", "n")

    def __init__(self) -> None:
        self.n = 0
        self._recent: dict[int, float] = {}
        self._usual: dict[int, float] = {}

    def update(self, x: float) -> None:
        """Learn one observation, after it was scored."""
        self.n += 1
        place = x * BINS_PER_E
        low = floor(place)
        _blend(self._recent, {low: 1.0 - (place - low), low + 1: place - low}, max(1 / RECENT, 1 / self.n), DUST)
        _blend(self._usual, self._recent, max(1 / USUAL, 1 / self.n), FINE_DUST)

    @property
    def entropy(self) -> float:
        """Variety of the recent values in nats: 0 for a constant, about 3 for people's work."""
        total = sum(self._recent.values())
        return -sum(w / total * log(w / total) for w in self._recent.values()) if total else 0.0

    def surprise(self, mean: float, sd: float) -> float:
        """How far the recent values left the usual ones, in nats (relative entropy).

        The prior is a normal in log space, of this mean and spread.
        Below 0.5 in people's lives, above 1 when something else has taken over.
        """
        total = sum(self._recent.values())
        own = float(min(self.n, USUAL))
        told = 0.0
        for place, weight in self._recent.items():
            z = (place / BINS_PER_E - mean) / sd
            prior = exp(-z * z / 2) / (sd * BINS_PER_E * sqrt(2 * pi))
            expected = (own * self._usual.get(place, 0.0) + PRIOR_WEIGHT * prior) / (own + PRIOR_WEIGHT)
            told += weight / total * log(weight / total / max(expected, 1e-6))
        return max(0.0, told)

    def dump(self) -> tuple[int, dict[int, float], dict[int, float]]:
        """The state: observations seen, recent and usual weights by bin."""
        return self.n, dict(self._recent), dict(self._usual)

    @classmethod
    def load(cls, n: int, recent: dict[int, float], usual: dict[int, float]) -> Self:
        """The model that dumped this state, equal to the bit."""
        self = cls()
        self.n, self._recent, self._usual = n, dict(recent), dict(usual)
        return self


def _blend(into: dict[int, float], other: dict[int, float], share: float, dust: float) -> None:
    """Move a share of the weight from one histogram to another."""
    for place in into:
        into[place] *= 1.0 - share
    for place, weight in other.items():
        into[place] = into.get(place, 0.0) + share * weight
    for place in [place for place, weight in into.items() if weight < dust]:
        del into[place]
