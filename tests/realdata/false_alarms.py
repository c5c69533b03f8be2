"""False alarms on real people and real clients: nobody in these traces games, so every accusation is false."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from detector.alert import FileSource
from detector.evaluate.tables import Table
from detector.offline.replay import Replay
from detector.pipeline import Step
from detector.policy import Policy
from tests.realdata.convert import Record, github_humans, ragpulse, servegen

TRACES: dict[str, Callable[[], Iterator[Record]]] = {
    "GitHub humans": github_humans,
    "GitHub humans, activity as template": lambda: github_humans(templates=True),
    "ServeGen clients": servegen,
    "RAGPulse": ragpulse,
}


class Alarms(msgspec.Struct):
    """What was raised on one trace: distinct alert ids by category, over `days` active user-days."""

    records: int
    users: int
    days: int
    raised: dict[str, set[str]]

    def rate(self, category: str) -> float:
        """Alerts per 1,000 active user-days."""
        return 1000 * len(self.raised.get(category, ())) / max(1, self.days)


def judge(records: Iterable[Record], policy: Policy) -> Alarms:
    """Play a trace through the judgement."""
    replay, days, raised, number = Replay(policy), set(), {}, 0
    for number, record in enumerate(records, 1):
        step = replay.feed(msgspec.json.encode(record), FileSource("real", number))
        days.add((record["user_id"], record["occurred_at"][:10]))
        for alert in step.alerts if isinstance(step, Step) else ():
            raised.setdefault(alert.category, set()).add(alert.alert_id)
    return Alarms(number, len({user for user, _ in days}), len(days), raised)


def table(policy: Policy) -> Table:
    """False alarms per 1,000 user-days, by trace and category."""
    rows = []
    for name, trace in TRACES.items():
        found = judge(trace(), policy)
        rates = [f"{found.rate(category):.2f}" for category in ("tokenmaxxing", "waste", "spike", "data_quality")]
        rows.append([name, f"{found.records:,}", f"{found.users:,}", f"{found.days:,}", *rates])
    head = ["trace", "records", "users", "user-days", "tokenmaxxing", "waste", "spike", "data quality"]
    return Table("False alarms per 1,000 user-days on real traces", head, rows)
