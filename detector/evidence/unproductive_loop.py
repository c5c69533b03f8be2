"""An agent that goes round: the same again and again on the same things, and nothing comes of it."""

from detector.evidence import Evidence
from detector.evidence.families import machine_findings
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unproductive_loop(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the person's pool of machine-like repeated work."""
    pool = features.pool
    if pool is None or pool.calls < policy.pool_min_calls:
        return None
    return Evidence(
        "unproductive_loop",
        pool.key,
        pool.lead,
        tuple(machine_findings(profile, pool, policy)),
        ("a build-and-fix loop that has not converged yet", "a client that repeats a request by mistake"),
    )
