"""What is burned before the week's count closes: useless sessions from Friday noon to Sunday night."""

from math import log
from typing import Final

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.habit import habitual
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile
from detector.work import Habit

TAIL_SHARE: Final = 0.15
"""Share of a person's burn that honest people spend from Friday noon to Sunday night: half a working day of five, and a
little weekend."""
MIN_WEEKS: Final = 2
"""Weeks with burn that have closed before anything is said of the third (domain practice: three windows): of a first
week that began on a Wednesday half is its tail."""


def window_burst(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the sessions in the tail of the ISO week."""
    if len(profile.weeks.closed) < MIN_WEEKS:
        return None
    return habitual(profile, features, policy, "tail", "window_burst", _concentrated)


def _concentrated(profile: Profile, habit: Habit) -> Finding:
    share = max(habit.burn / max(profile.burn, 1e-9), profile.tail_burn / max(profile.weeks.burn, 1e-9))
    return Finding(
        "threshold", "tail_share", ramp(log(max(share, 1e-3) / TAIL_SHARE), 0.0, 1.0), share, "ratio", None,
        TAIL_SHARE,
        f"{share:.0%} of the week's burn falls between Friday noon and its close; {TAIL_SHARE:.0%} is usual.",
    )  # fmt: skip
