"""What one played world leaves behind: small enough to be handed from a worker process to the scoring."""

import msgspec

from detector.evaluate.truth import Person, User, Workload


class Telling(msgspec.Struct, array_like=True):
    """One publication of an alert: what it said, when, and of which work."""

    at: float
    category: str
    typology: str
    session_id: str | None
    root_id: str | None
    agent: str | None
    project: str | None
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
    session_id: str | None
    families: dict[str, float]
    suppressed: str | None


class Trace(msgspec.Struct, array_like=True):
    """What one gamer's workload burned, call by call: times in Unix seconds, dollars."""

    at: list[float] = []
    burn: list[float] = []


class Played(msgspec.Struct, kw_only=True):
    """One world, played and judged. `active_days` counts the UTC days on which a person left a record."""

    world: str
    mix: str
    seed: str
    days: int
    records: int
    seconds: float
    people: list[Person]
    workloads: list[Workload]
    active_days: dict[User, int]
    stories: list[Story]
    peaks: list[Peak]
    traces: dict[User, Trace]
    baselines: dict[str, list[tuple[User, int, float]]] = {}
    """By name: every active day of everybody with its highest score."""

    @property
    def by_user(self) -> dict[User, Person]:
        """The people by key."""
        return {person.key: person for person in self.people}

    @property
    def gaming(self) -> dict[User, Workload]:
        """The gaming workloads by gamer."""
        return {workload.key: workload for workload in self.workloads}
