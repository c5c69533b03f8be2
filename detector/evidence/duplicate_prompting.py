"""Asking again what was answered: the same words after a success, not a retry, not a heartbeat."""

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import machine_findings
from detector.evidence.habit import asked_again, habitual
from detector.features import Features
from detector.policy import Policy
from detector.pool import is_walk
from detector.profile import Profile

MANUAL_SHARE = 0.5
"""Share of calls that say a person made them, from which asking again is a person's asking."""


def duplicate_prompting(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at sessions that ask again what was answered, then at a pool that says a person asks it, about the same:
    who goes over ever new things asks none of them twice.
    """
    found = habitual(profile, features, policy, "again", "duplicate_prompting", asked_again)
    if found is not None:
        return found
    pool = features.pool
    if pool is None or pool.calls < policy.pool_min_calls or pool.manual < MANUAL_SHARE or is_walk(pool.lead):
        return None
    person = Finding(
        "structure", "manual_share", ramp(pool.manual, MANUAL_SHARE, 1.0), pool.manual, "ratio", None, None,
        f"{pool.manual:.0%} of these calls say that a person typed them.",
    )  # fmt: skip
    return Evidence(
        "duplicate_prompting",
        pool.key,
        pool.lead,
        (person, *machine_findings(profile, pool, policy)),
        ("an evaluation suite that is not registered", "someone tuning one prompt"),
    )
