"""The benchmark's curves as SVG: what each alert budget buys, and how soon gamers are heard of."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from detector.evaluate.against import sources
from detector.evaluate.played import Played
from detector.evaluate.score import at_budget, cases, honest_days, quantile

WIDTH, HEIGHT, MARGIN = 640, 400, 56
"""Pixels."""
NAMESPACE: Final = "http://www.w3.org/2000/svg"
COLOURS: Final = ("#0b6e4f", "#c8553d", "#4f6d9a", "#c9a227", "#7d5ba6", "#5c6b73", "#9a8c98", "#222222")
MOST_ALERTS: Final = 10.0
"""Right end of the budget axis, false alerts per 1,000 honest user-days: ten times what anybody would stand."""
STEPS: Final = 40
"""Points a curve."""

Points = list[tuple[float, float]]


class Chart(msgspec.Struct):
    """Curves over axes that begin at 0; y runs to 1."""

    name: str
    title: str
    x: str
    most: float
    curves: dict[str, Points]


def draw(runs: Sequence[Played], rules: Sequence[Played], directory: Path) -> list[Path]:
    """Write all charts into a directory, which is made; returns their files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in (budget([run for run in runs if run.seed == runs[0].seed], rules), delay(runs)):
        path = directory / f"{chart.name}.svg"
        path.write_text(svg(chart), encoding="utf-8")
        written.append(path)
    return written


def budget(runs: Sequence[Played], rules: Sequence[Played]) -> Chart:
    """Recall of gamers at 25 % and 75 % intensity against the budget of false alerts, for every tool."""
    days = sum(map(honest_days, runs))
    gamers = {(c.played.label, c.workload.key) for run in runs for c in cases(run) if c.workload.intensity >= 0.2}
    curves: dict[str, Points] = {}
    for name, options in sources(runs, rules).items():
        steps = [MOST_ALERTS * i / STEPS for i in range(1, STEPS + 1)]
        curves[name] = [(x, len(at_budget(options, x, days)[1] & gamers) / max(1, len(gamers))) for x in steps]
    return Chart(
        "recall_by_budget", "Recall of gamers at 25 % and 75 % intensity", "false alerts per 1,000 honest user-days",
        MOST_ALERTS, curves,
    )  # fmt: skip


def delay(runs: Sequence[Played]) -> Chart:
    """Share of gamers of whom somebody has heard, against the share of their dollars burned by then."""
    found = [case for run in runs for case in cases(run)]
    curves: dict[str, Points] = {}
    for level in sorted({c.workload.intensity for c in found}):
        some = [c for c in found if c.workload.intensity == level]
        heard = [c.burned for c in some if c.caught]
        steps = [i / STEPS for i in range(STEPS + 1)]
        middle = quantile(heard, 0.5)
        curves[f"{level:.0%} intensity, median {middle:.0%}"] = [
            (x, sum(b <= x for b in heard) / len(some)) for x in steps
        ]
    return Chart("heard_by_burned", "Gamers heard of", "share of their gaming dollars burned", 1.0, curves)


def svg(chart: Chart) -> str:
    """One chart as a picture."""
    head = f'<svg xmlns="{NAMESPACE}" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">'
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return "\n".join([head, paper, *_frame(chart), *_curves(chart), "</svg>\n"])


def _frame(chart: Chart) -> Iterator[str]:
    yield f'<text x="{MARGIN}" y="24" font-size="15">{chart.title}</text>'
    yield f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">{chart.x}</text>'
    for i in range(6):
        x, y = _place(chart, chart.most * i / 5, i / 5)
        yield f'<line x1="{MARGIN}" y1="{y:.1f}" x2="{WIDTH - MARGIN}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{20 * i} %</text>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{chart.most * i / 5:g}</text>'


def _curves(chart: Chart) -> Iterator[str]:
    for number, (name, points) in enumerate(chart.curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*_place(chart, x, y)) for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{WIDTH - MARGIN}" y="{MARGIN + 16 * number}" text-anchor="end" fill="{colour}">{name}</text>'


def _place(chart: Chart, x: float, y: float) -> tuple[float, float]:
    return MARGIN + (WIDTH - 2 * MARGIN) * x / chart.most, HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * y
