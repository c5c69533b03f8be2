"""A digest in Alertmanager's words: how many, of what, how grave, how dear; whose, nobody. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import fsum
from typing import Final, get_args

from detector.alert import Severity, printable
from detector.notify.folded import MOST_FOLDED, Day, Folded
from detector.notify.form import Posted

ALERTNAME: Final = "TokenmaxxingDigest"
ANCHOR: Final = "tokenmaxxingdigest"
SEVERITIES: Final = get_args(Severity)


def digest(day: Day, alerts: Sequence[Folded], *, now: datetime, pages: int, page_url: str, short: bool) -> Posted:
    """One alert for all of these, at least one. The severity among the labels is the gravest of theirs."""
    gravest = max(alerts, key=lambda one: SEVERITIES.index(one.severity)).severity
    labels = {
        "alertname": ALERTNAME,
        "tenant": printable(day.tenant),
        "day": day.day.isoformat(),
        "severity": gravest,
    }
    people = len({one.user for one in alerts})
    many = f"{len(alerts):,} alerts of {day.day} about {people:,} people"
    told = {
        "summary": f"{many} go on beyond the {pages} told one by one.",
        "count": str(len(alerts)),
        "people": str(people),
        "severities": counted(one.severity for one in alerts),
        "categories": counted(one.category for one in alerts),
        "typologies": counted(one.typology for one in alerts),
        "at_stake": _at_stake(alerts),
        "all_of_them": "detector alerts",
        "not_counted": f"Those folded before the last {MOST_FOLDED:,}." if short else "",
        "runbook_url": _runbook(alerts),
        "page_url": page_url,
    }
    ends = [one.ends for one in alerts if one.ends is not None]
    last = max(ends) if len(ends) == len(alerts) else None
    starts = min(now, *(one.starts for one in alerts))
    return Posted(labels, {name: text for name, text in told.items() if text}, starts, last, page_url)


def counted(names: Iterable[str]) -> str:
    """How many of each, the most first.

    >>> counted(["spike", "waste", "waste"])
    'waste 2, spike 1'
    """
    most_first = sorted(Counter(names).items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{printable(name)} {count}" for name, count in most_first)


def _at_stake(alerts: Sequence[Folded]) -> str:
    """Sums that no order changes."""
    dollars = [one.cost for one in alerts if one.cost is not None]
    cost = f"${fsum(dollars):,.2f}, " if dollars else ""
    return f"{cost}{sum(one.tokens for one in alerts):,} tokens, {sum(one.invocations for one in alerts):,} calls"


def _runbook(alerts: Sequence[Folded]) -> str:
    """Beside the headings of the alerts' own."""
    found = min((one.runbook for one in alerts if one.runbook), default="")
    return f"{found.partition('#')[0]}#{ANCHOR}" if found else ""
