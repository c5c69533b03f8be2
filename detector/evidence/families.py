"""Findings that several typologies share: what is odd about a pool of repeated work, and what came of it."""

from math import exp, lgamma, log, log2
from typing import Final

from detector import prior
from detector.evidence import Finding, ramp
from detector.models import Level
from detector.policy import Policy
from detector.pool import DECLARED, Pool
from detector.profile import FULL_DAY_HOURS, Profile, Yield

MIN_USUAL: Final = 60
"""Calls before a person has a usual way of working."""
MIN_SPREAD_CALLS: Final = 12
"""Calls before a spread means anything."""


def repetition(pool: Pool) -> Finding:
    """How often the same was asked."""
    return Finding(
        "repetition", "repeated_work", ramp(log(max(pool.calls, 1)), log(8.0), log(32.0)), pool.calls, "calls", None,
        None, f"The same was asked {pool.calls:,} times; {pool.exact:.0%} of late to the letter.",
    )  # fmt: skip


def regularity(pool: Pool) -> Finding:
    """How machine-like the rhythm is: the spread of log gaps between calls, low for a timer or a tight loop."""
    score = ramp(pool.gap_sd, 1.3, 0.5) if pool.calls >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "timing", "gap_spread", score, pool.gap_sd, "log seconds", None, prior.GAP_SD,
        f"Calls come at an even beat (spread of log gaps {pool.gap_sd:.2f}; a person's repeated asking has about "
        f"{prior.GAP_SD:.1f}).",
    )  # fmt: skip


def sleepless(pool: Pool) -> Finding:
    """Whether it has no night: days in a row with calls around the clock."""
    return Finding(
        "timing", "days_without_night", ramp(pool.full_days, 0.0, 2.0), pool.full_days, "days", 0.0, 0.0,
        f"{pool.full_days} days in a row it called in {FULL_DAY_HOURS} or more hours of 24.",
    )  # fmt: skip


def alone(pool: Pool) -> Finding:
    """How much of it happened while its person was away from every agent."""
    return Finding(
        "structure", "unattended_share", ramp(pool.away, 0.6, 0.95), pool.away, "ratio", None, None,
        f"{pool.away:.0%} of the recent calls came while nobody had been there for two hours.",
    )  # fmt: skip


def flat_output(pool: Pool) -> Finding:
    """How alike the answers are in length: a machine that asks the same gets the same."""
    return Finding(
        "structure", "output_spread", ramp(pool.out_sd, 0.35, 0.2), pool.out_sd, "log tokens", None, prior.OUT_SD,
        f"Answers are all of one length (spread of log tokens {pool.out_sd:.2f}; usual is {prior.OUT_SD:.1f}).",
    )  # fmt: skip


def machine_findings(profile: Profile, pool: Pool, policy: Policy) -> list[Finding]:
    """What every typology of repeated work looks at."""
    findings = [repetition(pool), flat_output(pool), regularity(pool), sleepless(pool)]
    if (found := pool_yield(profile, pool, policy)) is not None:
        findings.append(found)
    return findings


def pool_yield(profile: Profile, pool: Pool, policy: Policy) -> Finding | None:
    """How little came of it, in log odds of useless against honest work: known outcomes, and sessions that nobody
    answered for a day, for people whose work is usually answered; a person's own asking more so than an agent's or
    declared automation's. None where nothing is known.
    """
    fruit, known = pool.fruit, pool.fruit.good + pool.fruit.bad
    trust = prior.TRUST_DECLARED if pool.lead.trigger in DECLARED else prior.TRUST_AGENT
    trust += (prior.TRUST_MANUAL - trust) * pool.manual
    spoken = max(policy.exculpation, _spoken(fruit.good, fruit.bad)) if known else 0.0
    weight = spoken + trust * _silence(profile, fruit, pool.calls, pool.lead.days)
    score = ramp(weight, policy.yield_low, policy.yield_high)
    if score <= 0.0:
        return None
    quiet = fruit.sessions - fruit.answered
    return Finding(
        "yield", "odds_of_useless", score, round(exp(min(weight, 12.0)), 1), "odds", None, 1 - prior.GOOD_SHARE,
        f"Of {known:.0f} independent outcomes {fruit.bad:.0f} were rejected, discarded or without effect, and "
        f"{quiet:,} of {fruit.sessions:,} sessions had none.",
    )  # fmt: skip


def _spoken(good: float, bad: float) -> float:
    """Log Bayes factor of so many good and bad outcomes.

    >>> _spoken(0, 6) > 1.5 > 0 > _spoken(3, 3)
    True
    """
    return _beta_binomial(good, bad, *prior.USELESS) - _beta_binomial(good, bad, *prior.HONEST)


def _silence(profile: Profile, fruit: Yield, calls: int, days: int) -> float:
    """Log Bayes factor of how many old sessions were answered, by how often this person's other work is."""
    heard = profile.answered
    answered = heard.n * heard.value
    if answered < prior.HEARD_MIN:
        return 0.0
    rate = min(0.95, answered / (heard.n + prior.HEARD_WEIGHT))
    old: float = min(fruit.turned_before, fruit.sessions - fruit.answered)
    if old and days >= prior.LONG_DAYS:
        old += max(0.0, log2(calls / (old * prior.SESSION_CALLS)))
    honest = (prior.HEARD_STRENGTH * rate, prior.HEARD_STRENGTH * (1.0 - rate))
    odds = _beta_binomial(fruit.answered, old, *prior.UNHEARD) - _beta_binomial(fruit.answered, old, *honest)
    return min(prior.SILENCE_CAP, odds) if old else 0.0


def _beta_binomial(yes: float, no: float, a: float, b: float) -> float:
    return lgamma(yes + a) + lgamma(no + b) + lgamma(a + b) - lgamma(yes + no + a + b) - lgamma(a) - lgamma(b)


def sour(profile: Profile, policy: Policy) -> Finding:
    """How long the run of useless outcomes is, against this person's usual share of good ones."""
    usual = profile.welcome.value if profile.welcome.n else prior.GOOD_SHARE
    return Finding(
        "yield", "run_of_bad_outcomes", ramp(profile.sour, policy.sour_low, policy.sour_high),
        round(exp(profile.sour), 1), "odds", usual, prior.GOOD_SHARE,
        f"The latest outcomes are {exp(min(profile.sour, 9.2)):,.0f} times likelier of useless work than of this "
        f"person's usual {usual:.0%} good ones.",
    )  # fmt: skip


def changed(name: str, now: Level, usual: Level, text: str) -> Finding:
    """How far the way of working just now has left the usual one, in usual deviations."""
    z = abs(now.mean - usual.mean) / max(usual.sd, 0.3) if usual.n >= MIN_USUAL and now.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "structure", name, ramp(z, 0.9, 1.8), z, "deviations", 0.0, None, f"{text} has moved {z:.1f} usual deviations."
    )


def even(profile: Profile) -> Finding:
    """How alike all recent answers are in length, whatever was asked."""
    sd = profile.out_now.sd
    return Finding(
        "structure", "recent_output_spread", ramp(sd, 0.75, 0.4) if profile.out_now.n >= MIN_SPREAD_CALLS else 0.0, sd,
        "log tokens", profile.out_usual.sd, prior.OUT_SD, f"Recent answers are alike in length (spread {sd:.2f}).",
    )  # fmt: skip


def asking_again(profile: Profile) -> Finding:
    """How many of the person's own recent prompts were answered before, word for word."""
    share = profile.duplicate.value if profile.duplicate.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "repetition", "exact_duplicates", ramp(share, 0.3, 0.6), share, "ratio", None, prior.REPEATED,
        f"{share:.0%} of the person's recent prompts were answered before, word for word; "
        f"{prior.REPEATED:.0%} is usual.",
    )  # fmt: skip
