"""Two judgements of the same records, side by side: which alerts go and come, and how many pages a week each makes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from detector.alert import Alert

RANK: Final = {"info": 0, "warning": 1, "critical": 2}
PAGES: Final = "critical"
"""The severity that wakes somebody (deploy/alertmanager); faulty telemetry never does."""
UNPAGED: Final = "data_quality"


class Spoken(msgspec.Struct):
    """All that one judgement said of one alert: its first word, and the gravest."""

    alert: Alert
    paged_at: str | None = None
    """When it first was what wakes somebody."""
    revisions: set[int] = msgspec.field(default_factory=set)
    cost_usd: float = 0.0
    """The most that it said was at stake."""

    @property
    def place(self) -> tuple[object, ...]:
        """The workload: another threshold may see it at another time, which gives it another id."""
        return place(self.alert)

    @property
    def kind(self) -> str:
        """Severity, category and typology, as a person says them."""
        return f"{self.alert.severity} {self.alert.category}/{self.alert.typology}"


def place(alert: Alert) -> tuple[object, ...]:
    """Whose workload an alert is about, and which, whatever its id."""
    work = alert.workload
    return alert.tenant_id, alert.user_id, work.agent, work.project, work.template_hash


class Judged:
    """What one judgement said."""

    def __init__(self) -> None:
        self.alerts: dict[str, Spoken] = {}

    def hear(self, alert: Alert) -> None:
        """One publication; repeats change nothing."""
        spoken = self.alerts.setdefault(alert.alert_id, Spoken(alert))
        spoken.revisions.add(alert.revision)
        spoken.cost_usd = max(spoken.cost_usd, alert.at_stake.cost_usd or 0.0)
        if RANK[alert.severity] > RANK[spoken.alert.severity]:
            spoken.alert = msgspec.structs.replace(alert, starts_at=spoken.alert.starts_at)
        if alert.severity == PAGES and alert.category != UNPAGED:
            spoken.paged_at = min(alert.raised_at, spoken.paged_at or alert.raised_at)

    def pages(self) -> Counter[date]:
        """Alerts that woke somebody, by the Monday of the week in which they did."""
        return Counter(monday(spoken.paged_at) for spoken in self.alerts.values() if spoken.paged_at)

    def weeks(self) -> set[date]:
        """The weeks in which anything was raised."""
        return {monday(spoken.alert.raised_at) for spoken in self.alerts.values()}


class Difference(msgspec.Struct):
    """What another judgement makes of it."""

    stayed: list[tuple[Spoken, Spoken]] = msgspec.field(default_factory=list)
    """The same alert, or the same workload at another time, as grave and called the same."""
    changes: list[tuple[Spoken, Spoken]] = msgspec.field(default_factory=list)
    """The same, said otherwise."""
    goes: list[Spoken] = msgspec.field(default_factory=list)
    comes: list[Spoken] = msgspec.field(default_factory=list)

    @property
    def stays(self) -> int:
        """How many stay as they are."""
        return len(self.stayed)


def compare(old: Judged, new: Judged) -> Difference:
    """By alert id first; what is left by workload, each at most once."""
    found = Difference()
    left = {key: spoken for key, spoken in new.alerts.items() if key not in old.alerts}
    for key, before in old.alerts.items():
        after = new.alerts.get(key) or _same_work(before, left)
        if after is None:
            found.goes.append(before)
            continue
        left.pop(after.alert.alert_id, None)
        if after.kind == before.kind:
            found.stayed.append((before, after))
        else:
            found.changes.append((before, after))
    found.comes = list(left.values())
    return found


def _same_work(before: Spoken, left: dict[str, Spoken]) -> Spoken | None:
    return next((spoken for spoken in left.values() if spoken.place == before.place), None)


def told(old: Judged, new: Judged) -> Iterator[str]:
    """The comparison, line by line."""
    found = compare(old, new)
    yield f"alerts: {len(old.alerts)} before, {len(new.alerts)} now; {found.stays} stay as they are"
    for title, spoken in (("go", found.goes), ("come", found.comes)):
        yield f"{len(spoken)} {title}"
        yield from (line(one) for one in by_time(spoken))
    yield f"{len(found.changes)} change"
    yield from (f"{line(after)}  (was {before.kind})" for before, after in found.changes)
    yield "week of      pages before   pages now"
    yield from (f"{week}   {before:12}  {now:10}" for week, before, now in pages(old, new))


def pages(old: Judged, new: Judged) -> Iterator[tuple[date, int, int]]:
    """Of each week, as its Monday, the pages that the one and the other make."""
    before, now = old.pages(), new.pages()
    return ((week, before[week], now[week]) for week in _weeks(old.weeks() | new.weeks()))


def line(spoken: Spoken) -> str:
    """An alert in one line."""
    alert = spoken.alert
    return f"  {alert.raised_at[:16]}  {spoken.kind}  {alert.tenant_id}/{alert.user_id}  {alert.summary}"


def by_time(spoken: Iterable[Spoken]) -> list[Spoken]:
    """The earliest first."""
    return sorted(spoken, key=lambda one: (one.alert.raised_at, one.alert.alert_id))


def _weeks(found: set[date]) -> Iterator[date]:
    """All weeks from the first to the last: one without a page is news too."""
    if found:
        week = min(found)
        while week <= max(found):
            yield week
            week += timedelta(weeks=1)


def monday(text: str) -> date:
    """The week of a time, as its first day (UTC).

    >>> monday("2026-05-10T23:59:59Z")
    datetime.date(2026, 5, 4)
    """
    day = datetime.fromisoformat(text).date()
    return day - timedelta(days=day.weekday())
