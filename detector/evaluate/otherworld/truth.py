"""What this world knows of its own people and their gaming, written down beside the records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from detector.evaluate.otherworld.desk import Call
from detector.evaluate.otherworld.people import Person


@dataclass(slots=True)
class Plot:
    """One person's plan to look busy, and what came of it.

    Attributes:
        behaviour: Its number in the domain's catalogue, such as `G14`.
        intensity: The share of the person's dollars that it is meant to be, 0-1.
        evasive: How it hides, empty when it doesn't.
        first: The day of the stream on which it may begin.
        last: The day on which it is over.
        expected: Typologies that may rightly lead an alert about it.
        group: Names the people who share one script, else empty.
    """

    behaviour: str
    intensity: float
    evasive: frozenset[str]
    first: int
    last: int
    expected: frozenset[str]
    group: str = ""
    calls: list[Call] = field(default_factory=list)
    honest: float = 0.0
    """Dollars of honest work in the days of the plan."""

    def note(self, calls: list[Call]) -> None:
        self.calls += calls

    @property
    def dollars(self) -> float:
        return sum(call.cost for call in self.calls)


def iso(at: float) -> str:
    """Unix seconds as RFC 3339, UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user_line(person: Person, plots: list[Plot], clients: list[str], tolerated: frozenset[str]) -> dict[str, Any]:
    """One user. Who never got round to gaming is honest, whatever the plan was."""
    acted = [plot for plot in plots if plot.calls]
    return {
        "kind": "user",
        "tenant_id": person.tenant,
        "user_id": person.user,
        "honest": not acted,
        "persona": acted[0].behaviour if acted else person.persona,
        "behaviour": acted[0].behaviour if acted else None,
        "intensity": acted[0].intensity if acted else 0.0,
        "evasive": sorted(acted[0].evasive) if acted else [],
        "role": person.role,
        "time_zone": person.zone_name,
        "part_time": person.part_time,
        "tenure_days": person.tenure_days,
        "team_id": person.team,
        "clients": sorted(clients),
        "tolerated": sorted(tolerated),
    }


def workload_lines(person: Person, plots: list[Plot]) -> Iterator[dict[str, Any]]:
    """One line a gaming workload that left records; `share` is what it came to of the person's dollars in its days."""
    for plot in plots:
        if not plot.calls:
            continue
        times = [call.at for call in plot.calls]
        yield {
            "kind": "workload",
            "tenant_id": person.tenant,
            "user_id": person.user,
            "behaviour": plot.behaviour,
            "intensity": plot.intensity,
            "evasive": sorted(plot.evasive),
            "onset": iso(min(times)),
            "end": iso(max(times)),
            "invocations": len(plot.calls),
            "cost_usd": round(plot.dollars, 6),
            "share": round(plot.dollars / max(1e-9, plot.dollars + plot.honest), 4),
            "expected": sorted(plot.expected),
            "person_alert": plot.expected != frozenset({"keep_alive"}),
            "group": plot.group or None,
            "session_ids": sorted({call.session for call in plot.calls if call.session is not None}),
            "invocation_ids": sorted(call.id for call in plot.calls),
        }
