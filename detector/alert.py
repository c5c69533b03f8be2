"""Verdict and open alerts to alert: one workload, one alert, with revisions and an end.

An alert's life depends on its user's own records alone, so any number of workers, and the offline replay, tell it the
same. `ends_at` is when the workload counts as over unless a later revision extends it.
"""

import hashlib
from datetime import UTC, datetime
from math import exp
from typing import Literal

import msgspec

from detector.evidence.spend_spike import usual_day
from detector.policy import Policy
from detector.profile import OpenAlert, Profile
from detector.verdict import RANK, Category, Verdict

RULED_OUT = ("a service identity", "continuous integration", "a registered project", "a fault of the telemetry")
COST_STEP = 2.0
"""An open alert is told again when what it burned has doubled: log2 many revisions, not one a call."""


class KafkaSource(msgspec.Struct, frozen=True):
    """Where in Kafka the record that raised an alert stands."""

    topic: str
    partition: int
    offset: int


class FileSource(msgspec.Struct, frozen=True):
    """Where in a replayed file the record that raised an alert stands; lines count from 1."""

    file: str
    line: int


Source = KafkaSource | FileSource


class Workload(msgspec.Struct, frozen=True):
    """What to stop or mend."""

    session_id: str | None
    root_id: str | None
    agent: str | None
    project: str | None
    template_hash: str | None


class AtStake(msgspec.Struct, frozen=True):
    """What the workload burned so far."""

    tokens: int
    cost_usd: float
    invocations: int


class History(msgspec.Struct, frozen=True):
    """What the judgement rests on."""

    events: int
    days: int


class ProducedBy(msgspec.Struct, frozen=True):
    """Which judgement this was."""

    detector_version: str
    config_digest: str
    model_digest: str


class Reason(msgspec.Struct, frozen=True):
    """One finding, told to a person."""

    feature: str
    value: float
    unit: str
    baseline: float | None
    cohort: float | None
    contribution: float
    text: str


class Alert(msgspec.Struct, kw_only=True):
    """The record of the alert topic (contract, `schemas/alert.v1.schema.json`)."""

    alert_id: str
    revision: int
    status: Literal["firing", "resolved"]
    category: Category
    typology: str
    severity: Literal["info", "warning", "critical"]
    tenant_id: str
    user_id: str
    team_id: str | None
    workload: Workload
    starts_at: str
    raised_at: str
    ends_at: str
    score: float
    threshold: float
    confidence: float
    families: list[str]
    reasons: list[Reason]
    at_stake: AtStake
    could_also_be: list[str]
    ruled_out: list[str]
    outcome_coverage: float
    history: History
    summary: str
    runbook_url: str | None
    produced_by: ProducedBy
    source: dict[str, str | int]


class Change(msgspec.Struct, frozen=True):
    """A publication and what the profile must remember of it."""

    key: str
    alert: Alert
    remembered: OpenAlert


def consider(
    profile: Profile, at: float, verdicts: list[Verdict], source: Source, policy: Policy, produced_by: ProducedBy
) -> list[Change]:
    """The alerts to publish now: ended ones first, then what the verdicts raise or change. Reads the profile only."""
    changes = [_resolve(key, known) for key, known in profile.alerts.items() if is_over(known, at, policy)]
    ended = {change.key for change in changes}
    for key, group in _by_workload(verdicts).items():
        known = next((c.remembered for c in changes if c.key == key), None) if key in ended else profile.alerts.get(key)
        if known is not None and at > known.last_at + policy.reopen_seconds:
            known = None
        alert = _draft(profile, at, key, group, source, policy, produced_by, known)
        if known is None or _worth_telling(known, alert, at, policy):
            changes.append(Change(key, alert, _remember(alert, at, known)))
    return changes


def is_over(known: OpenAlert, at: float, policy: Policy) -> bool:
    """Whether a firing alert's workload has been quiet for long enough."""
    return known.status == "firing" and at > known.last_at + policy.quiet_seconds


def _by_workload(verdicts: list[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.suppressed is None:
            groups.setdefault(verdict.evidence.key, []).append(verdict)
    return groups


def _worth_telling(known: OpenAlert, alert: Alert, at: float, policy: Policy) -> bool:
    """A revision is told when it is graver, has another family, costs twice as much, or keeps the alert from ending."""
    published_end = known.last_at + policy.quiet_seconds
    return (
        known.status == "resolved"
        or _gravity(alert) > known.rank
        or len(alert.families) > known.families
        or alert.at_stake.cost_usd >= COST_STEP * known.cost > 0
        or at > published_end - policy.quiet_seconds / 2
    )


SEVERITIES: tuple[Literal["info", "warning", "critical"], ...] = ("info", "warning", "critical")


def _gravity(alert: Alert) -> int:
    return 3 * RANK[alert.category] + SEVERITIES.index(alert.severity)


def _resolve(key: str, known: OpenAlert) -> Change:
    """The last publication once more, ended. Nothing in it depends on the record that showed that it was over."""
    alert = msgspec.json.decode(known.record, type=Alert)
    alert.revision, alert.status = known.revision + 1, "resolved"
    alert.ends_at = rfc3339(known.last_at)
    return Change(key, alert, _remember(alert, known.last_at, known))


def _remember(alert: Alert, at: float, known: OpenAlert | None) -> OpenAlert:
    return OpenAlert(
        alert.alert_id,
        alert.revision,
        alert.status,
        known.starts_at if known else at,
        at,
        max(_gravity(alert), known.rank if known else 0),
        len(alert.families),
        alert.at_stake.cost_usd,
        msgspec.json.encode(alert) if alert.status == "firing" else b"",
    )


def _draft(
    profile: Profile,
    at: float,
    key: str,
    group: list[Verdict],
    source: Source,
    policy: Policy,
    produced_by: ProducedBy,
    known: OpenAlert | None,
) -> Alert:
    lead = group[0]
    work = lead.evidence.work
    stake = _at_stake(profile, lead)
    starts = rfc3339(known.starts_at if known else at)
    families = sorted({family for verdict in group for family in verdict.families})
    reasons = _reasons(group)
    return Alert(
        alert_id=known.alert_id if known else _alert_id(profile, key, starts),
        revision=known.revision + 1 if known else 1,
        status="firing",
        category=lead.category,
        typology=lead.evidence.typology,
        severity=_severity(profile, lead, stake, policy),
        tenant_id=profile.tenant_id,
        user_id=profile.user_id,
        team_id=profile.team_id,
        workload=Workload(work.session_id, work.root_id, work.agent, work.project, work.template_hash)
        if work
        else Workload(None, None, None, None, None),
        starts_at=starts,
        raised_at=rfc3339(at),
        ends_at=rfc3339(at + policy.quiet_seconds),
        score=round(max(v.score for v in group), 4),
        threshold=policy.raise_at,
        confidence=round(lead.score * profile.events / (profile.events + policy.prior_weight), 4),
        families=families,
        reasons=reasons,
        at_stake=stake,
        could_also_be=list(lead.evidence.could_also_be),
        ruled_out=list(RULED_OUT),
        outcome_coverage=round(work.coverage, 4) if work else 0.0,
        history=History(profile.events, len(profile.days)),
        summary=_summary(lead, stake, reasons),
        runbook_url=f"{policy.runbook_base}#{lead.evidence.typology}" if policy.runbook_base else None,
        produced_by=produced_by,
        source=msgspec.to_builtins(source),
    )


def _reasons(group: list[Verdict]) -> list[Reason]:
    """The findings of all verdicts on one workload, once each, the heaviest first; contributions add up to 1."""
    findings = {f.feature: f for verdict in group for f in verdict.evidence.findings if f.score > 0}
    total = sum(f.score for f in findings.values())
    ordered = sorted(findings.values(), key=lambda f: (-f.score, f.feature))
    return [
        Reason(f.feature, round(f.value, 4), f.unit, f.baseline, f.cohort, round(f.score / total, 4), f.text)
        for f in ordered
    ]


def _at_stake(profile: Profile, verdict: Verdict) -> AtStake:
    work = verdict.evidence.work
    if work is None or verdict.category == "spike":
        return AtStake(0, round(profile.day_burn, 6), profile.day_calls)
    return AtStake(work.tokens, round(work.burn, 6), work.calls)


def _severity(
    profile: Profile, verdict: Verdict, stake: AtStake, policy: Policy
) -> Literal["info", "warning", "critical"]:
    """By what it burned against this person's usual day: no dollar amount means the same in two companies."""
    if verdict.category == "data_quality":
        return "info"
    days = stake.cost_usd / exp(usual_day(profile, policy)[0])
    if days >= policy.critical_days:
        return "critical"
    return "warning" if verdict.category == "tokenmaxxing" or days >= policy.warning_days else "info"


def _summary(lead: Verdict, stake: AtStake, reasons: list[Reason]) -> str:
    name = lead.evidence.typology.replace("_", " ").capitalize()
    work = lead.evidence.work
    where = f" by agent {work.agent or 'unnamed'} on {work.project or 'no project'}" if work else ""
    return f"{name}{where}: {stake.invocations:,} calls, ${stake.cost_usd:,.2f} so far. {reasons[0].text}"


def _alert_id(profile: Profile, key: str, starts_at: str) -> str:
    seed = "\x1f".join((profile.tenant_id, profile.user_id, key, starts_at))
    return hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()


def rfc3339(at: float) -> str:
    """Unix seconds as RFC 3339 in UTC, to the microsecond.

    >>> rfc3339(1777622400.25)
    '2026-05-01T08:00:00.250000Z'
    """
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
