"""What a person is told while a long replay runs: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

EVERY: Final = 100_000
"""Records between two lines where there is no terminal: about ten seconds."""
BAR_EVERY: Final = 2_000
"""Records between two moves of the bar: about five a second."""


def size_of(inputs: Iterable[str]) -> int | None:
    """Bytes of all files together; None where standard input is one, whose size nobody knows."""
    paths = list(inputs)
    return None if "-" in paths else sum(Path(path).stat().st_size for path in paths)


class Told:
    """Progress over inputs of a total size (bytes of files, records of a topic; None: unknown), on stderr."""

    def __init__(self, total: int | None) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=total)
        self._every = BAR_EVERY if console.is_terminal else EVERY
        self._records = 0
        self._read: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def position(self, name: str, read: int) -> None:
        """So much of an input was read by now."""
        self._read[name] = read

    def one(self, counts: Mapping[str, int]) -> None:
        """One more record."""
        self._records += 1
        if self._records % self._every:
            return
        text = f"{self._records:,} records, {counts.get('alerts', 0):,} alerts"
        if self._bar.disable:
            click.echo(text, err=True)
        else:
            self._bar.update(self._task, completed=sum(self._read.values()), description=text)
