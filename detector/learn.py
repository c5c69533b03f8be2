"""What a profile takes in, after everything was scored: with `credit`, the only place that writes to it."""

from math import log

from detector.consider import Change
from detector.credit import SOUR_LEARN, is_answered, learn_ends, open_session
from detector.event import Invocation, Label
from detector.features import LATE_SECONDS, Features, words_on
from detector.gone import bury
from detector.habits import learn_habits
from detector.limits import MAX_ALERTS, MAX_DAYS, MAX_LINES, MAX_PROMPTS, MAX_RESPONSES, MAX_SESSIONS
from detector.names import id_hash, kept_id, kept_name
from detector.policy import DAY, Policy
from detector.pool import BY_ITSELF, is_machine_like
from detector.profile import Profile, Silence
from detector.strands import learn_strand
from detector.windows import learn_windows
from detector.work import Line, Session

MAX_SILENCE_SECONDS = 90 * DAY
"""A label without an end silences for a quarter: sanctioned work is looked at again."""
MAX_SILENCES = 16
FAULT_MEMORY_SECONDS = DAY
"""Answers counted twice are remembered this long after the last one."""


def learn_call(profile: Profile, call: Invocation, record: int, seen: Features, *, flagged: bool, barren: bool) -> None:
    """Take in one judged call. Burn under an alert is never learned as usual: a slow ramp teaches nothing. `barren`: it
    was counted as a script that nobody wants.
    """
    if seen.at < profile.last_at - LATE_SECONDS:
        _take_back_clock(profile, seen.at)
    _turn_day(profile, seen)
    _turn_hour(profile, seen)
    session = _learn_session(profile, seen)
    line = seen.line or _new_line(profile, call, seen)
    first = open_session(line, session, seen, known=seen.session is not None and session.line == seen.line_key)
    _learn_line(line, call, seen, first=first)
    profile.keep(seen.line_key, line)
    whole = profile.automated if seen.declared else profile.fruit
    whole.sessions += seen.session is None
    whole.open_burn += seen.burn
    if barren and seen.strand is not None:
        seen.strand.barren_day = seen.day
    learn_strand(profile, call, seen, session)
    learn_habits(profile, call, seen, session, tail=learn_windows(profile, seen))
    _learn_person(profile, call, seen, flagged=flagged)
    profile.remember_id(record, session.ordinal)
    _remember_response(profile, call)


def learn_counted_twice(profile: Profile, call: Invocation, record: int, now: float) -> None:
    """Take in that an answer was counted again under a new id: a counter's fault."""
    profile.remember_id(record)
    profile.faults += 1
    profile.fault_at = max(now, profile.fault_at)
    profile.client_version = kept_name(call.client_version)


def learn_label(profile: Profile, label: Label) -> None:
    """Silence the workload of a labelled alert for the label's time."""
    key = profile.workload_of(label.alert_id)
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
    ended = [k for k, known in profile.alerts.items() if known.status == "resolved" and k not in stale]
    for key in stale + ended[: max(0, len(profile.alerts) - len(stale) - MAX_ALERTS)]:
        del profile.alerts[key]


def _take_back_clock(profile: Profile, at: float) -> None:
    """A time believed before was wrong, ahead by days or years: nothing that happened is later than now."""
    profile.last_at = at
    profile.last_manual, profile.fault_at = min(profile.last_manual, at), min(profile.fault_at, at)
    profile.day = profile.hour = profile.weeks.index = profile.months.index = 0
    profile.day_burn = 0.0  # of a day that never was
    for known in profile.alerts.values():
        known.last_at, known.told_at = min(known.last_at, at), min(known.told_at, at)


def _turn_day(profile: Profile, seen: Features) -> None:
    if seen.day > profile.day:
        usual = profile.day_burn - profile.day_flagged
        if profile.day and usual > 0:
            profile.days.append((profile.day, round(usual, 6)))
            del profile.days[:-MAX_DAYS]
        profile.day, profile.day_burn, profile.day_calls = seen.day, 0.0, 0
        profile.day_tokens, profile.day_flagged = 0, 0.0
    if profile.faults and seen.at > profile.fault_at + FAULT_MEMORY_SECONDS:
        profile.faults = 0


def _turn_hour(profile: Profile, seen: Features) -> None:
    if seen.hour > profile.hour:
        profile.hour, profile.hour_calls, profile.hour_tokens = seen.hour, 0, 0
    if seen.hour == profile.hour:
        profile.hour_calls += 1
        profile.hour_tokens += seen.tokens


def _learn_session(profile: Profile, seen: Features) -> Session:
    session = seen.session
    if session is None:
        _forget_oldest(profile, "s:", MAX_SESSIONS)
        profile.next_ordinal += 1
        session = Session(seen.line_key, profile.next_ordinal, seen.at, declared=seen.declared)
    session.burn += seen.burn
    session.open_burn += seen.burn
    session.declared &= seen.declared
    session.last_declared = seen.declared
    session.last_prompt, session.last_failed = seen.prompt, seen.failed
    session.last_at = max(session.last_at, seen.at)
    profile.keep(seen.session_key, session)
    return session


def _new_line(profile: Profile, call: Invocation, seen: Features) -> Line:
    _forget_oldest(profile, seen.line_key[:2], MAX_LINES)
    return Line(kept_name(call.agent), kept_name(call.project), seen.at)


def _learn_line(line: Line, call: Invocation, seen: Features, *, first: bool) -> None:
    line.last_at, line.calls = max(line.last_at, seen.at), line.calls + 1
    line.tokens += seen.tokens
    line.burn += seen.burn
    if call.trigger in BY_ITSELF or not seen.declared:  # of automation, what began it, whatever its agents did then
        line.trigger = call.trigger
    if first:
        if line.open_calls:
            line.sizes.update(line.open_out / line.open_calls)
        line.open_calls, line.open_out = 0, 0.0
    line.away.update(float(seen.away))
    line.exact.update(float(seen.exact))
    if seen.failed or not seen.answered:
        return
    line.open_calls += 1
    line.open_out += seen.log_out
    line.out.update(seen.log_out)
    line.context.update(seen.log_context)
    if seen.burn > 0:
        line.price.update(seen.log_price)


def _forget_oldest(profile: Profile, kind: str, most: int) -> None:
    same = [key for key in profile.kept if key.startswith(kind)]
    if len(same) < most:
        return
    if kind == "s:":
        session = profile.session(same[0])
        if session is not None:
            answered = is_answered(session)
            if not any((t := profile.strand(k)) is not None and is_machine_like(t) for k in session.strands):
                profile.answered.update(float(answered))
            if answered and not session.declared and profile.sour < SOUR_LEARN:
                learn_ends(profile, session)
            bury(profile, same[0], session)
    del profile.kept[same[0]]


def _learn_person(profile: Profile, call: Invocation, seen: Features, *, flagged: bool) -> None:
    profile.first_at = profile.first_at or seen.at
    profile.last_at = max(profile.last_at, seen.at)
    profile.events += 1
    profile.burn += seen.burn
    if not seen.automatic:
        profile.last_manual = max(profile.last_manual, seen.at)
    if call.team_id != profile.team_id:
        profile.team_id = kept_id(call.team_id)
    if call.client_version != profile.client_version:
        profile.client_version = kept_name(call.client_version)
    if seen.day == profile.day:
        profile.day_burn += seen.burn
        profile.day_calls += 1
        profile.day_tokens += seen.tokens
        profile.day_flagged += seen.burn if flagged else 0.0
    _learn_style(profile, seen, flagged=flagged)
    if seen.prompt and not seen.automatic and not seen.retry:
        profile.duplicate.update(float(seen.exact))
    if seen.prompt and seen.typed and not seen.failed:
        profile.prompts.pop(seen.prompt, None)
        profile.prompts[seen.prompt] = words_on(seen.simhash, seen.target)
        if len(profile.prompts) > MAX_PROMPTS:
            del profile.prompts[next(iter(profile.prompts))]


def _learn_style(profile: Profile, seen: Features, *, flagged: bool) -> None:
    """How the person works just now; and, where nothing is wrong, how usually."""
    if seen.failed or seen.declared or seen.burn <= 0 or not seen.answered:
        return
    profile.out_now.update(seen.log_out)
    profile.context_now.update(seen.log_context)
    profile.price_now.update(seen.log_price)
    if not flagged and profile.sour < SOUR_LEARN:
        profile.call.update(log(seen.burn))
        profile.out_usual.update(seen.log_out)
        profile.context_usual.update(seen.log_context)
        profile.price_usual.update(seen.log_price)


def _remember_response(profile: Profile, call: Invocation) -> None:
    if call.response_id:
        profile.responses[id_hash(call.response_id)] = None
        if len(profile.responses) > MAX_RESPONSES:
            del profile.responses[next(iter(profile.responses))]
