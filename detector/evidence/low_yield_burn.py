"""Burn of which nothing is ever wanted: rejected, discarded, without effect, or never looked at."""

from detector import prior
from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import poor_yield
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def low_yield_burn(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at a line of work that is a large part of what the person burns. One family alone: waste at most."""
    line = features.line
    if line is None or line.burn < 0.2 * profile.burn:
        return None
    useless = poor_yield(profile, line.fruit, prior.TRUST_AGENT, policy)
    if useless is None or useless.score <= 0.0:
        return None
    share = line.burn / profile.burn if profile.burn else 0.0
    volume = Finding(
        "volume", "share_of_burn", 0.4 * ramp(share, policy.material_share, 0.5), share, "ratio", None, None,
        f"It is {share:.0%} of everything that this person's agents burned.",
    )  # fmt: skip
    return Evidence(
        "low_yield_burn",
        features.line_key,
        line,
        (useless, volume),
        ("exploration that is thrown away on purpose", "learning the tool", "outcomes that are not reported"),
    )
