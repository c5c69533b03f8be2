"""Findings that several typologies share: what is odd about a pool of repeated work, and what came of it."""

from math import exp, log, log2
from typing import Final

from detector import prior
from detector.evidence import Finding, beta_binomial, ramp
from detector.models import Level, Share
from detector.policy import Policy
from detector.pool import DECLARED, Pool
from detector.profile import Profile
from detector.work import FULL_DAY_HOURS, Line, Yield

MIN_USUAL: Final = 60
"""Calls before a person has a usual way of working."""
MIN_SPREAD_CALLS: Final = 12
"""Calls before a spread means anything."""
ALIKE: Final = 1.3
"""How much wider a person's usual spread must be for the recent one to be odd."""
MIN_SESSIONS: Final = 5
"""Sessions before their likeness means anything."""
UNREAD_DAYS: Final = 4
"""Days with calls before a pool counts as unread: a client's bug of two days touches three. Tuned."""
UNREAD_RATE: Final = 100.0
"""Like answers a day that nobody reads: one each five minutes of a working day. Tuned."""
READ_TOKENS: Final = 5.8
"""Tokens a second that a person reads: 250 words a minute, 1.4 tokens a word."""
BY_HAND: Final = 0.5
"""Share of calls said to be made by hand from which a person claims to have been there."""
PILE: Final = 28
PILE_WEIGHT: Final = 0.7
PILE_CAP: Final = 3.5
"""Answers from which a pile counts, what each doubling weighs where an agent asked (1 where a hand is said to have),
and at most. Tuned; a person who hones one prompt asks thirty times."""
SWEEP: Final = 3
"""Models asked the same within the memory of a strand from which it is an evaluation of models."""
FULL_DAYS: Final = 2
"""Days without a night in a row, which no person has."""
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


def unread(profile: Profile, pool: Pool, policy: Policy) -> Finding | None:
    """Whether nobody can have read it, by the time it took alone: hundreds of like answers a day for days on end, made
    alone, around the clock or said to be asked by hand, of which not one was wanted.

    None for declared automation, for little of the person's burn, and in the first days: a client's bug or a loop that
    converges is over by then.
    """
    if pool.lead.trigger in DECLARED or pool.fruit.good or pool.days < UNREAD_DAYS:
        return None
    if pool.burn < policy.waste_share * profile.burn:
        return None
    unattended = max(pool.away, pool.manual) >= policy.unattended_share or pool.full_days >= FULL_DAYS
    rate = pool.calls / pool.days
    score = ramp(log(rate), log(UNREAD_RATE / 2), log(UNREAD_RATE)) if unattended else 0.0
    if score <= 0.0:
        return None
    return Finding(
        "yield", "nobody_read_it", score, rate, "calls a day", None, None,
        f"{rate:,.0f} like answers a day on {pool.days} days: nobody can have read them, and not one was taken.",
    )  # fmt: skip


def pool_yield(profile: Profile, pool: Pool, policy: Policy) -> Finding | None:
    """How little came of it, in log odds of useless against honest work: known outcomes, and sessions that nobody
    answered for a day, for people whose work is usually answered; a person's own asking more so than an agent's or
    declared automation's. None where nothing is known.
    """
    fruit, known = pool.fruit, pool.fruit.good + pool.fruit.bad
    declared = pool.lead.trigger in DECLARED
    trust = prior.TRUST_DECLARED if declared else prior.TRUST_AGENT
    trust += (prior.TRUST_MANUAL - trust) * pool.manual
    excuse = policy.exculpation_by_hand if pool.manual >= BY_HAND else policy.exculpation
    spoken = max(excuse, _spoken(fruit.good, fruit.bad)) if known else 0.0
    pile = 0.0 if declared else unreadable(pool)
    weight = spoken + max(pile, trust * _silence(profile, pool))
    score = ramp(weight, policy.yield_low, policy.yield_high)
    if score <= 0.0:
        return None
    quiet = fruit.sessions - fruit.answered
    return Finding(
        "yield", "odds_of_useless", score, round(exp(min(weight, 12.0)), 1), "odds", None, 1 - prior.GOOD_SHARE,
        f"Of {known:.0f} independent outcomes {fruit.bad:.0f} were rejected, discarded or without effect, and "
        f"{quiet:,} of {fruit.sessions:,} sessions had none.",
    )  # fmt: skip


def unreadable(pool: Pool) -> float:
    """Log odds from a pile of like answers: those that come faster than anybody can read them, and those to what is
    said to have been typed by hand, the same again and again. None where models are swept: that is an evaluation.
    """
    if pool.models >= SWEEP or pool.calls <= PILE:
        return 0.0
    doublings = log2(pool.calls / PILE)
    if pool.manual >= BY_HAND:
        return min(PILE_CAP, doublings)
    faster = pool.gap_mean - log(pool.strands) < pool.lead.out.mean - log(READ_TOKENS)
    return min(PILE_CAP, PILE_WEIGHT * doublings) if faster else 0.0


def _spoken(good: float, bad: float) -> float:
    """Log Bayes factor of so many good and bad outcomes.

    >>> _spoken(0, 6) > 1.5 > 0 > _spoken(3, 3)
    True
    """
    return beta_binomial(good, bad, *prior.USELESS) - beta_binomial(good, bad, *prior.HONEST)


def _silence(profile: Profile, pool: Pool) -> float:
    """Log Bayes factor of how many old sessions were answered, by how often this person's other work is."""
    fruit, rate = pool.fruit, _heard(profile, pool)
    if rate == 0.0:
        return 0.0
    old: float = max(0, min(fruit.turned_before, fruit.sessions - fruit.answered))
    if old and pool.days >= prior.LONG_DAYS:
        old += max(0.0, log2(pool.calls / (old * prior.SESSION_CALLS)))
    honest = (prior.HEARD_STRENGTH * rate, prior.HEARD_STRENGTH * (1.0 - rate))
    odds = beta_binomial(fruit.answered, old, *prior.UNHEARD) - beta_binomial(fruit.answered, old, *honest)
    return min(prior.SILENCE_CAP, odds) if old else 0.0


def _heard(profile: Profile, pool: Pool) -> float:
    """Share of the person's other sessions that got an outcome; 0 where too few did for silence to mean anything."""
    gone, rest = profile.answered, profile.fruit.sessions - pool.fruit.sessions
    rates = ((gone.n * gone.value, gone.n), (profile.fruit.answered - pool.fruit.answered, rest))
    known = [answered / (n + prior.HEARD_WEIGHT) for answered, n in rates if n > 0 and answered >= prior.HEARD_MIN]
    return min(0.95, max(known, default=0.0))


def sour(odds: float, fruit: Yield, profile: Profile, ends: tuple[float, float]) -> Finding:
    """How long the run of useless sessions is, in log odds from odd to certain, against the person's usual share."""
    usual = profile.usual_good
    return Finding(
        "yield", "run_of_bad_outcomes", ramp(odds, *ends),
        round(exp(odds), 1), "odds", usual, prior.GOOD_SHARE,
        f"The latest outcomes are {exp(min(odds, 9.2)):,.0f} times likelier of useless work than of this person's "
        f"usual {usual:.0%} good sessions; {fruit.useless:,} ended with bad outcomes only, {fruit.useful:,} with a "
        "good one.",
    )  # fmt: skip


def alike_sessions(line: Line) -> Finding:
    """How alike the sessions are in size: people's differ from one to the next."""
    sd = line.sizes.sd
    return Finding(
        "structure", "session_spread", ramp(sd, 0.55, 0.25) if line.sizes.n >= MIN_SESSIONS else 0.0, sd, "log tokens",
        None, prior.SIZES_SD, f"Its sessions are alike in size (spread {sd:.2f}; {prior.SIZES_SD:.1f} is usual).",
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


def _shift(name: str, now: Level, usual: Level, text: str, ends: tuple[float, float]) -> Finding:
    z = abs(now.mean - usual.mean) / max(usual.sd, 0.3) if usual.n >= MIN_USUAL and now.n >= MIN_SPREAD_CALLS else 0.0
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
