"""The report for a terminal: colours where there is one, plain lines elsewhere."""

import io
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detector.report.model import Report, Row, TenantFigures
from detector.report.words import TRAILING, interval, is_early, percent, shown

WIDTH: Final = 110
"""Columns of the plain form: fits a mail and a terminal."""


def told(report: Report, *, colour: bool) -> str:
    """The whole report as text, with terminal colours or without."""
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=colour, no_color=not colour, highlight=False, width=None if colour else WIDTH
    )
    console.print(f"[bold]Adoption, week {report.week}[/] ({report.begins} to {report.ends}, UTC)")
    for tenant in report.tenants:
        _tenant(console, tenant)
    _list(console, "How the figures are made", report.method)
    console.print(
        f"\n[dim]Authentic or not: {escape(report.judged_by.how)}; detector {report.judged_by.detector_version}[/]"
    )
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _tenant(console: Console, tenant: TenantFigures) -> None:
    _list(console, f"Tenant {shown(tenant.tenant_id)}", tenant.findings)
    if len(tenant.trend) > 1:
        _trend(console, tenant)
    _board(console, "Largest spenders (dollars)", tenant.leaderboard_usd, "{:,.2f}")
    _board(console, "Largest users (tokens)", tenant.leaderboard_tokens, "{:,.0f}")
    if tenant.teams:
        _teams(console, tenant)
        _calibration(console, tenant)
    _list(console, "What these figures can't say", tenant.limits)


def _list(console: Console, title: str, sentences: Sequence[str]) -> None:
    console.print(f"\n[bold]{escape(title)}[/]")
    for sentence in sentences:
        table = Table.grid(padding=(0, 1))
        table.add_row(" -", escape(sentence))
        console.print(table)


def _table(title: str, *columns: str) -> Table:
    """A table whose first column is a name and whose other ones are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _trend(console: Console, tenant: TenantFigures) -> None:
    table = _table("Week by week", "week", "active", "raw", "authentic", "index", "interval", "dollars")
    for at in tenant.trend:
        index = at.index
        table.add_row(
            at.week + "*" * (at.trailing_weeks < TRAILING),
            f"{at.adoption.raw.count:,}", percent(at.adoption.raw.value), percent(at.adoption.authentic.value),
            "-" if index.value is None else percent(index.value),
            "-" if index.low is None or index.high is None else interval(index.low, index.high),
            f"{index.raw_usd:,.2f}",
        )  # fmt: skip
    console.print()
    console.print(table)
    if is_early(tenant.trend):
        console.print(" * few people are known yet: the shares read high\n")


def _board(console: Console, title: str, rows: Sequence[Row], form: str) -> None:
    table = _table(title, "person", "team", "raw", "authentic", "rank", "authentic rank")
    for row in rows:
        table.add_row(
            escape(shown(row.user_id)), escape(shown(row.team_id or "-")), form.format(row.raw),
            form.format(row.authentic), str(row.raw_rank), str(row.authentic_rank),
        )  # fmt: skip
    console.print(table)


def _teams(console: Console, tenant: TenantFigures) -> None:
    table = _table("Teams of five or more", "team", "people", "dollars raw", "authentic", "rank", "authentic rank")
    for row in tenant.teams:
        table.add_row(
            escape(shown(row.team_id)), f"{row.people:,}", f"{row.raw_usd:,.2f}", f"{row.authentic_usd:,.2f}",
            str(row.raw_rank), str(row.authentic_rank),
        )  # fmt: skip
    console.print(table)


def _calibration(console: Console, tenant: TenantFigures) -> None:
    table = _table("Peer calibration", "team", "weeks", "gap (MADs)", "variance", "p")
    for row in tenant.calibration:
        if row.p_value is None:
            table.add_row(escape(shown(row.team_id)), str(row.windows), row.note or "-", "", "")
        else:
            table.add_row(
                escape(shown(row.team_id)),
                str(row.windows),
                f"{row.gap_mads:.2f}",
                f"{row.gap_variance:.2f}",
                f"{row.p_value:.3f}",
            )
    console.print(table)
