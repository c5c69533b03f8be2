"""Findings that several typologies share, each about one work."""

from detector import prior
from detector.evidence import Finding, ramp
from detector.policy import Policy
from detector.profile import FULL_DAY_HOURS, Profile, Work

MIN_SPREAD_CALLS = 12
"""Calls before a spread means anything."""


def repetition(work: Work) -> Finding:
    """How much of the recent work was done before: the same template on the same target."""
    share = work.same.value
    return Finding(
        "repetition", "repeated_work", ramp(share, 0.5, 0.9), share, "ratio", None, prior.REPEATED,
        f"{share:.0%} of the recent calls do again what was already done; people repeat about {prior.REPEATED:.0%}.",
    )  # fmt: skip


def regularity(work: Work) -> Finding:
    """How machine-like the rhythm is: the spread of log gaps between calls, low for a timer or a tight loop."""
    sd = work.gap.sd
    return Finding(
        "timing", "gap_spread",
        ramp(sd, 0.7, 0.25) if work.gap.n >= MIN_SPREAD_CALLS else 0.0, sd, "log seconds", None, prior.GAP_SD,
        f"Calls come at an even beat (spread of log gaps {sd:.2f}; people's work has about {prior.GAP_SD:.1f}).",
    )  # fmt: skip


def unattended_run(work: Work, policy: Policy) -> Finding:
    """How long the agent has run with no person doing anything."""
    calls = work.auto_calls
    return Finding(
        "structure", "calls_since_person", ramp(calls, policy.loop_min_calls, 4 * policy.loop_min_calls), calls,
        "calls", None, None, f"{calls} calls, ${work.auto_burn:.2f}, since a person last did something here.",
    )  # fmt: skip


def alone(work: Work) -> Finding:
    """How much of it happened while its person was away from every agent."""
    share = work.away.value
    return Finding(
        "structure", "unattended_share", ramp(share, 0.6, 0.95), share, "ratio", None, None,
        f"{share:.0%} of the recent calls came while nobody had been there for two hours.",
    )  # fmt: skip


def sleepless(work: Work) -> Finding:
    """Whether it has no night: days in a row with calls around the clock."""
    return Finding(
        "timing", "days_without_night", ramp(work.full_days, 0.0, 2.0), work.full_days, "days", 0.0, 0.0,
        f"{work.full_days} days in a row it called in {FULL_DAY_HOURS} or more hours of 24.",
    )  # fmt: skip


def flat_output(work: Work) -> Finding:
    """How alike the answers are in length: a machine that asks the same gets the same."""
    sd = work.out.sd
    return Finding(
        "structure", "output_spread", ramp(sd, 0.5, 0.15) if work.out.n >= MIN_SPREAD_CALLS else 0.0, sd,
        "log tokens", None, prior.OUT_SD,
        f"Answers are all of one length (spread of log tokens {sd:.2f}; usual is about {prior.OUT_SD:.1f}).",
    )  # fmt: skip


def poor_yield(profile: Profile, work: Work, at: float, policy: Policy) -> Finding | None:
    """How little came of it. Abstains while outcomes are unknown; silence counts only after the maturity time, and
    only for people whose outcomes are reported at all.
    """
    known = work.good_burn + work.bad_burn
    if work.coverage >= policy.coverage_floor:
        bad = work.bad_burn / known
        return Finding(
            "yield", "bad_outcome_share", ramp(bad, 0.5, 0.95), bad, "ratio", None, 1 - prior.GOOD_SHARE,
            f"{bad:.0%} of the burn with a known outcome was rejected, discarded or did nothing.",
        )  # fmt: skip
    age = at - max(work.started, work.last_good)
    if profile.outcomes and not work.good_burn and age >= policy.maturity_seconds:
        days = age / 86_400
        return Finding(
            "yield", "unread_age", 1.0, days, "days", None, None,
            f"Nothing that it made was accepted, merged or read in {days:.1f} days.",
        )  # fmt: skip
    return None
