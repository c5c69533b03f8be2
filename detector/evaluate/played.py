"""What one played world leaves behind: small enough to be handed from a worker process to the scoring."""

import msgspec

from detector.evaluate.truth import Person, User, Workload


class Named(msgspec.Struct, array_like=True, frozen=True):
    """The work that an alert or evidence names; what it leaves open is None."""

    session_id: str | None = None
    root_id: str | None = None
    template_hash: str | None = None
    agent: str | None = None
    project: str | None = None


class Telling(msgspec.Struct, array_like=True):
    """One publication of an alert: what it said, when, and of which work."""

    at: float
    category: str
    typology: str
    named: Named
    score: float
    families: tuple[str, ...]
    text: str


class Story(msgspec.Struct, array_like=True):
    """All publications of one alert id about one person, in order."""

    alert_id: str
    user: User
    tellings: list[Telling]

    def first(self, category: str) -> Telling | None:
        """The first publication in a category."""
        return next((t for t in self.tellings if t.category == category), None)

    @property
    def score(self) -> float:
        """The highest score that it was published with, 0-1."""
        return max(t.score for t in self.tellings)


class Peak(msgspec.Struct, array_like=True):
    """The strongest evidence of one typology about one workload key on one day, whether or not it became an alert."""

    user: User
    key: str
    typology: str
    day: int
    at: float
    score: float
    gaming: bool
    """Two families, one of them yield: it would be `tokenmaxxing` at this score."""
    named: Named
    families: dict[str, float]
    suppressed: str | None


class Trace(msgspec.Struct, array_like=True):
    """What one gaming workload did, call by call (times in Unix seconds, dollars), and the names it went by."""

    at: list[float]
    burn: list[float]
    sessions: frozenset[str]
    roots: frozenset[str]
    templates: frozenset[str]
    lines: frozenset[tuple[str | None, str | None]]
    """Agent and project."""


class Played(msgspec.Struct, kw_only=True):
    """One world, played and judged. `active_days` counts the UTC days on which a person left a record."""

    world: str = ""
    mix: str = ""
    seed: int = 0
    days: int = 0
    records: int
    seconds: float
    """Of processor time, simulation and judgement."""
    people: list[Person]
    workloads: list[Workload]
    active_days: dict[User, int]
    stories: list[Story]
    peaks: list[Peak]
    traces: list[Trace]
    """One a workload, in their order."""
    baselines: dict[str, list[tuple[User, int, float]]] = {}
    """By name: every active day of everybody with its highest score."""

    @property
    def label(self) -> str:
        """Names the run."""
        return f"{self.world}/{self.mix}/{self.seed}"

    @property
    def by_user(self) -> dict[User, Person]:
        """The people by key."""
        return {person.key: person for person in self.people}

    @property
    def gaming(self) -> dict[User, list[tuple[Workload, Trace]]]:
        """The gaming workloads, with what they did, by gamer."""
        found: dict[User, list[tuple[Workload, Trace]]] = {}
        for workload, trace in zip(self.workloads, self.traces, strict=True):
            found.setdefault(workload.key, []).append((workload, trace))
        return found
