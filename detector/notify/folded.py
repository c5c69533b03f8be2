"""What went on beyond the day's pages, kept so that it can be counted. Pure: the time is handed in."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

import msgspec

from detector.alert import Alert, Category, Severity
from detector.notify.budget import day_of
from detector.notify.form import when

MOST_FOLDED: Final = 100_000
"""Alerts counted at once, about 60 MB; beyond them the first are not counted any more, and the digest says so."""


class Day(msgspec.Struct, frozen=True):
    """What one digest is about."""

    tenant: str
    day: date

    @property
    def name(self) -> str:
        """Unlike any alert's id."""
        return f"digest:{self.day}:{self.tenant}"


class Folded(msgspec.Struct, frozen=True):
    """What is counted of one alert."""

    of: Day
    partition: int
    severity: Severity
    category: Category
    typology: str
    user: str
    """Counted, never told."""
    tokens: int
    invocations: int
    cost: float | None
    """Dollars."""
    starts: datetime
    ends: datetime | None
    runbook: str | None

    @classmethod
    def of_alert(cls, alert: Alert, partition: int) -> "Folded":
        """The alert as of this revision."""
        stake, ends = alert.at_stake, alert.ends_at
        return cls(
            of=Day(alert.tenant_id, day_of(alert)),
            partition=partition,
            severity=alert.severity,
            category=alert.category,
            typology=alert.typology,
            user=alert.user_id,
            tokens=stake.tokens,
            invocations=stake.invocations,
            cost=stake.cost_usd,
            starts=when(alert.starts_at),
            ends=None if ends is None else when(ends),
            runbook=alert.runbook_url,
        )


class Folder:
    """All that is folded and goes on, by alert id, those first that were folded first."""

    def __init__(self, most: int = MOST_FOLDED) -> None:
        self._most = most
        self._folded: dict[str, Folded] = {}
        self.changed: set[Day] = set()
        """Those whose digest says something else than the counts do now."""
        self.short: set[Day] = set()
        """Those with alerts that there was no room to count."""

    def __len__(self) -> int:
        return len(self._folded)

    def takes(self, alert: Alert, partition: int) -> None:
        """It is in the digest as of this revision."""
        folded = self._folded[alert.alert_id] = Folded.of_alert(alert, partition)
        self.changed.add(folded.of)
        if len(self._folded) > self._most:
            self.short.add(self._folded[first := next(iter(self._folded))].of)
            self.drops(first)

    def drops(self, alert_id: str) -> bool:
        """It is over, or told on its own; whether it was here."""
        folded = self._folded.pop(alert_id, None)
        if folded is not None:
            self.changed.add(folded.of)
        return folded is not None

    def forgets(self) -> None:
        """Nothing is folded."""
        self.changed |= {folded.of for folded in self._folded.values()}
        self._folded = {}

    def passes(self, held: Collection[int], now: datetime) -> None:
        """Let go of what is over by its own time, and of what comes to another member."""
        gone = [
            alert_id
            for alert_id, folded in self._folded.items()
            if folded.partition not in held or (folded.ends is not None and folded.ends <= now)
        ]
        for alert_id in gone:
            self.drops(alert_id)

    def days(self) -> dict[Day, list[Folded]]:
        """What changed since this was asked last, with all of its alerts; none for one that is over."""
        found: dict[Day, list[Folded]] = {day: [] for day in self.changed}
        for folded in self._folded.values() if found else ():
            if folded.of in found:
                found[folded.of].append(folded)
        self.short -= {day for day, alerts in found.items() if not alerts}
        self.changed = set()
        return found
