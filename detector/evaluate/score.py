"""Alerts against truth: who was caught, who was wrongly named, how soon, and what a threshold would have bought."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Literal

import msgspec

from detector.evaluate.played import Named, Peak, Played, Story, Telling, Trace
from detector.evaluate.truth import User, Workload
from detector.policy import DAY

Fate = Literal["caught", "astray", "early", "false"]
"""What a `tokenmaxxing` alert was: about the gaming; about a gamer's honest work; about a gamer before they began;
about an honest person. The last two are false alerts."""

PERSONAL = frozenset({"tokenmaxxing", "waste", "spike"})
"""Categories that speak of a person's work."""

Gaming = Sequence[tuple[Workload, Trace]]
"""One person's gaming workloads: empty for honest people."""

Z95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion; the whole range when nothing was tried.

    >>> [round(bound, 3) for bound in wilson(9, 10)]
    [0.596, 0.982]
    """
    if not trials:
        return 0.0, 1.0
    p, z2 = hits / trials, Z95 * Z95
    middle = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 * sqrt(p * (1 - p) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(values: Iterable[float], q: float) -> float:
    """The nearest-rank quantile, NaN of nothing.

    >>> quantile([3.0, 1.0, 2.0], 0.5), quantile([1.0], 0.9)
    (2.0, 1.0)
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else float("nan")


def names(named: Named, trace: Trace) -> bool:
    """Whether the work that is named is the gaming: judged by the narrowest name given, from session to project."""
    if named.session_id is not None:
        return named.session_id in trace.sessions
    if named.root_id is not None:
        return named.root_id in trace.roots
    if named.template_hash is not None:
        return named.template_hash in trace.templates
    return any(named.agent in {None, agent} and named.project in {None, project} for agent, project in trace.lines)


def right(story: Story, workload: Workload, trace: Trace) -> Telling | None:
    """The first publication that is about the gaming, after it began."""
    onset = workload.onset.timestamp()
    told = (t for t in story.tellings if t.category == "tokenmaxxing" and t.at >= onset)
    return next((t for t in told if names(t.named, trace)), None)


def fate(story: Story, gaming: Gaming) -> Fate | None:
    """What a story with a `tokenmaxxing` alert was; None for stories without one."""
    first = story.first("tokenmaxxing")
    if first is None:
        return None
    if not gaming:
        return "false"
    if any(right(story, *pair) for pair in gaming):
        return "caught"
    return "early" if first.at < onset_of(gaming) else "astray"


def onset_of(gaming: Gaming) -> float:
    """When a person began to game, Unix seconds; never for honest people."""
    return min((workload.onset.timestamp() for workload, _ in gaming), default=float("inf"))


class Case(msgspec.Struct):
    """One gaming workload and how it ended: `first` is None for a miss. Delays count from its first call."""

    played: Played
    workload: Workload
    first: Telling | None
    alerts: int
    events: int = 0
    hours: float = 0.0
    burned: float = 1.0
    """Share of the workload's dollars burned before the first alert, 0-1."""

    @property
    def caught(self) -> bool:
        """Whether anybody heard of it."""
        return self.first is not None


def cases(played: Played) -> list[Case]:
    """All pageable workloads of a world with their first right alert."""
    stories: dict[User, list[Story]] = {}
    for story in played.stories:
        stories.setdefault(story.user, []).append(story)
    found = []
    for workload, trace in zip(played.workloads, played.traces, strict=True):
        if workload.pageable:
            told = [t for s in stories.get(workload.key, ()) if (t := right(s, workload, trace))]
            first = min(told, key=lambda t: t.at, default=None)
            found.append(_timed(Case(played, workload, first, len(told)), trace))
    return found


def _timed(case: Case, trace: Trace) -> Case:
    if case.first is not None:
        case.events = bisect_right(trace.at, case.first.at)
        case.hours = (case.first.at - case.workload.onset.timestamp()) / 3600
        case.burned = sum(trace.burn[: case.events]) / (sum(trace.burn) or 1.0)
    return case


def honest_days(played: Played) -> int:
    """Active days of honest people: the denominator of every false-alert rate, and the strict one."""
    return sum(played.active_days.get(p.key, 0) for p in played.people if p.honest)


def false_alerts(played: Played) -> list[Story]:
    """`tokenmaxxing` alerts about honest people, or about gamers before they began."""
    gaming = played.gaming
    return [s for s in played.stories if fate(s, gaming.get(s.user, ())) in {"false", "early"}]


class Candidate(msgspec.Struct, array_like=True):
    """The best that one workload key, or one person's day, reached: a threshold turns it into an alert or not."""

    score: float
    user: tuple[str, User]
    wrong: bool


def candidates(runs: Sequence[Played]) -> list[Candidate]:
    """What the judgement's evidence would raise at any threshold."""
    found: list[Candidate] = []
    for run in runs:
        best: dict[tuple[User, str, bool], float] = {}
        gaming = run.gaming
        for peak in run.peaks:
            wrong = _wrong(peak, gaming.get(peak.user, ()))
            if peak.gaming and peak.suppressed is None and wrong is not None:
                place = peak.user, peak.key, wrong
                best[place] = max(best.get(place, 0.0), peak.score)
        found += [Candidate(score, (run.label, user), wrong) for (user, _, wrong), score in best.items()]
    return found


def _wrong(peak: Peak, gaming: Gaming) -> bool | None:
    """True for a false alert, False for a right one, None for a gamer's honest work after onset."""
    if peak.at < onset_of(gaming):
        return True
    return False if any(names(peak.named, trace) for _, trace in gaming) else None


def daily(runs: Sequence[Played], name: str) -> list[Candidate]:
    """What a baseline would raise at any threshold: a person's day is one alert."""
    found = []
    for run in runs:
        gaming = run.gaming
        for user, day, score in run.baselines[name]:
            wrong = (day + 1) * DAY <= onset_of(gaming.get(user, ()))
            found.append(Candidate(score, (run.label, user), wrong))
    return found


def at_budget(found: list[Candidate], budget: float, days: int) -> tuple[float, set[tuple[str, User]]]:
    """The lowest threshold that spends at most `budget` false alerts per 1,000 of `days`, and whom it catches."""
    wrong = sorted((c.score for c in found if c.wrong), reverse=True)
    allowed = int(budget * days / 1000)
    bar = wrong[allowed] if len(wrong) > allowed else 0.0  # the first one too many: scores must lie above it
    return bar, {c.user for c in found if not c.wrong and c.score > bar}
