"""An agent that goes round: the same again and again on the same things, and nothing comes of it."""

from detector.evidence import Evidence
from detector.evidence.families import flat_output, poor_yield, regularity, repetition, sleepless
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unproductive_loop(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the strand that the call belongs to."""
    strand = features.strand
    if strand is None or strand.calls - strand.retries < policy.strand_min_calls:
        return None
    findings = [repetition(strand), regularity(strand), sleepless(strand), flat_output(strand)]
    if (found := poor_yield(profile, strand.fruit, policy)) is not None:
        findings.append(found)
    return Evidence(
        "unproductive_loop",
        strand.line,
        strand,
        tuple(findings),
        ("a build-and-fix loop that has not converged yet", "a client that repeats a request by mistake"),
    )
