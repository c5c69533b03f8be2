"""Machines that burn while nobody is there and nobody reads what they made."""

from detector.evidence import Evidence
from detector.evidence.families import alone, flat_output, poor_yield, regularity, repetition, sleepless
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unattended_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a strand that runs without its person. Off-hours alone never count: it must be useless too."""
    strand = features.strand
    if strand is None or strand.calls < policy.strand_min_calls or strand.away.value < policy.unattended_share:
        return None
    useless = poor_yield(profile, strand.fruit, policy)
    if useless is None or strand.burn < policy.material_share * profile.burn:
        return None
    return Evidence(
        "unattended_burn",
        strand.line,
        strand,
        (alone(strand), regularity(strand), sleepless(strand), flat_output(strand), repetition(strand), useless),
        ("a digest or watcher whose output is read where nobody counts", "a forgotten automation"),
    )
