"""The board: the last word on each of the latest alerts, bounded, and what they add up to."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from detector.alert import AtStake, Category, Severity

BOARD_ALERTS: Final = 500
"""Alerts kept: more than anybody reads, and about 2 MB. The topic keeps all of them."""
AT_STAKE: Final = frozenset({"tokenmaxxing", "waste"})
"""Categories whose cost counts as at stake: a spike is a whole day's spend, and faulty telemetry's cost is not real."""


class Heading(msgspec.Struct, frozen=True):
    """What the board itself needs of an alert record; the rest is for whoever reads it."""

    alert_id: str
    revision: int
    status: Literal["firing", "resolved"]
    category: Category
    typology: str
    severity: Severity
    at_stake: AtStake


class Entry(msgspec.Struct, frozen=True):
    """An alert's newest revision: its heading, as published, and when it came, counted from 1."""

    alert: Heading
    record: msgspec.Raw
    number: int


class Typology(msgspec.Struct):
    """What the board holds of one typology."""

    firing: int = 0
    resolved: int = 0
    cost_usd: float = 0.0
    """At stake in the firing ones, USD."""


class Totals(msgspec.Struct):
    """What the board adds up to; costs and tokens of firing alerts in the categories of `AT_STAKE`."""

    firing: int = 0
    resolved: int = 0
    cost_usd: float = 0.0
    tokens: int = 0
    severities: dict[str, int] = msgspec.field(default_factory=dict)
    """Firing alerts by severity."""
    typologies: dict[str, Typology] = msgspec.field(default_factory=dict)


class Board:
    """The newest revision of each of the latest alerts. Repeats and older revisions change nothing."""

    def __init__(self, most: int = BOARD_ALERTS) -> None:
        self._most = most
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        """By alert id, the one longest without news first."""
        self._decode = msgspec.json.Decoder(Heading).decode
        self.number = 0
        """How many records were news so far."""
        self.dropped = 0
        """How many alerts were erased so far: who was told of them must be told anew."""

    def put(self, record: bytes) -> bool:
        """Take an alert record; whether it was news. Raises `msgspec.DecodeError` for what is no alert record."""
        alert = self._decode(record)
        known = self._entries.get(alert.alert_id)
        if known is not None and alert.revision <= known.alert.revision:
            return False
        self.number += 1
        self._entries[alert.alert_id] = Entry(alert, msgspec.Raw(record), self.number)
        self._entries.move_to_end(alert.alert_id)
        if len(self._entries) > self._most:
            del self._entries[self._least()]
        return True

    def drop(self, alert_id: str) -> None:
        """Forget an alert: the topic says that it is erased."""
        if self._entries.pop(alert_id, None) is not None:
            self.dropped += 1

    def since(self, number: int) -> list[Entry]:
        """What came after the record of that number, oldest first."""
        newer = []
        for entry in reversed(self._entries.values()):
            if entry.number <= number:
                break
            newer.append(entry)
        return newer[::-1]

    def totals(self) -> Totals:
        """What the board adds up to."""
        return add_up(entry.alert for entry in self._entries.values())

    def _least(self) -> str:
        """Whom to drop: the resolved alert longest without news, else the firing one."""
        resolved = (key for key, entry in self._entries.items() if entry.alert.status == "resolved")
        return next(resolved, next(iter(self._entries)))


def add_up(alerts: Iterable[Heading]) -> Totals:
    """Counts and costs of alerts."""
    totals = Totals()
    for alert in alerts:
        typology = totals.typologies.setdefault(alert.typology, Typology())
        if alert.status == "resolved":
            totals.resolved += 1
            typology.resolved += 1
            continue
        totals.firing += 1
        typology.firing += 1
        typology.cost_usd += alert.at_stake.cost_usd or 0.0
        totals.severities[alert.severity] = totals.severities.get(alert.severity, 0) + 1
        if alert.category in AT_STAKE:
            totals.cost_usd += alert.at_stake.cost_usd or 0.0
            totals.tokens += alert.at_stake.tokens
    return totals
