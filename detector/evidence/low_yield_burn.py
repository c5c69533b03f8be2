"""Burn of which nothing is ever wanted: rejected, discarded, without effect, or never looked at."""

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import flat_output, poor_yield, regularity, repetition, unattended_run
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def low_yield_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a line of work that is a large part of what the person burns."""
    line = features.line
    if line is None or line.calls < policy.yield_min_calls or line.outcomes < policy.yield_min_outcomes:
        return None
    useless = poor_yield(profile, line, features.at, policy)
    if useless is None or useless.score <= 0.0:
        return None
    share = line.burn / profile.burn if profile.burn else 0.0
    volume = Finding(
        "volume", "share_of_burn", ramp(share, policy.material_share, 0.5), share, "ratio", None, None,
        f"It is {share:.0%} of everything that this person's agents burned.",
    )  # fmt: skip
    others = (repetition(line), regularity(line), flat_output(line), unattended_run(line, policy))
    return Evidence(
        "low_yield_burn",
        features.line_key,
        line,
        (useless, volume, *others),
        ("exploration that is thrown away on purpose", "learning the tool", "outcomes that are not reported"),
    )
