"""Asking again what was answered: the same prompt after a success, not a retry, not a heartbeat."""

from detector import prior
from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import poor_yield, regularity
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def duplicate_prompting(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the person's recent prompts, whatever session they are in."""
    share = profile.duplicate.value
    if not features.duplicate or profile.duplicate.n < policy.duplicate_min_prompts or share < 2 * prior.REPEATED:
        return None
    repeated = Finding(
        "repetition", "duplicate_prompts", ramp(share, 2 * prior.REPEATED, 0.7), share, "ratio", None, prior.REPEATED,
        f"{share:.0%} of the recent prompts ask again what was answered; people do so in about {prior.REPEATED:.0%}.",
    )  # fmt: skip
    findings = [repeated]
    if features.line is not None:
        findings.append(regularity(features.line))
        if found := poor_yield(profile, features.line, features.at, policy):
            findings.append(found)
    return Evidence(
        "duplicate_prompting",
        features.line_key,
        features.line,
        tuple(findings),
        ("an evaluation suite that is not registered", "someone tuning one prompt"),
    )
