"""How a world's people are divided up."""

from typing import Literal, NamedTuple

Mix = Literal["default", "honest", "lookalikes", "gamers"]


class Shares(NamedTuple):
    """Shares of the people who are look-alikes and gamers; the rest is plain."""

    lookalikes: float
    gamers: float


MIXES: dict[Mix, Shares] = {
    "default": Shares(0.24, 0.10),
    "honest": Shares(0.0, 0.0),
    "lookalikes": Shares(0.65, 0.0),
    "gamers": Shares(0.1, 0.45),
}
"""Even among gamers about half the people are plain: a cohort of nothing but gamers is no company."""
