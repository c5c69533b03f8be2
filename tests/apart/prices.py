"""Models and what they cost: list prices in US dollars per million tokens."""

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens of each class; cache writes cost 1.25 times and reads a tenth of fresh input."""

    fresh: float
    output: float

    def cost(self, fresh: int, output: int, read: int, written: int) -> float:
        """The bill of one call, rounded to a millionth of a dollar as gateways do."""
        dollars = fresh * self.fresh + output * self.output + read * self.fresh * 0.1 + written * self.fresh * 1.25
        return round(dollars / MILLION, 6)


SMALL = "claude-haiku-4-5"
MIDDLE = "claude-sonnet-4-6"
LARGE = "claude-opus-4-6"
NEWEST = "claude-opus-5"  # comes out during the month, dearer than the model before it
OTHER_MIDDLE = "gpt-5.2-codex"
OTHER_SMALL = "gemini-3-flash"

WITHOUT_WRITES = frozenset({OTHER_MIDDLE, OTHER_SMALL})  # vendors that cache by themselves and charge no writes

PRICES = {
    SMALL: Price(1.0, 5.0),
    MIDDLE: Price(3.0, 15.0),
    LARGE: Price(5.0, 25.0),
    NEWEST: Price(7.0, 35.0),
    OTHER_MIDDLE: Price(1.75, 14.0),
    OTHER_SMALL: Price(0.5, 3.0),
}
