"""An agent that goes round: many steps without a person, the same work again, an even beat, nothing gained."""

from detector.evidence import Evidence
from detector.evidence.families import poor_yield, regularity, repetition, unattended_run
from detector.features import Features
from detector.policy import Policy
from detector.profile import Profile


def unproductive_loop(profile: Profile, features: Features, policy: Policy) -> Evidence | None:
    """Looks at the session, and at the line of work for loops that open a new session every time."""
    for work in (features.session, features.line):
        if work is None or work.auto_calls < policy.loop_min_calls:
            continue
        repeated = repetition(work)
        if repeated.score <= 0.0:
            continue
        findings = (repeated, regularity(work), unattended_run(work, policy))
        found = poor_yield(profile, work, features.at, policy)
        return Evidence(
            "unproductive_loop",
            features.line_key,
            work,
            (*findings, found) if found else findings,
            ("a build-and-fix loop that has not converged yet", "a client that repeats a request by mistake"),
        )
    return None
