"""More calls than a person can mean: thousands of tiny ones an hour, hour after hour."""

from math import log

from detector import prior
from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import machine_findings
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

TINY_TOKENS = 2_000
"""Tokens a call under which a call is small: the flood on record had about 508, an agent's start-up takes 30,000."""


def micro_call_flood(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the open hour of the person."""
    if not features.due or features.hour != profile.hour or profile.hour_calls < policy.flood_calls_per_hour:
        return None
    calls, tokens = profile.hour_calls, profile.hour_tokens / profile.hour_calls
    rate = Finding(
        "volume", "calls_per_hour", ramp(log(calls / prior.CALLS_PER_HOUR), 3.0, 3.6), calls, "calls", None,
        prior.CALLS_PER_HOUR, f"{calls:,} calls within the hour; a busy hour of agentic work has about 60.",
    )  # fmt: skip
    size = Finding(
        "structure", "tokens_per_call", ramp(tokens, TINY_TOKENS, TINY_TOKENS / 4), tokens, "tokens", None, None,
        f"They are tiny: {tokens:,.0f} tokens each.",
    )  # fmt: skip
    pool = features.pool
    machine = machine_findings(profile, pool, policy) if pool is not None else []
    return Evidence(
        "micro_call_flood",
        pool.key if pool else features.line_key,
        pool.lead if pool else features.line,
        (rate, size, *machine),
        ("a pipeline under a personal key: move it to a service identity", "an autocomplete client"),
    )
