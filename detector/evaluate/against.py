"""The detector beside today's tools, each at the threshold that spends the same budget of false alerts."""

from collections.abc import Iterable, Sequence

from detector.evaluate.baselines import top_rank
from detector.evaluate.played import Played
from detector.evaluate.score import Candidate, Case, at_budget, candidates, cases, daily, honest_days
from detector.evaluate.tables import Table

BUDGETS = (0.5, 1.0)
"""False `tokenmaxxing` alerts per 1,000 honest user-days: the floor's and the default budget."""


def against(runs: Sequence[Played], rules: Sequence[Played]) -> Table:
    """Recall at equal budgets, thresholds set with the truth in hand; `rules` are the same worlds without River."""
    return _table("Recall at a budget of false alerts per 1,000 honest user-days", runs, sources(runs, rules))


def sources(runs: Sequence[Played], rules: Sequence[Played]) -> dict[str, list[Candidate]]:
    """What the detector, its rules without River, and every baseline would raise, at any threshold."""
    for run in runs:
        if "daily cap" in run.baselines:
            run.baselines["top rank"] = top_rank(run.baselines["daily cap"])
    own = {"detector": candidates(runs)} | ({"rules only": candidates(rules)} if rules else {})
    return own | {name: daily(runs, name) for name in runs[0].baselines}


def _table(title: str, runs: Sequence[Played], options: dict[str, list[Candidate]]) -> Table:
    days = sum(map(honest_days, runs))
    found = [case for run in runs for case in cases(run)]
    rows = []
    for name, some in options.items():
        for budget in BUDGETS:
            bar, caught = at_budget(some, budget, days)
            rows.append([name, f"{budget:g}", f"{bar:,.3f}", *_recall(found, caught)])
    return Table(title, ["", "budget", "threshold", "25+75 % plain", "25+75 % evasive", "5 %"], rows)


def _recall(found: Sequence[Case], caught: set[tuple[str, tuple[str, str]]]) -> Iterable[str]:
    for some in (
        [c for c in found if c.workload.intensity >= 0.2 and not c.workload.hidden],
        [c for c in found if c.workload.intensity >= 0.2 and c.workload.hidden],
        [c for c in found if c.workload.intensity < 0.2],
    ):
        hits = sum((c.played.label, c.workload.key) in caught for c in some)
        yield f"{hits / len(some):.0%}" if some else "-"
