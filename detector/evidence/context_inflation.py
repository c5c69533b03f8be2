"""Far more is sent than is answered, again and again: stuffed contexts, churned caches, sessions kept alive."""

from math import exp
from typing import Final

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import machine_findings
from detector.evidence.habit import habitual, structure
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

USUAL_CONTEXT: Final = 2.6
"""Log fresh tokens sent for each written: the published input-to-output norm is 13 to 1."""

STUFFED: Final = structure("stuffed_sessions", "sent hundreds of fresh tokens for each one written")


def context_inflation(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a pool whose calls send a hundred times what they get."""
    found = habitual(profile, features, policy, "stuffed", "context_inflation", STUFFED)
    if found is not None:
        return found
    pool = features.pool
    if pool is None or pool.calls < policy.pool_min_calls:
        return None
    ratio = pool.lead.context.mean
    stuffed = Finding(
        "structure", "context_per_answer", ramp(ratio, USUAL_CONTEXT + 1.5, USUAL_CONTEXT + 3.0), ratio, "log ratio",
        None, USUAL_CONTEXT, f"Each token written costs {exp(ratio):,.0f} fresh ones sent; 13 is usual.",
    )  # fmt: skip
    if stuffed.score <= 0.0:
        return None
    return Evidence(
        "context_inflation",
        pool.key,
        pool.lead,
        (stuffed, *machine_findings(profile, pool, policy)),
        ("long documents", "a cache that expired between turns"),
    )
