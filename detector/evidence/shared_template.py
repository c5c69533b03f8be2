"""A script that makes the rounds: the same machine-like work of several people, of which nobody wants anything."""

from datetime import date, timedelta
from math import exp
from typing import Final

from detector import prior
from detector.evidence import Evidence, Finding, beta_binomial, ramp
from detector.evidence.families import machine_findings
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

EPOCH: Final = date(1970, 1, 1)


def shared_template(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the present call's script in the cohort of closed days: with whom else it ran barren."""
    strand, pool = features.strand, features.pool
    if strand is None or pool is None or pool.calls < policy.pool_min_calls:
        return None
    people, good, bad = features.cohort.scripts.get(strand.template, (0, 0, 0))
    if people < policy.script_people:
        return None
    shared = Finding(
        "coordination", "people_with_script", ramp(people, policy.script_people - 2, policy.script_people + 2), people,
        "people", None, None,
        f"In the week to {_date(features.cohort.newest)} the same script ran with {people} people on one day, and "
        "nobody wanted what it made.",
    )  # fmt: skip
    found = [shared, *machine_findings(profile, pool, policy)]
    if (useless := _everywhere(good, bad, policy)) is not None:
        found.append(useless)
    return Evidence(
        "shared_template", pool.key, pool.lead, tuple(found),
        ("a published skill that is not registered", "a starter prompt of a training or a hackathon"),
    )  # fmt: skip


def _date(day: int) -> str:
    """A day in days since 1970, as people write it.

    >>> _date(20590)
    '2026-05-17'
    """
    return (EPOCH + timedelta(days=day)).isoformat()


def _everywhere(good: int, bad: int, policy: Policy) -> Finding | None:
    """How useless the script is with everybody who runs it, in log odds."""
    odds = beta_binomial(good, bad, *prior.USELESS) - beta_binomial(good, bad, *prior.HONEST)
    score = ramp(odds, policy.yield_low, policy.yield_high)
    if score <= 0.0:
        return None
    return Finding(
        "yield", "script_outcomes", score, round(exp(min(odds, 12.0)), 1), "odds", None, 1 - prior.GOOD_SHARE,
        f"With all who ran it, {bad:,} sessions had bad outcomes and {good:,} good ones.",
    )  # fmt: skip
