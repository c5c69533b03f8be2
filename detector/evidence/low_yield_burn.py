"""Burn of which nothing is wanted any more: a run of useless outcomes together with another way of working."""

from detector.evidence import Evidence
from detector.evidence.families import asking_again, changed, even, sour
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def low_yield_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the person's outcomes and way of working, for gaming that repeats nothing a machine would notice."""
    if profile.sour < policy.sour_low or features.pool is not None:
        return None
    findings = (
        sour(profile, policy),
        even(profile),
        changed("output_shift", profile.out_now, profile.out_usual, "The length of answers"),
        changed("context_shift", profile.context_now, profile.context_usual, "What is sent for each token written"),
        changed("price_shift", profile.price_now, profile.price_usual, "The price of a token"),
        asking_again(profile),
    )
    return Evidence(
        "low_yield_burn",
        "person",
        features.line,
        findings,
        ("exploration that is thrown away on purpose", "learning the tool", "outcomes that are not reported"),
    )
