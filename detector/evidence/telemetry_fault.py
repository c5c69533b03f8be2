"""The same answers counted twice: a counter's bug, told apart before anybody is suspected of anything."""

from detector.evidence import Evidence, Finding, ramp
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def telemetry_fault(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the recent count of answers that came again under new invocation ids."""
    if profile.faults < policy.fault_min_repeats:
        return None
    found = Finding(
        "volume", "answers_counted_twice",
        ramp(profile.faults, policy.fault_min_repeats / 2, policy.fault_min_repeats), profile.faults, "calls", 0.0, 0.0,
        f"{profile.faults} provider answers were counted again under new invocation ids.",
    )  # fmt: skip
    return Evidence(
        "telemetry_fault",
        f"t:{profile.client_version or ''}",
        features.line,
        (found,),
        ("a forked session that replays its parent's history", "a client that re-sends its log"),
    )
