"""Findings that several typologies share: what can be odd about a strand of repeated work, and what came of it."""

from math import exp, lgamma, log

from detector import prior
from detector.evidence import Finding, ramp
from detector.policy import Policy
from detector.profile import FULL_DAY_HOURS, Profile, Strand, Yield

MIN_SPREAD_CALLS = 12
"""Calls before a spread means anything."""


def repetition(strand: Strand) -> Finding:
    """How often the same was asked, and whether on the same things: a template that walks over files is a migration."""
    count = strand.calls - strand.retries
    walked = strand.fresh.value
    score = ramp(log(max(count, 1)), log(12.0), log(40.0)) * (1.0 - ramp(walked, 0.3, 0.8))
    return Finding(
        "repetition", "repeated_work", score, count, "calls", None, None,
        f"The same was asked {count:,} times, {strand.exact.value:.0%} of it to the letter of late.",
    )  # fmt: skip


def regularity(strand: Strand) -> Finding:
    """How machine-like the rhythm is: the spread of log gaps between calls, low for a timer or a tight loop."""
    sd = strand.gap.sd
    score = ramp(sd, 1.3, 0.5) if strand.gap.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "timing", "gap_spread", score, sd, "log seconds", None, prior.GAP_SD,
        f"Calls come at an even beat (spread of log gaps {sd:.2f}; a person's repeated asking has about 2).",
    )  # fmt: skip


def sleepless(strand: Strand) -> Finding:
    """Whether it has no night: days in a row with calls around the clock."""
    return Finding(
        "timing", "days_without_night", ramp(strand.full_days, 0.0, 2.0), strand.full_days, "days", 0.0, 0.0,
        f"{strand.full_days} days in a row it called in {FULL_DAY_HOURS} or more hours of 24.",
    )  # fmt: skip


def alone(strand: Strand) -> Finding:
    """How much of it happened while its person was away from every agent."""
    share = strand.away.value
    return Finding(
        "structure", "unattended_share", ramp(share, 0.6, 0.95), share, "ratio", None, None,
        f"{share:.0%} of the recent calls came while nobody had been there for two hours.",
    )  # fmt: skip


def flat_output(strand: Strand) -> Finding:
    """How alike the answers are in length: a machine that asks the same gets the same."""
    sd = strand.out.sd
    return Finding(
        "structure", "output_spread", ramp(sd, 0.6, 0.2) if strand.out.n >= MIN_SPREAD_CALLS else 0.0, sd,
        "log tokens", None, prior.OUT_SD,
        f"Answers are all of one length (spread of log tokens {sd:.2f}; usual is about {prior.OUT_SD:.1f}).",
    )  # fmt: skip


def poor_yield(profile: Profile, fruit: Yield, policy: Policy) -> Finding | None:
    """How little came of it: known outcomes weighed against what honest and useless work bring, and, for people whose
    work is answered, sessions that nobody answered for a day. Abstains where outcomes are unknown.
    """
    spoken = _log_odds(fruit.good, fruit.bad) if fruit.good + fruit.bad > 0 else 0.0
    silent = _silence(profile, fruit)
    weight = spoken + silent
    if weight <= 0.0:
        return None
    score = ramp(weight, policy.yield_low, policy.yield_high)
    known = fruit.good + fruit.bad
    bad = fruit.bad / known if known else 1.0
    text = (
        f"Of {known:.0f} independent outcomes {fruit.bad:.0f} were rejected, discarded or without effect"
        if known
        else f"Of {fruit.sessions:,} sessions none was accepted, merged or read"
    )
    unanswered = fruit.sessions - fruit.answered
    return Finding(
        "yield", "odds_of_useless", score, round(exp(min(weight, 20.0)), 1), "odds", None, 1 - prior.GOOD_SHARE,
        f"{text}; {unanswered:,} sessions went unanswered.",
    ) if known or silent else None  # fmt: skip


def _log_odds(good: float, bad: float) -> float:
    """Log Bayes factor of useless against honest work for so many good and bad outcomes: two beta-binomials.

    >>> _log_odds(0, 6) > 1.5 > 0 > _log_odds(3, 3)
    True
    """
    return _beta_binomial(good, bad, *prior.USELESS) - _beta_binomial(good, bad, *prior.HONEST)


def _beta_binomial(good: float, bad: float, a: float, b: float) -> float:
    return lgamma(good + a) + lgamma(bad + b) + lgamma(a + b) - lgamma(good + bad + a + b) - lgamma(a) - lgamma(b)


def _silence(profile: Profile, fruit: Yield) -> float:
    """Log Bayes factor of sessions unanswered for a day or more, by how often this person's work is answered."""
    heard = profile.answered
    if heard.n * heard.value < prior.HEARD_MIN:
        return 0.0
    rate = min(0.95, heard.n * heard.value / (heard.n + prior.HEARD_WEIGHT))
    old = min(fruit.turned_before, fruit.sessions - fruit.answered)
    return -old * log(1.0 - rate) * prior.SILENCE_TRUST if fruit.good <= fruit.sessions * 0.1 else 0.0
