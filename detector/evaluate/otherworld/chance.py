"""Chance with a name: the same words give the same draws in every process, whatever the hash seed."""

import math
import random


class Chance(random.Random):
    """A seeded stream of draws, with the few distributions this world is made of."""

    def gamma(self, mean: float, shape: float) -> float:
        """A waiting time or size with the given mean; shape below 1 is burstier than chance, above 1 is steadier."""
        return self.gammavariate(shape, mean / shape)

    def pareto(self, least: float, tail: float, most: float) -> float:
        """A heavy-tailed size from `least` up, cut at `most`; a smaller `tail` is heavier."""
        return min(most, least * self.paretovariate(tail))

    def spread(self, median: float, sigma: float) -> float:
        """A size that is as often half as double the median, the more so the larger sigma."""
        return median * math.exp(self.gauss(0.0, sigma))

    def flip(self, probability: float) -> bool:
        return self.random() < probability

    def repeats(self, mean: float, most: int) -> int:
        """How often something happens before it stops: geometric from 0, cut at `most`."""
        if mean <= 0:
            return 0
        return min(most, int(self.expovariate(1.0) / math.log1p(1.0 / mean)))

    def token(self, digits: int = 16) -> str:
        """A fresh lower-case hexadecimal name; it says nothing of what it names."""
        return f"{self.getrandbits(digits * 4):0{digits}x}"

    def few_bits(self) -> int:
        """A 64-bit mask with about 4 bits set: the distance of a paraphrase from its original."""
        return self.getrandbits(64) & self.getrandbits(64) & self.getrandbits(64) & self.getrandbits(64)

    def some_bits(self) -> int:
        """A 64-bit mask with about 16 bits set: the distance of two different prompts about one matter."""
        return self.getrandbits(64) & self.getrandbits(64)


def chance(*words: object) -> Chance:
    """The stream named by these words, independent of every other name.

    >>> chance(1, "a").random() == chance(1, "a").random() != chance(1, "b").random()
    True
    """
    return Chance("\x1f".join(str(word) for word in words))
