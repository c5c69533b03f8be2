"""What every fault is given: a world on the run's shared servers, and a toll that judges it and writes its row."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.edge import conftest as edge
from tests.edge.truth import Judgement, judged
from tests.edge.world import World
from tests.faults.table import Row, lines
from tests.notify import conftest as notify

ROWS = pytest.StashKey[list[Row]]()
Toll = Callable[..., None]
world, bridge, hook = edge.world, notify.bridge, notify.hook
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a fault, and takes its time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("faults")
            item.add_marker("slow")


@pytest.fixture
def toll(request: pytest.FixtureRequest) -> Toll:
    """Judge a world by the offline replay, write the row, and fail if anything was lost, doubled or wrong."""
    rows = request.config.stash.setdefault(ROWS, [])

    def write(
        fault: str, injected: int, records: int, seconds: float | None = None, *,
        world: World | None = None,
        found: Judgement | None = None, note: str = "",
    ) -> None:  # fmt: skip
        """Pass the world to be judged, or what was found where the replay of the whole topic is not the measure."""
        judgement = found or (judged(world, records) if world else Judgement(0, 0, []))
        rows.append(Row(fault, injected, records, judgement.lost, judgement.doubled, seconds, note))
        assert judgement == (0, 0, []), judgement

    return write


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    if rows := config.stash.get(ROWS, []):
        terminalreporter.section("faults")
        for line in lines(rows):
            terminalreporter.write_line(line)
