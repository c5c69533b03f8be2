"""Asking again what was answered: the same words after a success, not a retry, not a heartbeat."""

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import flat_output, poor_yield, regularity, repetition
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def duplicate_prompting(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a strand that says a person asks it, whose prompts are the same to the letter."""
    strand = features.strand
    if strand is None or strand.calls - strand.retries < policy.strand_min_calls or strand.manual.value < MANUAL_SHARE:
        return None
    share = strand.exact.value
    letter = Finding(
        "repetition", "exact_duplicates", ramp(share, 0.4, 0.9), share, "ratio", None, None,
        f"{share:.0%} of these prompts were answered before, word for word.",
    )  # fmt: skip
    findings = [letter, repetition(strand), regularity(strand), flat_output(strand)]
    if (found := poor_yield(profile, strand.fruit, policy)) is not None:
        findings.append(found)
    return Evidence(
        "duplicate_prompting",
        strand.line,
        strand,
        tuple(findings),
        ("an evaluation suite that is not registered", "someone tuning one prompt"),
    )


MANUAL_SHARE = 0.5
"""Share of calls that say a person made them, from which asking again is a person's asking."""
