"""Cadence on real people and real bots: who is one (RSC), and when one takes over an account (splice).

Both score with `tests.realdata.variety`; nothing is fitted to these labels but the choice of what to add up.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import log
from typing import Any

from detector.evaluate.score import quantile
from detector.evaluate.tables import Table
from tests.realdata.source import loader
from tests.realdata.variety import Variety

CLEAN_ALARMED = 0.04
"""Share of clean users whose whole life may hold one alarm (the yardstick's)."""
SIZE = (3.5, 1.4)
GAP = (7.0, 2.7)
"""Mean and spread of log tokens a message and log seconds between messages, of people: broad, and soon outweighed."""
GAP_WEIGHT = 0.3
"""What a changed rhythm counts beside changed sizes: people's hours change, their way to write hardly does."""
WARM_UP = 60
"""Events before anything can be said to have changed."""


def auc(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The chance that a bot scores above a person; ties count half.

    >>> auc([0.1, 0.4, 0.4, 0.9], [0, 0, 1, 1])
    0.875
    """
    bots = [s for s, y in zip(scores, labels, strict=True) if y]
    people = [s for s, y in zip(scores, labels, strict=True) if not y]
    won = sum((b > p) + 0.5 * (b == p) for b in bots for p in people)
    return won / (len(bots) * len(people))


def sameness(events: Sequence[dict[str, Any]]) -> float:
    """How little variety there is in sizes and pauses: minus their entropies, in nats."""
    size, gap = Variety(), Variety()
    for number, event in enumerate(events):
        size.update(log(1 + event["extra"]["length"]))
        if number:
            gap.update(log(max(1.0, event["t"] - events[number - 1]["t"])))
    return -size.entropy - gap.entropy


def rsc(events: int) -> float:
    """AUC of bots against people after so many events of each account."""
    scores, labels = [], []
    for _, group in groupby(loader("rsc_reddit").events(), key=lambda e: e["user"]):
        told = list(group)
        scores.append(sameness(told[:events]))
        labels.append(told[0]["label"])
    return auc(scores, labels)


def surprises(events: Sequence[dict[str, Any]]) -> list[float]:
    """After each event, how far sizes and rhythm have left what was usual for this account, in nats."""
    size, gap, told = Variety(), Variety(), [0.0]
    for before, event in pairwise(events):
        size.update(log(1 + event["prompt_tokens"]))
        gap.update(log(max(1.0, event["t"] - before["t"])))
        late = size.n >= WARM_UP
        told.append(size.surprise(*SIZE) + GAP_WEIGHT * gap.surprise(*GAP) if late else 0.0)
    return told


def splice() -> tuple[float, float, int]:
    """Recall of take-overs with 4 % of clean users alarmed, the median delay in events, and how many there are.

    An account that alarms before its take-over is not caught.
    """
    clean, taken = [], []
    for _, group in groupby(loader("splice").events(), key=lambda e: e["user"]):
        events = list(group)
        told, onset = surprises(events), events[0]["extra"]["onset"]
        if onset is None:
            clean.append(max(told))
        else:
            taken.append((max(told[:onset]), told[onset:]))
    bar = sorted(clean, reverse=True)[int(CLEAN_ALARMED * len(clean))]
    delays = [
        1 + next(n for n, score in enumerate(after) if score > bar)
        for before, after in taken
        if before <= bar and max(after) > bar
    ]
    return len(delays) / len(taken), quantile(delays, 0.5), len(taken)


def table() -> Table:
    """Both, beside their yardsticks."""
    recall, delay, count = splice()
    rows = [
        ["RSC Reddit", "AUC, bots against people, after 50 events", f"{rsc(50):.3f}", ".93"],
        ["RSC Reddit", "the same after 100 events", f"{rsc(100):.3f}", ".996"],
        ["splice", f"recall of {count} take-overs, 4 % of clean users alarmed", f"{recall:.3f}", ".41"],
        ["splice", "median delay in events", f"{delay:.0f}", "50"],
    ]
    return Table("Cadence on real accounts", ["data", "measure", "figure", "yardstick"], rows)
