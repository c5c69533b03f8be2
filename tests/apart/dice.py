"""Random draws of one person: a seeded numpy generator, read in blocks because single draws are slow."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import TypeVar

import numpy as np

T = TypeVar("T")

BLOCK = 1024


class Dice:
    """Draws for one purpose of one person; the key names both, so that nobody's draws depend on anybody else's."""

    def __init__(self, *key: int) -> None:
        self._generator = np.random.default_rng(list(key))
        self._uniforms: list[float] = []
        self._normals: list[float] = []

    def unit(self) -> float:
        if not self._uniforms:
            self._uniforms = self._generator.random(BLOCK).tolist()
        return self._uniforms.pop()

    def normal(self) -> float:
        if not self._normals:
            self._normals = self._generator.standard_normal(BLOCK).tolist()
        return self._normals.pop()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def around(self, median: float, sigma: float) -> float:
        """A lognormal draw: sizes and waits in this trade span orders of magnitude."""
        return median * exp(sigma * self.normal())

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.unit() * len(options))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        mark = self.unit() * sum(weights.values())
        for option, weight in weights.items():
            mark -= weight
            if mark < 0:
                return option
        return option

    def bits(self, width: int) -> int:
        """A random bit pattern, e.g. of an id."""
        return sum(int(self.unit() * 65536) << shift for shift in range(0, width, 16))
