"""Evidence to verdict: what it is called, how sure, how grave, and what speaks against it."""

from collections.abc import Sequence
from typing import Final

import msgspec

from detector.alert import Category
from detector.evidence import Evidence, combined
from detector.names import kept_name
from detector.policy import Policy
from detector.profile import Profile
from detector.work import Strand, Work

RANK: Final[dict[Category, int]] = {"data_quality": 0, "spike": 1, "waste": 2, "tokenmaxxing": 3}
MIN_FAMILIES: Final = 2
"""Independent families that must agree before anybody hears of a person's work (contract)."""


class Verdict(msgspec.Struct, frozen=True):
    """What policy makes of the evidence. `suppressed` names the exclusion that keeps it from becoming an alert."""

    evidence: Evidence
    category: Category
    score: float
    families: tuple[str, ...]
    suppressed: str | None = None


def decide(profile: Profile, at: float, evidence: Sequence[Evidence], policy: Policy) -> list[Verdict]:
    """The verdicts worth telling, gravest first; evidence below the policy's score is none."""
    faulty = any(e.typology == "telemetry_fault" for e in evidence)
    verdicts = []
    for item in evidence:
        families = tuple(sorted(item.families(policy.family_at)))
        category = _category(item, families)
        score = combined(item)
        enough = len(families) >= MIN_FAMILIES or category in {"spike", "data_quality"}
        if not enough or score < policy.raise_at or (category == "waste" and not _material(profile, item, policy)):
            continue
        reason = _exclusion(profile, at, item, policy, faulty=faulty)
        verdicts.append(Verdict(item, category, score, families, reason))
    return sorted(verdicts, key=lambda v: (-RANK[v.category], -v.score, v.evidence.typology))


def _category(evidence: Evidence, families: tuple[str, ...]) -> Category:
    if evidence.typology == "telemetry_fault":
        return "data_quality"
    if evidence.typology == "spend_spike":
        return "spike"
    return "tokenmaxxing" if "yield" in families and len(families) >= MIN_FAMILIES else "waste"


def _material(profile: Profile, evidence: Evidence, policy: Policy) -> bool:
    """Whether anybody need care: no good came of it, and it takes its part of what the person burns."""
    work = evidence.work
    if work is None or evidence.typology == "micro_call_flood":  # a flood is one by its count; tiny calls cost little
        return True
    return work.fruit.good < 1 and work.burn >= policy.waste_share * profile.burn


def _exclusion(profile: Profile, at: float, evidence: Evidence, policy: Policy, *, faulty: bool) -> str | None:
    """Why this is nobody's gaming: the first exclusion that holds."""
    for silence in profile.silences:
        if silence.workload == evidence.key and at < silence.until:
            return f"label_{silence.verdict}"
    if evidence.typology == "telemetry_fault":
        return None
    if faulty:
        return "telemetry_fault"
    return _sanctioned(evidence.work, policy)


def _sanctioned(work: Work | None, policy: Policy) -> str | None:
    grounds = {"registered_project": work is not None and work.project in map(kept_name, policy.registered_projects)}
    if isinstance(work, Strand):
        grounds |= {
            "service_identity": work.identity == "service",
            "ci": work.trigger == "ci",
            "registered_template": work.template_hash in policy.registered_templates,
        }
    return next((ground for ground, holds in grounds.items() if holds), None)
