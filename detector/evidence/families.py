"""Findings that several typologies share, each about one work."""

from detector import prior
from detector.evidence import Finding, ramp
from detector.policy import Policy
from detector.profile import Profile, Work


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
        "timing", "gap_spread", ramp(sd, 0.7, 0.25), sd, "log seconds", None, prior.GAP_SD,
        f"Calls come at an even beat (spread of log gaps {sd:.2f}; people's work has about {prior.GAP_SD:.1f}).",
    )  # fmt: skip


def unattended_run(work: Work, policy: Policy) -> Finding:
    """How long the agent has run with no person doing anything."""
    calls = work.auto_calls
    return Finding(
        "structure", "calls_since_person", ramp(calls, policy.loop_min_calls, 4 * policy.loop_min_calls), calls,
        "calls", None, None, f"{calls} calls, ${work.auto_burn:.2f}, since a person last did something here.",
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
