"""One turn that sets off a swarm: many calls at once, alike, whose results nobody takes."""

from math import log
from typing import Final

from detector.evidence import Evidence, Finding, ramp
from detector.evidence.families import machine_findings
from detector.evidence.habit import habitual, structure
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile

PARALLEL_SECONDS: Final = 1.5
"""Usual gap below which calls of one kind overlap: one call takes longer than that."""
SPRAWL: Final = structure("agents_used_once", "had an agent that was not used before")
SWARM: Final = structure("swarms", "set off many calls at once")


def fan_out(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at sessions with ever other agents, at sessions that set off swarms, then at a pool whose calls come faster
    than one agent can make them.
    """
    found = habitual(profile, features, policy, "sprawl", "fan_out", SPRAWL)
    found = found or habitual(profile, features, policy, "swarm", "fan_out", SWARM)
    if found is not None:
        return found
    pool = features.pool
    if pool is None or pool.calls < policy.pool_min_calls or pool.gap_mean > log(PARALLEL_SECONDS):
        return None
    swarm = Finding(
        "structure", "calls_at_once", ramp(pool.gap_mean, log(PARALLEL_SECONDS), log(PARALLEL_SECONDS / 3)),
        PARALLEL_SECONDS, "seconds", None, None, "Calls of one kind overlap: many agents run at once on the same.",
    )  # fmt: skip
    return Evidence(
        "fan_out",
        pool.key,
        pool.lead,
        (swarm, *machine_findings(profile, pool, policy)),
        ("a review panel", "research that fans out on purpose"),
    )
