"""Evidence to verdict: what it is called, how sure, how grave, and what speaks against it."""

from collections.abc import Sequence
from math import exp, log
from typing import Final

import msgspec

from detector.alert import Category
from detector.cohort import NOBODY, Cohort
from detector.evidence import Evidence, combined
from detector.names import kept_name
from detector.policy import DAY, Policy
from detector.profile import Profile
from detector.work import Strand, Work

RANK: Final[dict[Category, int]] = {"data_quality": 0, "spike": 1, "waste": 2, "tokenmaxxing": 3}
MIN_FAMILIES: Final = 2
"""Independent families that must agree before anybody hears of a person's work (contract)."""
PLAIN: Final[dict[str, Category]] = {"telemetry_fault": "data_quality", "spend_spike": "spike"}
"""Typologies that are what they are, whatever agrees."""
NEWCOMER_SECONDS: Final = 3 * DAY
"""How long somebody is new: until what they do has had two nights and a day to be answered."""
SHARED: Final = {"price": "price_shift", "output": "output_shift", "context": "context_shift"}
"""What a whole cohort can move in, and the feature that says nothing of a person while it does."""


class Verdict(msgspec.Struct, frozen=True):
    """What policy makes of the evidence. `suppressed` names the exclusion that keeps it from becoming an alert."""

    evidence: Evidence
    category: Category
    score: float
    families: tuple[str, ...]
    threshold: float
    suppressed: str | None = None


def decide(
    profile: Profile, at: float, evidence: Sequence[Evidence], policy: Policy, cohort: Cohort = NOBODY
) -> list[Verdict]:
    """The verdicts worth telling, gravest first; evidence below the policy's score is none."""
    faulty = any(e.typology == "telemetry_fault" for e in evidence)
    found = [_judged(profile, _own(item, cohort), policy, cohort) for item in evidence]
    verdicts = [
        msgspec.structs.replace(v, suppressed=_exclusion(profile, at, v, policy, cohort, faulty=faulty))
        for v in found
        if v.score >= v.threshold
        and (len(v.families) >= MIN_FAMILIES or v.category in {"spike", "data_quality"})
        and (v.category != "waste" or _material(profile, v.evidence, policy))
    ]
    return sorted(verdicts, key=lambda v: (-RANK[v.category], -v.score, v.evidence.typology))


def _own(evidence: Evidence, cohort: Cohort) -> Evidence:
    """The evidence without what the whole cohort shows as well: a new price is nobody's doing."""
    shared = {SHARED[kind] for kind in cohort.shifted if kind in SHARED}
    if not shared:
        return evidence
    findings = tuple(finding for finding in evidence.findings if finding.feature not in shared)
    return msgspec.structs.replace(evidence, findings=findings)


def _judged(profile: Profile, evidence: Evidence, policy: Policy, cohort: Cohort) -> Verdict:
    """What the evidence is called and how sure it is, by what labels taught: only gaming and waste are re-ranked."""
    families, score = agreeing(profile, evidence, policy), combined(evidence)
    if (plain := PLAIN.get(evidence.typology)) is not None:
        return Verdict(evidence, plain, score, families, policy.raise_at)
    score = reranked(score, cohort.lessons.opinion(evidence.typology, families))
    least = cohort.lessons.raise_at(policy.raise_at, policy.false_per_1000_days)
    sure = max(least, policy.tokenmaxxing_at)
    if accuse(families) and score >= sure:
        return Verdict(evidence, "tokenmaxxing", score, families, sure)
    return Verdict(evidence, "waste", score, families, least)


def accuse(families: tuple[str, ...]) -> bool:
    """Whether families that agree may be called tokenmaxxing: two at least, one of them yield (contract).

    >>> accuse(("structure", "yield")), accuse(("repetition", "structure")), accuse(("yield",))
    (True, False, False)
    """
    return "yield" in families and len(families) >= MIN_FAMILIES


def agreeing(profile: Profile, evidence: Evidence, policy: Policy) -> tuple[str, ...]:
    """The families of evidence that agree, by name.

    Beside two others that are certain, yield need only be noticed: of a script everything is odd and few ends are
    known. But not in a person's first days, when a watcher's first answers are all that is known of anything.
    """
    noticed = evidence.families(policy.yield_beside)
    agree = {name for name, score in noticed.items() if score >= policy.family_at}
    certain = sum(score >= policy.family_certain for name, score in noticed.items() if name != "yield")
    if "yield" in noticed and certain >= MIN_FAMILIES and profile.last_at - profile.first_at >= NEWCOMER_SECONDS:
        agree.add("yield")
    return tuple(sorted(agree))


def reranked(score: float, opinion: float) -> float:
    """A score moved by log odds.

    >>> reranked(0.7, 0.0), round(reranked(0.7, 1.0), 2), round(reranked(0.7, -1.0), 2)
    (0.7, 0.86, 0.46)
    """
    if not opinion or not 0.0 < score < 1.0:
        return score
    return 1.0 / (1.0 + exp(-log(score / (1.0 - score)) - opinion))


def _material(profile: Profile, evidence: Evidence, policy: Policy) -> bool:
    """Whether anybody need care: no good came of it, and it takes its part of what the person burns."""
    work = evidence.work
    if work is None or evidence.typology == "micro_call_flood":  # a flood is one by its count; tiny calls cost little
        return True
    return work.fruit.good + work.fruit.read < 1 and work.burn >= policy.waste_share * profile.burn


def _exclusion(
    profile: Profile, at: float, verdict: Verdict, policy: Policy, cohort: Cohort, *, faulty: bool
) -> str | None:
    """Why this is nobody's gaming: the first exclusion that holds."""
    evidence = verdict.evidence
    for silence in profile.silences:
        if silence.workload == evidence.key and at < silence.until:
            return f"label_{silence.verdict}"
    if evidence.typology == "telemetry_fault":
        return None
    if faulty:
        return "telemetry_fault"
    if verdict.category == "spike" and "volume" in cohort.shifted:
        return "cohort_shift"
    if any(entry.covers(profile.tenant_id, at) for entry in policy.calendar):
        return "calendar"
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
