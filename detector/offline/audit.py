"""Published alerts held against a replay of the records that raised them: each is reproduced, or what differs is said.

Pure: the records and the published alerts come from whoever reads the topics.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from detector.alert import Alert

Outcome = Literal["reproduced", "different", "unfounded", "unpublished"]
Id = tuple[str, int]
"""An alert's id and revision."""


class Receipt(msgspec.Struct, frozen=True):
    """What became of one alert: what it was raised by, who judged, and what the replay says of it."""

    alert_id: str
    revision: int
    source: dict[str, str | int]
    model_digest: str
    config_digest: str
    outcome: Outcome
    why: str = ""


class Audit:
    """The alerts published for a span of records, and what a replay of those records has told so far.

    `erased` are ids of alerts that the topic has tombstones for: they were published, and then a person was erased.
    """

    def __init__(self, published: Iterable[Mapping[str, Any]], erased: set[str], present: tuple[str, str]) -> None:
        self._published: dict[Id, Mapping[str, Any]] = {}
        self._twice: set[Id] = set()
        for alert in published:
            known = self._published.setdefault((alert["alert_id"], alert["revision"]), alert)
            if known != alert:
                self._twice.add((alert["alert_id"], alert["revision"]))
        self._latest = dict(sorted(self._published))
        self._erased = erased
        self._present = present
        """The model and the config digest of the judgement that replays."""
        self._told: dict[Id, Mapping[str, Any]] = {}
        self._unpublished: list[Mapping[str, Any]] = []

    def __len__(self) -> int:
        return len(self._published)

    def wanted(self, place: tuple[str, int]) -> int:
        """How many published alerts that this topic and partition raised the replay has not told yet."""
        return sum(
            (alert["source"].get("topic"), alert["source"].get("partition")) == place and key not in self._told
            for key, alert in self._published.items()
        )

    def note(self, alert: Alert, *, in_span: bool) -> bool:
        """Take an alert that the replay tells; whether it was wanted. `in_span`: raised by a record of the span."""
        key = (alert.alert_id, alert.revision)
        told = msgspec.json.decode(msgspec.json.encode(alert))
        if key in self._published:
            self._told[key] = told
            return True
        # Compaction keeps the last revision; one that is older than what the topic has was published before it.
        if in_span and alert.revision > self._latest.get(alert.alert_id, 0) and alert.alert_id not in self._erased:
            self._unpublished.append(told)
        return False

    def receipts(self) -> list[Receipt]:
        """One for each published alert, in the order of the topic, then those that should have been published."""
        found = [_receipt(alert, *self._compare(key, alert)) for key, alert in self._published.items()]
        why = "no such alert on the topic: never published, or dropped by its retention"
        return found + [_receipt(alert, "unpublished", why) for alert in self._unpublished]

    def _compare(self, key: Id, alert: Mapping[str, Any]) -> tuple[Outcome, str]:
        if key in self._twice:
            return "different", "the topic tells it in two ways"
        judged_by = alert["produced_by"]["model_digest"], alert["produced_by"]["config_digest"]
        other = "" if judged_by == self._present else f"; models {self._present[0]}, config {self._present[1]} replay"
        told = self._told.get(key)
        if told is None:
            return "unfounded", f"the replay tells no such alert{other}"
        if differing := sorted(name for name in alert.keys() | told.keys() if alert.get(name) != told.get(name)):
            return "different", f"{', '.join(differing)}{other}"
        return "reproduced", ""


def _receipt(alert: Mapping[str, Any], outcome: Outcome, why: str) -> Receipt:
    by = alert["produced_by"]
    return Receipt(
        alert["alert_id"], alert["revision"], alert["source"], by["model_digest"], by["config_digest"], outcome, why
    )
