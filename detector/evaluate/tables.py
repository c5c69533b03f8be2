"""Tables for a terminal and for a file."""

import sys

import msgspec
from rich.console import Console
from rich.table import Table as RichTable


class Table(msgspec.Struct):
    """A title, columns, rows of text, and one line below."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    note: str = ""


def show(table: Table) -> None:
    """Print it: drawn on a terminal, aligned text elsewhere."""
    if sys.stdout.isatty():
        drawn = RichTable(title=table.title, caption=table.note or None, title_justify="left")
        for number, column in enumerate(table.columns):
            drawn.add_column(column, justify="right" if number and _numeric(table, number) else "left")
        for row in table.rows:
            drawn.add_row(*row)
        Console().print(drawn)
        return
    sys.stdout.write(plain(table) + "\n")


def plain(table: Table) -> str:
    """The table as aligned text.

    >>> print(plain(Table("T", ["name", "n"], [["a", "10"], ["bcd", "2"]])))
    ## T
    name   n
    a     10
    bcd    2
    """
    lines = [table.columns, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    right = [_numeric(table, i) for i in range(len(table.columns))]
    text = [
        "  ".join(
            cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([f"## {table.title}", *text, *([table.note] if table.note else [])])


def _numeric(table: Table, column: int) -> bool:
    return all(row[column][:1].isdigit() or row[column] in {"", "-", "nan"} for row in table.rows)
