"""What a world says of its people: the lines of its truth, as structs that the scoring reads."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

import msgspec

User = tuple[str, str]
"""Tenant and user id."""

NO_ACCUSATION = frozenset({"keep_alive", "peer_calibration", "telemetry_fault", "spend_spike"})
"""Typologies that never make a `tokenmaxxing` alert about one person (contract): nobody is missed for them."""


class World(Protocol):
    """Anything that can be played: records in the order of arrival, and the truth beside them."""

    def records(self) -> Iterator[bytes]:
        """One JSON document each, without line break."""
        ...

    def truth(self) -> Iterable[dict[str, Any]]:
        """A line a user and a line a gaming workload, told apart by `kind`."""
        ...


class Person(msgspec.Struct, kw_only=True):
    """One user. `persona` is the look-alike's or behaviour's name, `plain` for most."""

    tenant_id: str
    user_id: str
    honest: bool
    persona: str = "plain"
    team_id: str | None = None
    role: str = ""
    time_zone: str = ""
    part_time: bool = False
    tenure_days: int = 0

    @property
    def key(self) -> User:
        """What alerts and records know the person by."""
        return self.tenant_id, self.user_id


class Workload(msgspec.Struct, kw_only=True):
    """One person's gaming: when, how much of their spend (`intensity`), how hidden, what may rightly lead an alert."""

    tenant_id: str
    user_id: str
    behaviour: str
    intensity: float
    evasive: list[str] | bool
    onset: datetime
    end: datetime
    invocations: int
    cost_usd: float
    expected: frozenset[str]
    session_ids: frozenset[str] = frozenset()
    invocation_ids: frozenset[str] = frozenset()
    person_alert: bool = True

    @property
    def key(self) -> User:
        """The gamer."""
        return self.tenant_id, self.user_id

    @property
    def hidden(self) -> bool:
        """Whether the gamer hides at all."""
        return bool(self.evasive)

    @property
    def pageable(self) -> bool:
        """Whether the contract lets this behaviour be an alert about one person."""
        return self.person_alert and not self.expected <= NO_ACCUSATION


def number(name: str) -> str:
    """The catalogue number that a behaviour's or persona's name begins with; names differ between worlds.

    >>> number("L07_builder_critic"), number("G1"), number("plain")
    ('L7', 'G1', 'plain')
    """
    head = name.split("_", maxsplit=1)[0]
    return f"{head[0]}{int(head[1:])}" if head[1:].isdigit() else name


def read(lines: Iterable[dict[str, Any]]) -> tuple[list[Person], list[Workload]]:
    """The people and the gaming workloads of a truth; fields that the benchmark does not use are ignored."""
    people, workloads = [], []
    for line in lines:
        if line["kind"] == "user":
            people.append(msgspec.convert(line, Person))
        else:
            workloads.append(msgspec.convert(line, Workload))
    return people, workloads
