"""Machines that burn while nobody is there and nobody reads what they made."""

from detector.evidence import Evidence
from detector.evidence.families import alone, machine_findings
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unattended_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a pool that runs without its person. Off-hours alone never count: it must be useless and material."""
    pool = features.pool
    if pool is None or pool.calls < policy.pool_min_calls or pool.away < policy.unattended_share:
        return None
    if pool.burn < policy.material_share * profile.burn:
        return None
    return Evidence(
        "unattended_burn",
        pool.key,
        pool.lead,
        (alone(pool), *machine_findings(profile, pool, policy)),
        ("a digest or watcher whose output is read where nobody counts", "a forgotten automation"),
    )
