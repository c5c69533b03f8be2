"""Just enough, window after window: spend that lands a little above a published minimum, of which nothing is wanted."""

from typing import Final

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.habit import came_of
from detector.evidence.low_yield_burn import open_key
from detector.features import Features
from detector.policy import Minimum, Policy
from detector.profile import Profile

BAND: Final = 1.1
"""Times the minimum up to which a window's spend hugs it: the published analysis of bunching looks at 10 %."""
MIN_WINDOWS: Final = 3
"""Closed windows before landing above a minimum is no chance: one honest window of twenty ends in the band."""


def minimum_hugging(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the person's closed windows beside each minimum of the policy; without minimums nothing is looked at.

    Who has steady needs lands there too, so that it says nothing unless what the person does before the week's close is
    not wanted as well.
    """
    if not policy.minimums or not features.due:
        return None
    found = [finding for minimum in policy.minimums if (finding := hugging(profile, minimum)) is not None]
    came = came_of("tail", profile, policy) if found else None
    if came is None:
        return None
    return Evidence(
        "minimum_hugging",
        open_key(profile) or "person",
        features.line,
        (max(found, key=lambda finding: finding.score), came),
        ("steady needs that happen to end there", "a budget that throttles"),
    )


def hugging(profile: Profile, minimum: Minimum) -> Finding | None:
    """How many of the closed windows ended between a minimum and a tenth above it."""
    closed = (profile.weeks if minimum.window == "week" else profile.months).closed
    if len(closed) < MIN_WINDOWS:
        return None
    just = sum(minimum.usd <= burn <= BAND * minimum.usd for burn in closed)
    return Finding(
        "threshold", "windows_just_above", ramp(just / len(closed), 0.4, 0.8), just, "windows", len(closed), None,
        f"{just} of the last {len(closed)} {minimum.window}s ended less than {BAND - 1:.0%} above the minimum of "
        f"${minimum.usd:,.0f}.",
    )  # fmt: skip
