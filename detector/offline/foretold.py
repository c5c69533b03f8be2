"""A preview of labels, told: to a person line by line, to a program as one document."""

from collections.abc import Iterator

import msgspec

from detector.offline.against import Judged, Spoken, by_time, compare, line, pages, told
from detector.offline.preview import Effect


class One(msgspec.Struct):
    """All that was said of an alert in the span."""

    alert_id: str
    tenant_id: str
    user_id: str
    raised_at: str
    severity: str
    category: str
    typology: str
    paged_at: str | None
    publications: int
    cost_usd: float
    """The most that it said was at stake."""
    summary: str

    @classmethod
    def of(cls, spoken: Spoken) -> "One":
        """The same in plain fields."""
        alert = spoken.alert
        return cls(
            alert.alert_id, alert.tenant_id, alert.user_id, alert.raised_at, alert.severity, alert.category,
            alert.typology, spoken.paged_at, len(spoken.revisions), round(spoken.cost_usd, 2), alert.summary,
        )  # fmt: skip


class Pair(msgspec.Struct):
    """One alert without the labels and with them."""

    before: One
    now: One


class Week(msgspec.Struct):
    """Pages of the week that begins on this Monday."""

    week: str
    before: int
    now: int


class Foretold(msgspec.Struct):
    """What labels would have changed of what the labelled people's records raised since a time."""

    since: str
    until: str
    labels: list[Effect]
    before: int
    now: int
    stays: int
    goes: list[One]
    comes: list[One]
    changes: list[Pair]
    told_otherwise: list[Pair]
    """Of those that stay: told more or less often, or with more or less at stake."""
    untold_usd: float
    """At stake, and no longer told."""
    newly_told_usd: float
    pages: list[Week]


def foretold(since: str, until: str, effects: list[Effect], old: Judged, new: Judged) -> Foretold:
    """The comparison. Sums are of the alerts' own figures, of which two may count the same call."""
    found = compare(old, new)
    same = found.stayed + found.changes
    lost = [one.cost_usd for one in found.goes] + [max(0.0, old.cost_usd - new.cost_usd) for old, new in same]
    won = [one.cost_usd for one in found.comes] + [max(0.0, new.cost_usd - old.cost_usd) for old, new in same]
    return Foretold(
        since=since,
        until=until,
        labels=effects,
        before=len(old.alerts),
        now=len(new.alerts),
        stays=found.stays,
        goes=[One.of(one) for one in by_time(found.goes)],
        comes=[One.of(one) for one in by_time(found.comes)],
        changes=[_pair(*both) for both in found.changes],
        told_otherwise=[_pair(*both) for both in _otherwise(found.stayed)],
        untold_usd=round(sum(lost), 2),
        newly_told_usd=round(sum(won), 2),
        pages=[Week(str(week), before, now) for week, before, now in pages(old, new)],
    )


def lines(found: Foretold, old: Judged, new: Judged) -> Iterator[str]:
    """The same for a person."""
    for effect in found.labels:
        yield from _effect(effect)
    yield f"of the people labelled, from their first label on, {found.since[:16]} to {found.until[:16]}:"
    yield from told(old, new)
    otherwise = _otherwise(compare(old, new).stayed)
    yield f"{len(otherwise)} of those that stay told less or more"
    yield from (f"{line(now)}  (told {_amount(before)}; now {_amount(now)})" for before, now in otherwise)
    yield f"${found.untold_usd:,.2f} at stake no longer told, ${found.newly_told_usd:,.2f} newly told"


def _effect(effect: Effect) -> Iterator[str]:
    span = f" from {effect.counts_from[:16]}" if effect.counts_from else ""
    span += f" until {effect.expires_at[:16]}" if effect.expires_at else ""
    yield f"{effect.verdict}{span}: {effect.summary}"
    if effect.verdict == "confirmed":
        yield "  it silences nothing: a confirmed alert stands"
    elif not effect.counts_from:
        yield "  with the labels before it this alert is never raised"
    elif not effect.known_at_end:
        yield "  written now it would silence nothing: the alert was over for too long, and is forgotten"


def _otherwise(stayed: list[tuple[Spoken, Spoken]]) -> list[tuple[Spoken, Spoken]]:
    return [
        (before, now) for before, now in stayed if (before.revisions, before.cost_usd) != (now.revisions, now.cost_usd)
    ]


def _amount(spoken: Spoken) -> str:
    times = len(spoken.revisions)
    return f"{'once' if times == 1 else f'{times} times'}, to ${spoken.cost_usd:,.2f}"


def _pair(before: Spoken, now: Spoken) -> Pair:
    return Pair(One.of(before), One.of(now))
