"""Machines that burn while nobody is there and nobody reads what they made."""

from detector.evidence import Evidence
from detector.evidence.families import alone, poor_yield, regularity, repetition, sleepless
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unattended_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a line of work. Off-hours alone never count: it must also be useless and more than pocket money."""
    line = features.line
    if line is None or line.away.n < policy.unattended_min_calls or line.away.value < policy.unattended_share:
        return None
    if line.burn < policy.material_share * profile.burn:
        return None
    useless = poor_yield(profile, line, features.at, policy)
    if useless is None:
        return None
    findings = (alone(line), regularity(line), sleepless(line), repetition(line), useless)
    return Evidence(
        "unattended_burn",
        features.line_key,
        line,
        findings,
        ("a digest or watcher whose output is read where nobody counts", "a forgotten automation"),
    )
