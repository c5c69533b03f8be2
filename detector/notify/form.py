"""An alert in Alertmanager's words (API v2). Pure: the time is handed in."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from detector.alert import Alert, printable
from detector.subscribe import News

Names = Literal["nobody", "team", "user"]
PER_LINE: Final = "\n"
LATELY: Final = timedelta(minutes=15)
"""How long an end is told again, as Prometheus does: an Alertmanager that was away meanwhile hears of it too."""


class Posted(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What `POST /api/v2/alerts` takes a list of. The labels are the alert's identity there."""

    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None = None
    """None: over when not told again within Alertmanager's `resolve_timeout`."""
    generator_url: str = msgspec.field(default="", name="generatorURL")


class Form(msgspec.Struct, frozen=True):
    """What an alert may say of people there, and where its page is."""

    names: Names = "team"
    page_url: str | None = None

    def labels(self, alert: Alert) -> dict[str, str]:
        """What routes, groups and inhibits. The severity is among them: a graver alert is another one there."""
        told = {
            "alertname": "Workload" + alert.typology.title().replace("_", ""),
            "alert_id": alert.alert_id,
            "category": alert.category,
            "typology": alert.typology,
            "severity": alert.severity,
            "tenant": printable(alert.tenant_id),
        }
        if self.names != "nobody" and alert.team_id:
            told["team"] = printable(alert.team_id)
        if self.names == "user":
            told["user"] = printable(alert.user_id)
        return told

    def annotations(self, alert: Alert) -> dict[str, str]:
        """What a person reads: the sentence, what it rests on, what it could be instead."""
        work, stake = alert.workload, alert.at_stake
        cost = "" if stake.cost_usd is None else f"${stake.cost_usd:,.2f}, "
        parts = (("agent", work.agent), ("project", work.project), ("session", work.session_id))
        told = {
            "summary": alert.summary,
            "reasons": PER_LINE.join(reason.text for reason in alert.reasons),
            "at_stake": f"{cost}{stake.tokens:,} tokens, {stake.invocations:,} calls",
            "workload": ", ".join(f"{name} {value}" for name, value in parts if value),
            "could_also_be": "; ".join(alert.could_also_be),
            "ruled_out": "; ".join(alert.ruled_out),
            "confidence": f"{alert.confidence:.0%}",
            "runbook_url": alert.runbook_url or "",
            "page_url": self.page_url or "",
        }
        return {name: PER_LINE.join(map(printable, text.split(PER_LINE))) for name, text in told.items() if text}

    def posted(self, alert: Alert, now: datetime) -> Posted:
        """The alert as of now. Alertmanager refuses what begins after its end, so neither is later than it can be."""
        starts = min(when(alert.starts_at), now)
        ends = None if alert.ends_at is None else when(alert.ends_at)
        if alert.status == "resolved":
            ends = now if ends is None else min(ends, now)
        link = self.page_url or ""
        return Posted(self.labels(alert), self.annotations(alert), starts, ends and max(starts, ends), link)


class Told(msgspec.Struct, frozen=True):
    """What was told of an alert, and the partition that its news come from."""

    partition: int
    posted: Posted

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        """What Alertmanager knows it by."""
        return frozenset(self.posted.labels.items())


class Firing:
    """What Alertmanager was told, so that it can be told again: it forgets everything when it starts anew."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._told: dict[str, Told] = {}
        """By alert id, those that go on."""
        self._ended: dict[frozenset[tuple[str, str]], Told] = {}

    def __len__(self) -> int:
        return len(self._told)

    def takes(self, news: News, now: datetime) -> list[Posted]:
        """What to tell of this revision. Nothing of an alert that was over before it came here."""
        alert, known = news.alert, self._told.pop(news.alert_id, None)
        if alert is None:  # erased: its end is told, without a word about it
            bare = known and Told(known.partition, msgspec.structs.replace(known.posted, annotations={}))
            return self._end(bare, now)
        told = Told(news.partition, self._form.posted(alert, now))
        if alert.status == "resolved":
            # Also when it is not known here: another member may have told of it, and an end too many is no harm.
            return self._end(told if known is None else _keeping(known, told), now)
        if is_over(told.posted, now):
            return self._end(known, now)
        graver = known is not None and known.identity != told.identity
        ended = self._end(known, now) if graver else []
        self._told[news.alert_id] = told
        self._ended.pop(told.identity, None)
        return [*ended, told.posted]

    def again(self, held: Collection[int], now: datetime) -> list[Posted]:
        """All that goes on, and the ends of the last quarter of an hour; other partitions are another member's."""
        self._told = {
            key: told for key, told in self._told.items() if told.partition in held and not is_over(told.posted, now)
        }
        self._ended = {
            key: told
            for key, told in self._ended.items()
            if told.partition in held and now - (told.posted.ends_at or now) < LATELY
        }
        return [told.posted for told in (*self._ended.values(), *self._told.values())]

    def _end(self, known: Told | None, now: datetime) -> list[Posted]:
        if known is None:
            return []
        posted = known.posted
        ended = msgspec.structs.replace(posted, ends_at=max(posted.starts_at, min(posted.ends_at or now, now)))
        self._ended[known.identity] = Told(known.partition, ended)
        return [ended]


def _keeping(known: Told, told: Told) -> Told:
    """The end under the labels that the beginning had."""
    labels, starts = known.posted.labels, known.posted.starts_at
    return Told(told.partition, msgspec.structs.replace(told.posted, labels=labels, starts_at=starts))


def is_over(posted: Posted, now: datetime) -> bool:
    """Whether its end has passed."""
    return posted.ends_at is not None and posted.ends_at <= now


def when(text: str) -> datetime:
    """A time of the contract."""
    return datetime.fromisoformat(text).astimezone(UTC)
