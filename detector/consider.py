"""Verdict and open alerts to alert: one workload, one alert, with revisions and an end.

An alert's life depends on its user's own records alone, so any number of workers, and the offline replay, tell it the
same. `ends_at` is when the workload counts as over unless a later revision extends it.
"""

import hashlib
import zlib
from math import exp
from typing import Final

import msgspec

from detector.alert import Alert, AtStake, History, ProducedBy, Reason, Severity, Source, Workload, rfc3339
from detector.evidence.spend_spike import usual_day
from detector.lessons import kind_of
from detector.limits import MAX_FIRING
from detector.policy import Policy
from detector.prior import DAY_BURN
from detector.profile import OpenAlert, Profile
from detector.verdict import RANK, Verdict
from detector.work import Habit, Strand, Work

RULED_OUT: Final = ("a service identity", "continuous integration", "a registered project", "a fault of the telemetry")
COST_STEP: Final = 2.0
"""An open alert is told again when what it burned has doubled: log2 many revisions, not one a call."""
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "warning", "critical")


class Judge(msgspec.Struct, frozen=True):
    """Who judges: the policy in force and the versions that every alert names."""

    policy: Policy
    produced_by: ProducedBy


class Occasion(msgspec.Struct, frozen=True):
    """What is judged on: the time of the record (Unix seconds) and where it stands."""

    at: float
    source: Source


class Change(msgspec.Struct, frozen=True):
    """A publication and what the profile must remember of it."""

    key: str
    alert: Alert
    remembered: OpenAlert


def consider(profile: Profile, occasion: Occasion, verdicts: list[Verdict], judge: Judge) -> list[Change]:
    """The alerts to publish now: ended ones first, then what the verdicts raise or change. Reads the profile only."""
    at, policy = occasion.at, judge.policy
    changes = [_resolve(profile, key, known) for key, known in profile.alerts.items() if is_over(known, at, policy)]
    known_now = profile.alerts | {change.key: change.remembered for change in changes}
    firing = {key for key, known in known_now.items() if known.status == "firing"}
    for key, group in _by_workload(verdicts).items():
        known = known_now.get(key)
        if known is not None and at > known.last_at + policy.reopen_seconds:
            known = None
        if key not in firing and len(firing) >= MAX_FIRING:
            continue
        severity = _severity(profile, group[0], policy)
        if known is None or _worth_telling(profile, known, group, severity, at, policy):
            alert = _draft(profile, occasion, key, group, known, judge)
            changes.append(Change(key, alert, _remember(alert, at, known)))
            firing.add(key)
    return changes


def is_over(known: OpenAlert, at: float, policy: Policy) -> bool:
    """Whether a firing alert's workload has been quiet for long enough."""
    return known.status == "firing" and at > known.last_at + policy.quiet_seconds


def at_stake(profile: Profile, verdict: Verdict) -> AtStake:
    """What the flagged workload burned so far; for a spike, the open day."""
    work = verdict.evidence.work
    if work is None or verdict.category == "spike":
        return AtStake(profile.day_tokens, round(profile.day_burn, 6), profile.day_calls)
    return AtStake(work.tokens, round(work.burn, 6), work.calls)


def _by_workload(verdicts: list[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.suppressed is None:
            groups.setdefault(verdict.evidence.key, []).append(verdict)
    return groups


def _families(group: list[Verdict]) -> list[str]:
    return sorted({family for verdict in group for family in verdict.families})


def _gravity(verdict: Verdict, severity: Severity) -> int:
    return len(SEVERITIES) * RANK[verdict.category] + SEVERITIES.index(severity)


def _worth_telling(
    profile: Profile, known: OpenAlert, group: list[Verdict], severity: Severity, at: float, policy: Policy
) -> bool:
    """A revision is told when it is graver, has another family, costs twice as much, or keeps the alert from ending."""
    return (
        known.status == "resolved"
        or _gravity(group[0], severity) > known.gravity
        or len(_families(group)) > known.families
        or (at_stake(profile, group[0]).cost_usd or 0.0) >= COST_STEP * known.cost > 0
        or at > known.told_at + policy.quiet_seconds / 2
    )


def _resolve(profile: Profile, key: str, known: OpenAlert) -> Change:
    """The last publication once more, ended. Nothing in it depends on the record that showed that it was over."""
    alert = known.published()
    alert.tenant_id, alert.user_id = profile.tenant_id, profile.user_id
    alert.revision, alert.status = known.revision + 1, "resolved"
    alert.ends_at = rfc3339(_least_end(known))
    remembered = msgspec.structs.replace(known, revision=alert.revision, status="resolved", record=b"")
    return Change(key, alert, remembered)


def _least_end(known: OpenAlert | None) -> float:
    """Before this nothing ends: late records, and clocks that were taken back, come with times before the start."""
    return max(known.last_at, known.starts_at) if known else 0.0


def _remember(alert: Alert, at: float, known: OpenAlert | None) -> OpenAlert:
    gravity = len(SEVERITIES) * RANK[alert.category] + SEVERITIES.index(alert.severity)
    return OpenAlert(
        alert_id=alert.alert_id,
        revision=alert.revision,
        status=alert.status,
        starts_at=known.starts_at if known else at,
        told_at=at,
        last_at=max(at, known.last_at) if known else at,
        gravity=max(gravity, known.gravity if known else 0),
        families=max(len(alert.families), known.families if known else 0),
        cost=alert.at_stake.cost_usd or 0.0,
        record=zlib.compress(msgspec.json.encode(msgspec.structs.replace(alert, tenant_id="", user_id="")), 9),
        kind=kind_of(alert.score, alert.typology, alert.families) if RANK[alert.category] >= RANK["waste"] else "",
    )


def _draft(
    profile: Profile, occasion: Occasion, key: str, group: list[Verdict], known: OpenAlert | None, judge: Judge
) -> Alert:
    lead, at, policy = group[0], occasion.at, judge.policy
    work = lead.evidence.work
    stake = at_stake(profile, lead)
    starts = rfc3339(known.starts_at if known else at)
    reasons = _reasons(group)
    return Alert(
        alert_id=known.alert_id if known else _alert_id(profile, key, starts),
        revision=known.revision + 1 if known else 1,
        status="firing",
        category=lead.category,
        typology=lead.evidence.typology,
        severity=_severity(profile, lead, policy),
        tenant_id=profile.tenant_id,
        user_id=profile.user_id,
        team_id=profile.team_id,
        workload=_workload(work),
        starts_at=starts,
        raised_at=rfc3339(at),
        ends_at=rfc3339(max(at, _least_end(known)) + policy.quiet_seconds),
        score=round(max(v.score for v in group), 4),
        threshold=round(lead.threshold, 4),
        confidence=round(lead.score * profile.events / (profile.events + policy.prior_weight), 4),
        families=_families(group),
        reasons=reasons,
        at_stake=stake,
        could_also_be=list(lead.evidence.could_also_be),
        ruled_out=list(RULED_OUT),
        outcome_coverage=round(work.fruit.coverage, 4) if work else 0.0,
        history=History(profile.events, len(profile.days)),
        summary=_summary(lead, stake, reasons),
        runbook_url=f"{policy.runbook_base}#{lead.evidence.typology}" if policy.runbook_base else None,
        produced_by=judge.produced_by,
        source=msgspec.to_builtins(occasion.source),
    )


def _workload(work: Work | None) -> Workload:
    if isinstance(work, Strand):
        return Workload(work.session_id, None, work.agent, work.project, work.template_hash)
    if isinstance(work, Habit):
        return Workload(None, None, work.agent, work.project, None)  # of many sessions, the last may be an honest one
    return Workload(None, None, work.agent, work.project, None) if work else Workload(None, None, None, None, None)


def _reasons(group: list[Verdict]) -> list[Reason]:
    """The findings of all verdicts on one workload, once each, the heaviest first; contributions add up to 1."""
    findings = {f.feature: f for verdict in group for f in verdict.evidence.findings if f.score > 0}
    total = sum(f.score for f in findings.values())
    ordered = sorted(findings.values(), key=lambda f: (-f.score, f.feature))
    return [
        Reason(f.feature, round(f.value, 4), f.unit, f.baseline, f.cohort, round(f.score / total, 4), f.text)
        for f in ordered
    ]


def _severity(profile: Profile, verdict: Verdict, policy: Policy) -> Severity:
    """By what it burned against this person's usual day, or anybody's where that is more: three dollars wake nobody."""
    if verdict.category == "data_quality":
        return "info"
    days = (at_stake(profile, verdict).cost_usd or 0.0) / exp(max(usual_day(profile, policy)[0], DAY_BURN[0]))
    if days >= policy.critical_days:
        return "critical"
    return "warning" if verdict.category == "tokenmaxxing" or days >= policy.warning_days else "info"


def _summary(lead: Verdict, stake: AtStake, reasons: list[Reason]) -> str:
    name = lead.evidence.typology.replace("_", " ").capitalize()
    work = lead.evidence.work
    where = f" by agent {work.agent or 'unnamed'} on {work.project or 'no project'}" if work else ""
    return f"{name}{where}: {stake.invocations:,} calls, ${stake.cost_usd:,.2f} so far. {reasons[0].text}"


def _alert_id(profile: Profile, key: str, starts_at: str) -> str:
    seed = msgspec.json.encode((profile.tenant_id, profile.user_id, key, starts_at))
    return hashlib.blake2b(seed, digest_size=12).hexdigest()
