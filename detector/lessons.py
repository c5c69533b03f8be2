"""What labels teach about alerts of their kind: whether they are right, and how high a score they need."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from river.naive_bayes import BernoulliNB

SCORE_BINS: Final = 20
"""Steps of 0.05 in which scores of labelled alerts are counted."""
HIGHEST: Final = 1.0 - 0.5 / SCORE_BINS
"""The highest score that labels can ask for: what nobody doubts is told whatever they say."""
LABEL_WEIGHT: Final = 8.0
"""Labels worth as much as none: an opinion of two people moves little."""
LABEL_CAP: Final = 2.0
"""Log odds that labels can move a score by at most: they re-rank, they don't judge."""


def kind_of(score: float, typology: str, families: list[str]) -> str:
    """What a label is counted by: its alert's score in twentieths, its typology and its families.

    >>> kind_of(0.76, "low_yield_burn", ["structure", "yield"])
    '15/low_yield_burn/structure+yield'
    """
    return f"{int(score * SCORE_BINS)}/{typology}/{'+'.join(families)}"


class Lessons(msgspec.Struct, frozen=True, kw_only=True):
    """What people said of the alerts of a tenant's closed days. Without any labels it changes nothing."""

    days: int = 0
    """Person-days that the labels are of."""
    mistaken: dict[int, int] = {}
    """Labels that an alert was wrong, by its score in twentieths."""
    labels: int = 0
    teacher: Any = None
    """What labels taught, River's `BernoulliNB`: whether an alert of a typology and of such families is genuine."""

    def opinion(self, typology: str, families: Iterable[str]) -> float:
        """Log odds that the labels of other alerts add to a score: above 0 where people confirmed the like of it."""
        if self.teacher is None:
            return 0.0
        odds = _odds(self.teacher.predict_proba_one(_traits(typology, families)).get(True, 0.5))
        return max(-LABEL_CAP, min(LABEL_CAP, odds * self.labels / (self.labels + LABEL_WEIGHT)))

    def raise_at(self, least: float, budget: float) -> float:
        """The score to alert from: `least`, or more where labels say that more than `budget` false alerts came in 1,000
        person-days.
        """
        allowed = max(1.0, budget * self.days / 1000.0)
        over, needed = sum(self.mistaken.values()), 0.0
        for step in sorted(self.mistaken):
            if over <= allowed:
                break
            over -= self.mistaken[step]
            needed = (step + 1) / SCORE_BINS
        return max(least, min(needed, HIGHEST))


UNTAUGHT: Final = Lessons()
"""Before any label."""


def taught(labels: Mapping[str, int], days: int) -> Lessons:
    """What so many labels of each verdict and kind (`kind_of`) teach, of so many person-days."""
    return Lessons(days=days, mistaken=_mistaken(labels), labels=sum(labels.values()), teacher=_teacher(labels))


def _mistaken(labels: Mapping[str, int]) -> dict[int, int]:
    wrong: Counter[int] = Counter()
    for detail, count in labels.items():
        verdict, step, *_ = detail.split("/")
        if verdict == "false_alarm":
            wrong[int(step)] += count
    return dict(wrong)


def _teacher(labels: Mapping[str, int]) -> "BernoulliNB | None":
    """The model after all labels; it counts, so their order does not matter."""
    if not labels:
        return None
    from river.naive_bayes import BernoulliNB  # noqa: PLC0415 - 80 MiB and a second of start, for whoever has labels

    teacher = BernoulliNB(alpha=1.0)
    for genuine in (True, False):
        teacher.learn_one({}, genuine)  # it starts undecided
    for detail, count in sorted(labels.items()):
        verdict, _, typology, families = detail.split("/")
        for _ in range(count):
            teacher.learn_one(_traits(typology, families.split("+")), verdict == "confirmed")
    return teacher


def _traits(typology: str, families: Iterable[str]) -> dict[str, bool]:
    return {typology: True} | dict.fromkeys(families, True)


def _odds(share: float) -> float:
    return log(max(share, 1e-6) / max(1.0 - share, 1e-6))
