"""Evidence: what one typology sees in the features, family by family.

A typology is a function `(profile, features, policy) -> Evidence | None` in a file of its own name. It returns None at
once where its gate is not passed, which for honest work is nearly always.
"""

from math import lgamma

import msgspec

from detector.work import Work


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One observation that speaks for a typology: how odd (0-1), how much, and against what."""

    family: str
    feature: str
    score: float
    value: float
    unit: str
    baseline: float | None
    cohort: float | None
    text: str


class Evidence(msgspec.Struct, frozen=True):
    """What a typology found. `key` names the workload: one workload, one alert."""

    typology: str
    key: str
    work: Work | None
    findings: tuple[Finding, ...]
    could_also_be: tuple[str, ...] = ()

    def families(self, floor: float) -> dict[str, float]:
        """The best score of each family that reaches the floor."""
        best: dict[str, float] = {}
        for f in self.findings:
            if f.score >= floor and f.score > best.get(f.family, 0.0):
                best[f.family] = f.score
        return best


FAMILY_WEIGHT = {
    "repetition": 0.4, "timing": 0.5, "structure": 0.6, "threshold": 0.5,
    "yield": 0.6, "coordination": 0.6, "volume": 0.6,
}  # fmt: skip
"""What one certain family is worth. Independent witnesses add up as 1 - (1-w)(1-w')...: repetition and yield 0.76,
structure and yield 0.84, all three 0.90. Tuned."""


def combined(evidence: Evidence) -> float:
    """One score, 0-1, of all findings: the chance that not every family of witnesses errs.

    >>> f = Finding("timing", "gap_regularity", 1.0, 0.1, "", None, None, "")
    >>> combined(Evidence("unproductive_loop", "k", None, (f,)))
    0.5
    """
    miss = 1.0
    for family, score in evidence.families(0.0).items():
        miss *= 1.0 - FAMILY_WEIGHT[family] * score
    return 1.0 - miss


def beta_binomial(yes: float, no: float, a: float, b: float) -> float:
    """Log chance of so many yes and no in one order, if their share has the prior Beta(a, b).

    >>> round(beta_binomial(1, 0, 1.0, 1.0), 3)
    -0.693
    """
    return lgamma(yes + a) + lgamma(no + b) + lgamma(a + b) - lgamma(yes + no + a + b) - lgamma(a) - lgamma(b)


def ramp(x: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, straight between; `high` below `low` ramps downwards.

    >>> ramp(0.5, 0.0, 1.0), ramp(3, 4, 2), ramp(9, 0, 1)
    (0.5, 0.5, 1.0)
    """
    return min(1.0, max(0.0, (x - low) / (high - low)))
