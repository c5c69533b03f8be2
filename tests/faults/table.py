"""The table of faults: one row each, printed at the end of whatever pytest run held any."""

from collections.abc import Iterable
from typing import NamedTuple

HEAD = ("fault", "injected", "records", "lost", "doubled", "recovery (s)")


class Row(NamedTuple):
    """What one fault came to. `seconds`: the longest from a fault to a worker that is ready again, where that is
    something to wait for.
    """

    fault: str
    injected: int
    records: int
    lost: int
    doubled: int
    seconds: float | None
    note: str = ""


def lines(rows: Iterable[Row]) -> list[str]:
    """The table, as Markdown, with its sums."""
    rows = list(rows)
    times = [row.seconds for row in rows if row.seconds is not None]
    total = Row("all", *(sum(row[at] for row in rows) for at in range(1, 5)), max(times, default=None))
    cells = [HEAD, *map(_cells, [*rows, total])]
    widths = [max(len(row[at]) for row in cells) for at in range(len(HEAD))]
    told = [_line(row, widths) for row in cells]
    first, *rest = widths
    told.insert(1, f"|{'-' * (first + 2)}|{'|'.join('-' * (width + 1) + ':' for width in rest)}|")
    return told


def _cells(row: Row) -> tuple[str, ...]:
    fault = f"{row.fault}: {row.note}" if row.note else row.fault
    seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
    return (fault, *(f"{number:,}" for number in row[1:5]), seconds)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    figures = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return f"| {row[0].ljust(widths[0])} | {' | '.join(figures)} |"
