"""What a profile takes in, after everything was scored: the only place that writes to it."""

from detector.consider import Change
from detector.event import Invocation, Label, Outcome
from detector.features import Features, credited, id_hash, log_gap, same_work
from detector.models import Level, Share
from detector.policy import DAY, Policy
from detector.profile import (
    FULL_DAY_HOURS,
    LINE_SPAN,
    MAX_DAYS,
    MAX_IDS,
    MAX_LINES,
    MAX_PROMPTS,
    MAX_RESPONSES,
    MAX_SESSIONS,
    RING,
    SESSION_SPAN,
    Profile,
    Silence,
    Work,
)  # fmt: skip

GOOD = frozenset({"accepted", "merged", "read"})
"""Outcomes that show that somebody wanted it; the others show that nobody did."""
MAX_SILENCE_SECONDS = 90 * DAY
"""A label without an end silences for a quarter: sanctioned work is looked at again."""
MAX_SILENCES = 16
FAULT_MEMORY_SECONDS = DAY
"""Answers counted twice are remembered this long after the last one."""


def learn_call(profile: Profile, call: Invocation, seen: Features, *, flagged: bool) -> None:
    """Take in one judged call. Burn under an alert is never learned as usual: a slow ramp teaches nothing."""
    _turn_day(profile, seen)
    _turn_hour(profile, seen)
    session = _work_of(profile, seen.session_key, seen.line_key, call, SESSION_SPAN)
    line = session if seen.session_key == seen.line_key else _work_of(
        profile, seen.line_key, seen.line_key, call, LINE_SPAN
    )  # fmt: skip
    _learn_work(session, call, seen)
    if line is not session:
        _learn_work(line, call, seen)
        line.sessions += session.calls == 1
    _learn_hours(line, seen)
    _learn_person(profile, call, seen, flagged=flagged)
    _remember_id(profile, call, session)


def learn_repeat(profile: Profile, call: Invocation, *, double_counted: bool) -> None:
    """Take in that a call came again; under a new id it is a counter's fault."""
    if double_counted:
        profile.faults += 1
        profile.fault_at = max(call.at, profile.fault_at)
        profile.client_version = call.client_version


def learn_outcome(profile: Profile, outcome: Outcome) -> None:
    """Credit an outcome to its session and line. A good one after a bad one makes the session good: it converged."""
    key = credited(profile, outcome)
    session = profile.work(key) if key else None
    if session is None:
        profile.outcomes += 1
        return
    good = outcome.outcome in GOOD
    if outcome.outcome == "rejected":
        profile.prompts.pop(session.last_prompt, None)  # asking again after a rejection is no duplicate
    moved, redeemed = session.open_burn, session.bad_burn if outcome.outcome in {"accepted", "merged"} else 0.0
    for holder in (session, profile):
        _credit(holder, moved, redeemed, outcome.at, good=good)
    line = profile.work(session.line)
    if line is not None and line is not session:
        _credit(line, min(moved, line.open_burn), min(redeemed, line.bad_burn), outcome.at, good=good)


def learn_label(profile: Profile, label: Label) -> None:
    """Silence the workload of a labelled alert for the label's time."""
    key = next((key for key, known in profile.alerts.items() if known.alert_id == label.alert_id), None)
    if key is None or label.verdict == "confirmed":
        return
    until = label.expires_at.timestamp() if label.expires_at else label.at + MAX_SILENCE_SECONDS
    profile.silences = [s for s in profile.silences if s.workload != key and s.until > label.at]
    profile.silences.append(Silence(key, label.verdict, until))
    del profile.silences[:-MAX_SILENCES]


def learn_alerts(profile: Profile, changes: list[Change], live: set[str], at: float, policy: Policy) -> None:
    """Remember what was published, that evidence still stands, and forget what is over for good."""
    for change in changes:
        profile.alerts[change.key] = change.remembered
    for key in live:
        if (known := profile.alerts.get(key)) is not None:
            known.last_at = max(known.last_at, at)
    stale = [k for k, known in profile.alerts.items() if at > known.last_at + policy.reopen_seconds]
    for key in stale:
        del profile.alerts[key]


def _turn_day(profile: Profile, seen: Features) -> None:
    if seen.day > profile.day:
        usual = profile.day_burn - profile.day_flagged
        if profile.day and usual > 0:
            profile.days.append((profile.day, round(usual, 6)))
            del profile.days[:-MAX_DAYS]
        profile.day, profile.day_burn, profile.day_calls, profile.day_tokens, profile.day_flagged = (
            seen.day,
            0.0,
            0,
            0,
            0.0,
        )
    if profile.faults and seen.at > profile.fault_at + FAULT_MEMORY_SECONDS:
        profile.faults = 0


def _turn_hour(profile: Profile, seen: Features) -> None:
    if seen.hour > profile.hour:
        profile.hour, profile.hour_calls, profile.hour_tokens = seen.hour, 0, 0
    if seen.hour == profile.hour:
        profile.hour_calls += 1
        profile.hour_tokens += seen.tokens


def _work_of(profile: Profile, key: str, line_key: str, call: Invocation, span: int) -> Work:
    """The work, made if it is new, moved to the end of its queue; the least recently used one is forgotten."""
    work = profile.work(key)
    if work is None:
        _forget_oldest(profile, key[0])
        profile.next_ordinal += 1
        work = Work(
            line_key, call.agent, call.project, call.session_id, call.root_id, profile.next_ordinal, call.identity,
            call.trigger, call.template_hash, call.at, call.at,
            Share(span), Level(span), Level(span), Level(span), Share(span),
        )  # fmt: skip
        if key[0] == "s":
            profile.sessions[work.ordinal] = key
    profile.keep(key, work)
    return work


def _forget_oldest(profile: Profile, kind: str) -> None:
    same = [key for key in profile.works if key[0] == kind]
    if len(same) >= (MAX_SESSIONS if kind == "s" else MAX_LINES):
        oldest = profile.work(same[0])
        del profile.works[same[0]]
        if oldest is not None:
            profile.sessions.pop(oldest.ordinal, None)


def _learn_work(work: Work, call: Invocation, seen: Features) -> None:
    same = same_work(work, seen)
    if same is not None:
        work.same.update(float(same))
    if work.calls:
        work.gap.update(log_gap(work, seen.at))
    work.out.update(seen.log_out)
    work.context.update(seen.log_context)
    work.away.update(float(seen.away))
    work.calls += 1
    work.tokens += seen.tokens
    work.burn += seen.burn
    work.open_burn += seen.burn
    work.errors += seen.failed
    if seen.automatic:
        work.auto_calls += 1
        work.auto_burn += seen.burn
    else:
        work.manual += 1
        work.auto_calls, work.auto_burn = 0, 0.0
    work.root_calls = work.root_calls + 1 if seen.root and seen.root == work.root else 1
    work.root = seen.root
    work.usage_run = work.usage_run + 1 if seen.usage and seen.usage == work.last_usage else 1
    work.last_usage, work.last_prompt, work.last_failed = seen.usage, seen.prompt, seen.failed
    work.last_at = max(work.last_at, seen.at)
    work.identity, work.trigger, work.template_hash = call.identity, call.trigger, call.template_hash
    for ring, item in ((work.templates, seen.template), (work.targets, seen.target), (work.simhashes, seen.simhash)):
        if item and item not in ring:
            ring.append(item)
            del ring[:-RING]


def _learn_hours(line: Work, seen: Features) -> None:
    if seen.day > line.day:
        full = line.hours.bit_count() >= FULL_DAY_HOURS
        line.full_days = line.full_days + 1 if full and seen.day == line.day + 1 else int(full)
        line.day, line.hours = seen.day, 0
    line.hours |= 1 << (seen.hour % 24)


def _learn_person(profile: Profile, call: Invocation, seen: Features, *, flagged: bool) -> None:
    profile.first_at = profile.first_at or seen.at
    profile.last_at = max(profile.last_at, seen.at)
    profile.events += 1
    profile.burn += seen.burn
    profile.open_burn += seen.burn
    if not seen.automatic:
        profile.last_manual = max(profile.last_manual, seen.at)
    profile.team_id = call.team_id
    profile.client_version = call.client_version
    if seen.day == profile.day:
        profile.day_burn += seen.burn
        profile.day_calls += 1
        profile.day_tokens += seen.tokens
        profile.day_flagged += seen.burn if flagged else 0.0
    if not flagged:
        profile.call.update(seen.log_burn)
    if seen.duplicate is not None:
        profile.duplicate.update(float(seen.duplicate))
    if seen.prompt and not seen.failed:
        profile.prompts.pop(seen.prompt, None)
        profile.prompts[seen.prompt] = seen.at
        if len(profile.prompts) > MAX_PROMPTS:
            del profile.prompts[next(iter(profile.prompts))]


def _remember_id(profile: Profile, call: Invocation, session: Work) -> None:
    profile.ids[id_hash(call.invocation_id)] = session.ordinal
    if len(profile.ids) > MAX_IDS:
        del profile.ids[next(iter(profile.ids))]
    if call.response_id:
        profile.responses[id_hash(call.response_id)] = None
        if len(profile.responses) > MAX_RESPONSES:
            del profile.responses[next(iter(profile.responses))]


def _credit(work: Work | Profile, moved: float, redeemed: float, at: float, *, good: bool) -> None:
    work.outcomes += 1
    work.open_burn = max(0.0, work.open_burn - moved)
    if good:
        work.good_burn += moved + redeemed
        work.bad_burn -= redeemed
        work.last_good = max(work.last_good, at)
    else:
        work.bad_burn += moved
