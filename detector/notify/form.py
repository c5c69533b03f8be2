"""An alert in Alertmanager's words (API v2). Pure: the time is handed in."""

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from detector.alert import Alert, printable

Names = Literal["nobody", "team", "user"]
PER_LINE: Final = "\n"


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


def is_over(posted: Posted, now: datetime) -> bool:
    """Whether its end has passed."""
    return posted.ends_at is not None and posted.ends_at <= now


def when(text: str) -> datetime:
    """A time of the contract."""
    return datetime.fromisoformat(text).astimezone(UTC)
