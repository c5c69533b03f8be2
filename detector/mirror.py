"""What the detector remembers and says of one person, in words for them. Pure: state and alerts are handed in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import exp
from typing import Final

import msgspec

from detector.alert import Alert
from detector.evidence.spend_spike import usual_day
from detector.policy import HOUR, Policy
from detector.profile import Profile

FEW_DAYS: Final = 5
"""Active days below which a usual day is mostly other people's."""
PAST_SHOWN: Final = 10


class Seen(msgspec.Struct, frozen=True):
    """All that is there of one person."""

    profiles: list[Profile]
    """One, unless a platform has written under two ids; none for who was never seen, or was erased."""
    alerts: list[Alert]
    """The last word on each, the latest first."""


def told(seen: Seen, policy: Policy, now: datetime) -> Iterator[str]:
    """The lines, in the order in which a person asks: what of me, am I flagged, why, what can I do."""
    for profile in seen.profiles:
        yield from _remembered(profile, policy)
    if not seen.profiles:
        yield "Nothing is remembered of you: no record came yet, or all was forgotten or erased."
    firing = [alert for alert in seen.alerts if is_open(alert, now)]
    past = [alert for alert in seen.alerts if not is_open(alert, now)]
    yield ""
    yield f"Flagged now: {len(firing) or 'nothing'}"
    for alert in firing:
        yield from _flagged(alert, policy)
    if past:
        yield ""
        yield f"Over: {len(past)}"
        yield from (f"  {alert.starts_at[:10]}  {alert.summary}" for alert in past[:PAST_SHOWN])
        if len(past) > PAST_SHOWN:
            yield f"  and {len(past) - PAST_SHOWN} before that"
    silences = [silence for profile in seen.profiles for silence in profile.silences if silence.until > now.timestamp()]
    for silence in silences:
        yield f"Silenced by a label ({silence.verdict}) until {_day(silence.until)}: one workload"
    yield ""
    yield "An alert is about a workload, a reason to talk, not a verdict on you. How much you use is never evidence."
    yield "How often honest people are flagged wrongly, by role, time zone, part-time and tenure: `detector evaluate`."


def is_open(alert: Alert, now: datetime) -> bool:
    """Whether it goes on: not resolved, and its time not over."""
    ended = alert.ends_at is not None and datetime.fromisoformat(alert.ends_at) <= now
    return alert.status == "firing" and not ended


def _remembered(profile: Profile, policy: Policy) -> Iterator[str]:
    days, usual = len(profile.days), exp(usual_day(profile, policy)[0])
    yield (
        f"Remembered of {profile.tenant_id}/{profile.user_id}: {profile.events:,} calls from {_day(profile.first_at)} "
        f"to {_day(profile.last_at)}. Counts, running means and hashes; no prompt, no answer."
    )
    whose = (
        "mostly other people's, for little is known of yours yet" if days < FEW_DAYS else f"from {days} of your days"
    )
    yield f"  Your usual active day: ${usual:,.2f} ({whose})."
    if profile.day:
        last = _day(profile.day * 24 * HOUR)
        yield f"  {last}, the last day: ${profile.day_burn:,.2f} in {profile.day_calls:,} calls."
    if profile.duplicate.n:
        share = f"{profile.duplicate.value:.0%}"
        yield f"  {share} of your own recent prompts ask, to the letter, what was answered before; 17 % is common."
    if profile.welcome.n:
        yield f"  Of your sessions that were used or thrown away, about {profile.usual_good:.0%} were used."
    if profile.answered.n:
        heard = f"{profile.answered.value:.0%}"
        yield f"  About {heard} of your sessions get an outcome at all; what is not reported is not failure."


def _flagged(alert: Alert, policy: Policy) -> Iterator[str]:
    yield ""
    yield f"  {alert.summary}"
    yield f"  since {_time(alert.starts_at)}, {alert.severity}, {alert.category}, confidence {alert.confidence:.0%}"
    yield "  because:"
    yield from (f"    - {reason.text}" for reason in alert.reasons)
    if alert.could_also_be:
        yield f"  it could also be: {'; '.join(alert.could_also_be)}"
    yield f"  checked and ruled out: {'; '.join(alert.ruled_out)}"
    yield "  what clears it:"
    until = "" if alert.ends_at is None else f" (as it stands, at {_time(alert.ends_at)})"
    yield f"    - nothing of the kind for {policy.quiet_seconds / HOUR:g} hours: it ends by itself{until}"
    if "yield" in alert.families:
        yield "    - outcomes: what is accepted or merged (of automation: read) counts for you once it is reported"
    label = f"detector label {alert.alert_id}"
    yield f'    - you know this work: `{label} known_job --days 30 --note "what it is"` silences this workload'
    yield f'    - you do it on purpose: `{label} deliberate --days 3 --note "why"`'
    yield f'    - it is wrong: `{label} false_alarm --note "why"`; a fault of a client: `{label} bug`'
    yield "    a label carries your name, ends with its time, and others can read it"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _time(text: str) -> str:
    return f"{text[:16].replace('T', ' ')} UTC"
