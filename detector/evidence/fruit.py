"""What came of a pool of repeated work, or of a run of sessions: the findings of the family `yield`."""

from math import exp, log, log2
from typing import Final

from detector import prior
from detector.evidence import Finding, beta_binomial, ramp
from detector.policy import Policy
from detector.pool import DECLARED, Pool
from detector.profile import Profile
from detector.work import Yield

UNREAD_DAYS: Final = 4
"""Days with calls before a pool counts as unread: a client's bug of two days touches three. Tuned."""
UNREAD_RATE: Final = 100.0
"""Like answers a day that nobody reads: one each five minutes of a working day. Tuned."""
FULL_DAYS: Final = 2
"""Days without a night in a row, which no person has."""
STUCK_EXACT: Final = 0.95
STUCK_SPREAD: Final = 0.05
"""Share of calls that repeat another to the letter from which, and spread of log output tokens up to which, a client
repeats itself: of a call sent again the answer is the same, of a task done again it varies by a tenth and more."""
BY_HAND: Final = 0.5
"""Share of calls said to be made by hand from which a person claims to have been there."""
PILE: Final = 28
PILE_CAP: Final = 3.5
"""Answers from which a pile counts, and log odds it weighs at most. Tuned; who hones one prompt asks thirty times."""
WATCH_DAYS: Final = 3
"""Days with calls from which anything is said of what came of declared automation: a deployment is watched for hours,
at times over midnight, and that there is nothing to do is how each look at it ends."""
SWEEP: Final = 3
"""Models asked the same within the memory of a strand from which it is an evaluation of models."""


def unread(profile: Profile, pool: Pool, policy: Policy) -> Finding | None:
    """Whether nobody can have read it, by the time it took alone: hundreds of like answers a day for days on end, made
    alone, around the clock or said to be asked by hand, of which not one was wanted.

    None for declared automation, for little of the person's burn, and in the first days: a client's bug or a loop that
    converges is over by then.
    """
    if pool.lead.trigger in DECLARED or pool.fruit.good or pool.fruit.read or pool.days < UNREAD_DAYS:
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
    declared automation's. None where nothing is known; of declared automation, in its first days, and where it takes
    less of the person's burn than anybody need care for: that there is nothing to do is what a watcher hopes for.
    """
    fruit, known = pool.fruit, pool.fruit.good + pool.fruit.bad
    declared = pool.lead.trigger in DECLARED
    if declared and (pool.days < WATCH_DAYS or pool.burn < policy.waste_share * profile.burn):
        return None
    unasked = prior.TRUST_ATTENDED + (prior.TRUST_AGENT - prior.TRUST_ATTENDED) * pool.away
    trust = prior.TRUST_DECLARED if declared else unasked
    trust += (prior.TRUST_MANUAL - trust) * pool.manual
    excuse = policy.exculpation_by_hand if pool.manual >= BY_HAND else policy.exculpation
    spoken = max(excuse, _spoken(fruit.good, fruit.bad)) if known else 0.0
    pile = 0.0 if declared else piled(pool)
    weight = spoken + (0.0 if is_stuck(pool) else max(pile, trust * _silence(profile, pool)))
    score = ramp(weight, policy.yield_low, policy.yield_high)
    if score <= 0.0:
        return None
    quiet = fruit.sessions - fruit.answered
    return Finding(
        "yield", "odds_of_useless", score, round(exp(min(weight, 12.0)), 1), "odds", None, 1 - prior.GOOD_SHARE,
        f"Of {known:.0f} independent outcomes {fruit.bad:.0f} were rejected, discarded or without effect, and "
        f"{quiet:,} of {fruit.sessions:,} sessions had none.",
    )  # fmt: skip


def is_stuck(pool: Pool) -> bool:
    """Whether it may be a client's fault: one call sent again and again, to the letter and with the same answer, in its
    first days. A fault is mended by then, and until then only outcomes speak against its owner, who had no part in it.
    """
    return pool.days < UNREAD_DAYS and pool.exact >= STUCK_EXACT and pool.out_sd <= STUCK_SPREAD


def piled(pool: Pool) -> float:
    """Log odds from a pile of like answers to what is said to have been typed by hand, the same again and again: one
    for each doubling. None where models are swept: that is an evaluation. Nor for what agents ask of one another,
    however fast: a critic reads the same way for weeks, and where nobody reports on its builder nothing is known of it.
    """
    if pool.manual < BY_HAND or pool.models >= SWEEP or pool.calls <= PILE:
        return 0.0
    return min(PILE_CAP, log2(pool.calls / PILE))


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
    gone, own, automated, pools = profile.answered, profile.fruit, profile.automated, pool.fruit
    rest = own.sessions + automated.sessions - pools.sessions
    rates = ((gone.n * gone.value, gone.n), (own.answered + automated.answered - pools.answered, rest))
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
