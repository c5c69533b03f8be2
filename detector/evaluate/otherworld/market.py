"""What a model costs, when its price falls, and when everybody moves to its successor."""

from dataclasses import dataclass
from typing import NamedTuple

from detector.evaluate.otherworld.chance import Chance

DAY = 86_400.0
"""Seconds in a day."""


MINIMUM_USD = 20.0
"""The company's published minimum, dollars a person a calendar week (Monday to Sunday on the person's clock)."""


class Tokens(NamedTuple):
    """One call's usage, disjoint as in the contract: fresh input, output, cache read, cache write."""

    fresh: int
    out: int
    read: int = 0
    write: int = 0


class Price(NamedTuple):
    """Dollars per million tokens, one figure a kind."""

    fresh: float
    out: float
    read: float
    write: float


LIST = {
    "atlas-large-3": Price(6.0, 28.0, 0.6, 7.5),
    "atlas-large-4": Price(5.0, 25.0, 0.5, 6.25),
    "atlas-medium-3": Price(2.5, 12.5, 0.25, 3.1),
    "atlas-mini-2": Price(0.5, 2.2, 0.05, 0.6),
    "kite-max": Price(9.0, 40.0, 2.2, 9.0),
    "kite-pro": Price(1.6, 11.0, 0.4, 1.6),
    "kite-flash": Price(0.25, 1.0, 0.06, 0.25),
    "inhouse-70b": Price(0.8, 0.8, 0.2, 0.8),
}
"""An invented price list: ratios differ from any vendor's, so a detector with built-in prices finds no support."""

TIERS = {
    "atlas": {"large": "atlas-large-3", "medium": "atlas-medium-3", "mini": "atlas-mini-2"},
    "kite": {"large": "kite-max", "medium": "kite-pro", "mini": "kite-flash"},
    "inhouse": {"large": "atlas-large-3", "medium": "inhouse-70b", "mini": "inhouse-70b"},
}
"""The model each vendor sells as large, medium and mini."""


@dataclass(frozen=True, slots=True)
class Market:
    """One company's contracts: a release that moves everybody (look-alike L15), a price cut, a discount."""

    released: float
    cut: float
    factor: float

    @classmethod
    def draw(cls, chance: Chance, start: float, days: int) -> "Market":
        """Release and price cut fall somewhere in the middle of the stream; a third of the worlds have neither."""
        quiet = chance.flip(1 / 3)
        moments = [start + DAY * days * (9.0 if quiet else chance.uniform(0.35, 0.8)) for _ in range(2)]
        return cls(moments[0], moments[1], chance.uniform(0.7, 1.05))

    def model(self, vendor: str, tier: str, at: float) -> str:
        """The model that this vendor's tier means at that moment."""
        name = TIERS[vendor][tier]
        return "atlas-large-4" if name == "atlas-large-3" and at >= self.released else name

    def cost(self, model: str, tokens: Tokens, at: float) -> float:
        """Dollars for one call, to the millionth."""
        price = LIST[model]
        sum_ = (
            tokens.fresh * price.fresh + tokens.out * price.out + tokens.read * price.read + tokens.write * price.write
        )
        after_cut = 0.6 if at >= self.cut and model.startswith("kite") else 1.0
        return round(sum_ * self.factor * after_cut / 1e6, 6)
