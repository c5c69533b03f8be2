"""Findings that several typologies share: what is odd about a pool of repeated work, and what came of it."""

from math import exp, log
from typing import Final

from detector import prior
from detector.evidence import Finding, ramp
from detector.evidence.fruit import pool_yield, unread
from detector.limits import FULL_DAY_HOURS
from detector.models import Level, Share
from detector.policy import Policy
from detector.pool import Pool
from detector.profile import Profile
from detector.work import Line

MIN_USUAL: Final = 60
"""Calls before a person has a usual way of working."""
MIN_SPREAD_CALLS: Final = 12
"""Calls before a spread means anything."""
ALIKE: Final = 1.3
"""How much wider a person's usual spread must be for the recent one to be odd."""
MIN_SESSIONS: Final = 5
"""Sessions before their likeness means anything."""
ALIKE_CALLS: Final = (0.8, 0.55)
"""Spread of log output tokens of a line's calls below which its sessions' likeness begins to count, and counts in full:
the mean of fifteen calls that differ as people's do differs by a quarter, and nobody's doing is odd about that."""
SHIFT_LINE: Final = (0.7, 1.6)
"""Usual deviations that one line of work may be off the person's usual, from odd to certain."""
SHIFT_NOW: Final = (1.5, 2.5)
"""The same for the last half hour of all work: one honest session is off by more than one line is."""


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
    if (found := unread(profile, pool, policy)) is not None:
        findings.append(found)
    return findings


def alike_sessions(line: Line) -> Finding:
    """How alike the sessions are in size, where their calls are alike too: people's differ from one to the next."""
    sd = line.sizes.sd
    score = min(ramp(sd, 0.55, 0.25), ramp(line.out.sd, *ALIKE_CALLS)) if line.sizes.n >= MIN_SESSIONS else 0.0
    return Finding(
        "structure", "session_spread", score, sd, "log tokens", None, prior.SIZES_SD,
        f"Its sessions are alike in size (spread {sd:.2f}; {prior.SIZES_SD:.1f} is usual).",
    )  # fmt: skip


def away_line(line: Line) -> Finding:
    """How much of a line's recent work happened while its person was away."""
    share = line.away.value if line.away.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "timing", "unattended_share", ramp(share, 0.6, 0.95), share, "ratio", None, None,
        f"{share:.0%} of the recent calls came while nobody had been there for two hours.",
    )  # fmt: skip


def stuffed(context: Level) -> Finding:
    """How much fresh context is sent for each token of answer."""
    ratio = context.mean if context.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "structure", "context_per_answer", ramp(ratio, prior.CONTEXT + 2.0, prior.CONTEXT + 3.5), ratio, "log ratio",
        None, prior.CONTEXT, f"Each token written costs {exp(min(ratio, 20.0)):,.0f} fresh ones sent; 13 is usual.",
    )  # fmt: skip


def shifted(name: str, line: Level, usual: Level, text: str) -> Finding:
    """How far one line of work is from the person's usual, in usual deviations."""
    return _shift(name, line, usual, text, SHIFT_LINE)


def changed(name: str, now: Level, usual: Level, text: str) -> Finding:
    """How far the way of working just now has left the usual one, in usual deviations."""
    return _shift(name, now, usual, text, SHIFT_NOW)


def deviations(now: Level, usual: Level) -> float:
    """How many usual deviations lie between two levels; 0 where either rests on too little."""
    if usual.n < MIN_USUAL or now.n < MIN_SPREAD_CALLS:
        return 0.0
    return abs(now.mean - usual.mean) / max(usual.sd, 0.3)


def _shift(name: str, now: Level, usual: Level, text: str, ends: tuple[float, float]) -> Finding:
    z = deviations(now, usual)
    return Finding(
        "structure", name, ramp(z, *ends), z, "deviations", 0.0, None, f"{text} is {z:.1f} usual deviations off."
    )


def even(profile: Profile) -> Finding:
    """How alike all recent answers are in length, whatever was asked; nothing odd in who always had them alike."""
    sd, usual = profile.out_now.sd, profile.out_usual
    odd = profile.out_now.n >= MIN_SPREAD_CALLS and (usual.n < MIN_USUAL or usual.sd > ALIKE * sd)
    return Finding(
        "structure", "recent_output_spread", ramp(sd, 0.75, 0.4) if odd else 0.0, sd,
        "log tokens", profile.out_usual.sd, prior.OUT_SD, f"Recent answers are alike in length (spread {sd:.2f}).",
    )  # fmt: skip


def asking_again(duplicate: Share) -> Finding:
    """How many of the recent prompts were answered before, word for word."""
    share = duplicate.value if duplicate.n >= MIN_SPREAD_CALLS else 0.0
    return Finding(
        "repetition", "exact_duplicates", ramp(share, 0.25, 0.5), share, "ratio", None, prior.REPEATED,
        f"{share:.0%} of the recent prompts were answered before, word for word; {prior.REPEATED:.0%} is usual.",
    )  # fmt: skip
