"""Chance that is the same everywhere: seeded by words, independent of hash seeds, processes and the order of people."""

import math
from bisect import bisect
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

MASK = (1 << 64) - 1
T = TypeVar("T")


def seeded(*words: object) -> Random:
    """A generator of its own for whatever the words name.

    >>> seeded(7, "ann", 3).random() == seeded(7, "ann", 3).random() != seeded(7, "ann", 4).random()
    True
    """
    return Random("|".join(map(str, words)))  # noqa: S311 -- a simulation, not a secret


def key64(*words: object) -> int:
    """64 random-looking bits that stand for the words."""
    return int.from_bytes(blake2b("|".join(map(str, words)).encode(), digest_size=8).digest(), "big")


def mix64(a: int, b: int) -> int:
    """64 random-looking bits out of two numbers (the finaliser of splitmix64): a hash that costs half a microsecond."""
    x = (a ^ (b + 1) * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK
    return x ^ x >> 31


def lognormal(rng: Random, median: float, sigma: float) -> float:
    """A positive amount, skewed as usage is: the median, times e to a normal of this sigma."""
    return median * math.exp(sigma * rng.gauss(0.0, 1.0))


def tail(rng: Random, alpha: float, most: int) -> int:
    """A count from one up with a heavy tail. With alpha 2: 1, 1, 2, 4, 9 at q25/50/75/95/99, as chats are long."""
    return min(most, int((1.0 - rng.random()) ** (-1.0 / alpha)))


class Weighted(Generic[T]):
    """A choice among things by their weights.

    >>> Weighted({"a": 1.0, "b": 0.0}).pick(seeded(1))
    'a'
    """

    __slots__ = ("_sums", "_things")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._things: Sequence[T] = tuple(weights)
        self._sums = tuple(accumulate(weights.values()))

    def pick(self, rng: Random) -> T:
        """One of the things."""
        return self._things[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._things) - 1)]
