"""What the company owns: agents with the quirks of their clients, models with prices, projects, published targets.

Everybody draws from the same pools, honest or not, so no name gives anything away. The prices are the simulation's own,
shaped like 2026 list prices: output five times input, a cache read a tenth of it, a cache write a quarter above it.
"""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal

from detector.simulate.chance import seeded


@dataclass(frozen=True, slots=True)
class Model:
    """A model's price in dollars per million tokens of fresh input; the other kinds follow from it."""

    name: str
    price: float

    def cost(self, fresh: int, out: int, read: int, write: int) -> float:
        """Dollars of one call."""
        return self.price * (fresh + 5.0 * out + 0.1 * read + 1.25 * write) / 1e6


SMALL, MEDIUM, LARGE, PREMIUM = (
    Model("sol-small-3", 0.8), Model("sol-medium-4", 3.0), Model("sol-large-4", 5.0), Model("sol-premium-4", 15.0),
)  # fmt: skip
LAUNCHED = Model("sol-large-5", 9.0)
"""The model that comes out in mid-period (`Calendar.launch`): a level shift of everybody who adopts it."""
MODELS = (SMALL, MEDIUM, LARGE, PREMIUM, LAUNCHED)


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent product and what its client tells: not all tell all, and a detector has to live with it.

    `lineage`: `chain` names the call before as parent, `flat` the human's turn, `none` says nothing. `ttl` is the
    cache's lifetime in seconds (0: no cache), `start` the tokens of system prompt and tool catalogue.
    """

    name: str
    lineage: Literal["chain", "flat", "none"] = "chain"
    triggers: bool = True
    outcomes: bool = True
    responses: bool = True
    prices: bool = True
    ttl: float = 300.0
    start: int = 16_000
    versions: tuple[str, ...] = ("4.1.0", "4.1.2", "4.2.0")


CODE = Agent("mesh-code", ttl=3600.0, start=22_000, versions=("2.14.0", "2.14.1", "2.15.0", "2.15.3"))
IDE = Agent("mesh-ide", lineage="flat", start=12_000, versions=("1.98.0", "1.99.1", "1.99.2"))
CHAT = Agent("mesh-chat", lineage="none", start=2_500, versions=("7.0", "7.1"))
DESK = Agent("mesh-desk", ttl=3600.0, start=14_000, versions=("0.31.0", "0.32.0", "0.32.1"))
SHELL = Agent("mesh-shell", lineage="none", triggers=False, outcomes=False, responses=False, prices=False, start=9_000,
              versions=("0.9.4", "0.9.5"))  # fmt: skip
COMPLETE = Agent("mesh-complete", lineage="none", responses=False, ttl=0.0, start=0, versions=("3.3.0", "3.3.1"))
REVIEW = Agent("mesh-review", lineage="flat", start=8_000, versions=("1.4.0",))
AGENTS = (CODE, IDE, CHAT, DESK, SHELL, COMPLETE, REVIEW)

BUGGY_VERSION = "2.15.1"
"""The version of `mesh-code` whose client re-sends its context (the look-alike L9)."""

_FIRST = (
    "amber", "birch", "cedar", "delta", "ember", "flint", "grove", "harbor", "iris", "juniper", "kestrel", "lumen",
    "maple", "north", "onyx", "pine", "quartz", "ridge", "slate", "tundra", "umber", "vale", "willow", "zephyr",
)  # fmt: skip
_SECOND = (
    "api", "batch", "billing", "console", "core", "etl", "feed", "gateway", "index", "ledger", "lens", "loader",
    "mobile", "portal", "search", "sync",
)  # fmt: skip


@cache
def named_agent(number: int) -> Agent:
    """One of the many agents that people made themselves: 384 neutral names."""
    name = f"{_FIRST[number % 24]}-{_SECOND[number // 24 % 16]}-agent"
    return Agent(name, lineage=("chain", "flat", "none")[number % 3], start=6_000 + number % 7 * 1_500)


@dataclass(frozen=True, slots=True)
class Projects:
    """Registered projects (what teams work on) and scratch ones (unregistered: spikes, learning, private things)."""

    registered: tuple[str, ...]
    evaluations: tuple[str, ...]
    """Registered as evaluation or batch projects: repetition is their method."""

    @staticmethod
    def of(seed: str, teams: int) -> "Projects":
        """Four projects a team and a dozen evaluation projects, in seeded order."""
        names = [f"{a}-{b}" for a in _FIRST for b in _SECOND]
        seeded(seed, "projects").shuffle(names)
        count = min(4 * teams, len(names) - 100)
        return Projects(tuple(names[:count]), tuple(names[count : count + 12]))

    def scratch(self, rng: Random) -> str:
        """A project that nobody registered, named as projects are."""
        while True:
            name = f"{rng.choice(_FIRST)}-{rng.choice(_SECOND)}"
            if name not in self.registered and name not in self.evaluations:
                return name if rng.random() < 0.5 else f"{name}-{rng.randint(2, 9)}"


@dataclass(frozen=True, slots=True)
class Targets:
    """What the company publishes for people to hit: dollars per agent and ISO week (Monday 00:00 UTC on)."""

    weekly_minimum_usd: float = 25.0
    weekly_maximum_usd: float = 150.0
    window: Literal["week"] = "week"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days (counted from the start, 0 first) on which whole cohorts move; -1 when it does not happen."""

    hackathon: int
    launch: int
    price_cut: int
    incident: int
    bug_from: int
    bug_to: int

    @staticmethod
    def of(days: int) -> "Calendar":
        """Spread over the period, so that there is a before and an after; a short one has no room for them."""
        if days < 6:
            return Calendar(-1, -1, -1, -1, -1, -1)
        return Calendar(
            hackathon=_workday(days * 55 // 100), launch=_workday(days * 40 // 100),
            price_cut=_workday(days * 65 // 100),
            incident=days * 45 // 100, bug_from=_workday(days * 50 // 100), bug_to=_workday(days * 50 // 100) + 2,
        )  # fmt: skip


def _workday(day: int) -> int:
    """The day itself or, in a week that starts with day 0, the Friday before its weekend."""
    return day - max(0, day % 7 - 4)
