"""Charts as inline SVG: no scripts, colours from the page's style sheet, a sentence for those who can't see them."""

from collections.abc import Sequence
from html import escape
from typing import Final

from detector.report.model import Adoption, Share, TrendWeek
from detector.report.words import interval, percent

WIDTH: Final = 880
LEFT: Final = 110
RIGHT: Final = 20
LABELS: Final = 9
"""Most week names along an axis: more would touch."""


def active_against_target(adoption: Adoption) -> str:
    """Raw and authentic active share, each with its interval, and the target as a line."""
    rows = (("All use", "raw", adoption.raw, 40), ("Authentic use", "real", adoption.authentic, 80))
    goal = _x(adoption.target)
    body = [*_scale(20, 104), _line("goal", goal, 20, goal, 104)]
    body.append(_text(goal, 12, f"target {percent(adoption.target)}", "middle", "goal-name"))
    for title, kind, share, y in rows:
        body.append(_text(LEFT - 14, y + 4, title, "end", "name"))
        body.append(_line(f"{kind}-line", _x(share.low), y, _x(share.high), y))
        body += [_line(f"{kind}-line", _x(end), y - 6, _x(end), y + 6) for end in (share.low, share.high)]
        body.append(f'<circle class="{kind}-dot" cx="{_x(share.value):.1f}" cy="{y}" r="6"/>')
    said = "; ".join(f"{title} {_said(share)}" for title, _, share, _ in rows)
    return _svg(126, f"{said}; target {percent(adoption.target)}", body)


def shares_over_time(trend: Sequence[TrendWeek], target: float) -> str:
    """Raw and authentic active share, week by week."""
    axis = _Weeks([at.week for at in trend], low=0.0)
    raw, real = ([getattr(at.adoption, kind).value for at in trend] for kind in ("raw", "authentic"))
    goal = axis.y(target)
    body = [*axis.frame(), _line("goal", LEFT, goal, WIDTH - RIGHT, goal)]
    body.append(_text(LEFT + 4, goal - 6, f"target {percent(target)}", "start", "goal-name"))
    body += [*axis.path("raw", raw), *axis.path("real", real)]
    said = f"Active share from {trend[0].week} to {trend[-1].week}: all use {percent(raw[0])} to {percent(raw[-1])}, "
    return _svg(axis.height, f"{said}authentic use {percent(real[0])} to {percent(real[-1])}", body)


def index_over_time(trend: Sequence[TrendWeek]) -> str:
    """The authenticity index week by week, its interval as a band. Weeks without spending are left out."""
    known = [at for at in trend if at.index.value is not None]
    values = [at.index.value or 0.0 for at in known]
    lows, highs = [at.index.low or 0.0 for at in known], [at.index.high or 0.0 for at in known]
    axis = _Weeks([at.week for at in known], low=min(0.8, min(lows, default=0.0)))
    up = [f"{axis.x(n):.1f},{axis.y(value):.1f}" for n, value in enumerate(highs)]
    down = [f"{axis.x(n):.1f},{axis.y(value):.1f}" for n, value in enumerate(lows)]
    body = [*axis.frame(), f'<polygon class="band" points="{" ".join(up + down[::-1])}"/>', *axis.path("real", values)]
    said = "; ".join(f"{at.week} {percent(value)}" for at, value in zip(known, values, strict=True))
    return _svg(axis.height, f"Authenticity index: {said}", body)


def bar(raw: float, authentic: float, most: float) -> str:
    """One row's raw amount with the authentic part before it; `most` is the longest bar's."""
    full, real = (100 * amount / most if most else 0.0 for amount in (raw, authentic))
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="raw-bar" x="0" y="0" width="{full:.2f}" height="10"/>'
        f'<rect class="real-bar" x="0" y="2" width="{real:.2f}" height="6"/></svg>'
    )


class _Weeks:
    """An axis of weeks against shares from `low` to 1."""

    height: Final = 236
    top: Final = 20
    bottom: Final = 200

    def __init__(self, weeks: Sequence[str], low: float) -> None:
        self._weeks = weeks
        self._low = int(low * 5) / 5

    def x(self, number: int) -> float:
        room = WIDTH - RIGHT - LEFT - 40
        return LEFT + 20 + (room * number / (len(self._weeks) - 1) if len(self._weeks) > 1 else room / 2)

    def y(self, value: float) -> float:
        value = max(value, self._low)
        return self.bottom - (value - self._low) / (1 - self._low) * (self.bottom - self.top)

    def frame(self) -> list[str]:
        ticks = [self._low + (1 - self._low) * n / 4 for n in range(5)]
        told = [_line("grid", LEFT, self.y(tick), WIDTH - RIGHT, self.y(tick)) for tick in ticks]
        told += [_text(LEFT - 14, self.y(tick) + 4, percent(tick), "end") for tick in ticks]
        every = -(-len(self._weeks) // LABELS)
        last = len(self._weeks) - 1
        return told + [
            _text(self.x(n), self.bottom + 24, week, "middle")
            for n, week in enumerate(self._weeks)
            if (last - n) % every == 0
        ]

    def path(self, kind: str, values: Sequence[float]) -> list[str]:
        places = [(self.x(n), self.y(value)) for n, value in enumerate(values)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dots = [f'<circle class="{kind}-dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
        return [f'<polyline class="{kind}-line" points="{points}"/>', *dots]


def _scale(top: float, bottom: float) -> list[str]:
    told = []
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        told.append(_line("grid", _x(tick), top, _x(tick), bottom))
        told.append(_text(_x(tick), bottom + 18, percent(tick), "middle"))
    return told


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "tick") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _said(share: Share) -> str:
    return f"{percent(share.value)} ({interval(share.low, share.high)})"


def _svg(height: int, said: str, body: Sequence[str]) -> str:
    label = escape(said)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(body)}</svg>'
