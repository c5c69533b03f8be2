"""A day far beyond the person's own days: a spike to look at, never an accusation."""

from math import exp, log

from detector import prior
from detector.evidence import Evidence, Finding, ramp
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

MAD_TO_SD = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""


def spend_spike(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Compares the open day's burn with the closed ones' median and spread in log space, blended with the tenant's."""
    if features.day != profile.day or len(profile.days) < policy.spike_min_days:
        return None
    people = features.cohort.day_burn(prior.DAY_BURN)
    usual, spread = usual_day(profile, policy, people)
    today = profile.day_burn + features.burn
    ratio = log(max(today, 1e-6)) - usual
    if ratio < log(policy.spike_ratio) or ratio < policy.spike_z * spread:
        return None
    times = today / max(1e-6, exp(usual))
    found = Finding(
        "volume", "day_burn", ramp(ratio / spread, policy.spike_z - 1, policy.spike_z), today, "USD",
        exp(usual), exp(people[0]),
        f"${today:.2f} today, {times:.0f} times this person's usual day.",
    )  # fmt: skip
    return Evidence(
        "spend_spike", f"d:{features.day}", features.line, (found,), ("a deadline", "a migration", "a runaway agent")
    )


def usual_day(profile: Profile, policy: Policy, people: tuple[float, float] = prior.DAY_BURN) -> tuple[float, float]:
    """Median and robust spread of log dollars an active day: own days, drawn towards people's by n / (n + k)."""
    if not profile.days:
        return people
    logs = sorted(log(max(burn, 1e-6)) for _, burn in profile.days)
    median = logs[len(logs) // 2]
    deviation = sorted(abs(x - median) for x in logs)[len(logs) // 2]
    own = len(logs) / (len(logs) + policy.prior_weight)
    mean, sd = people
    return own * median + (1 - own) * mean, own * deviation * MAD_TO_SD + (1 - own) * sd
