"""`detector report --serve`: it answers with the figures, and leaves when told to, whatever it is in the midst of."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.world import PATIENCE_SECONDS, answer, until
from tests.report.tiny import work
from tests.servers.process import free_port


def _served(path: Path, port: int) -> subprocess.Popen[bytes]:
    """The command on these records, with a folder of its own for what it keeps."""
    kept = path.parent / "kept"
    kept.mkdir()
    settings = os.environ | {"DETECTOR_WEB_PORT": str(port), "TMPDIR": str(kept)}
    return subprocess.Popen([sys.executable, "-m", "detector", "report", str(path), "--serve"], env=settings)


def _leaves(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    process.send_signal(number)
    try:
        return process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()


def test_the_figures_are_answered(tmp_path: Path) -> None:
    """Ready once there is a report; gone when told."""
    path, port = tmp_path / "records.ndjson", free_port()
    records = [one for n in range(6) for one in work(n, f"u{n}", 1.0 + n)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    process = _served(path, port)
    until(lambda: answer(port, "/readyz")[0] == 200, "a report")
    assert "detector_adoption_" in answer(port, "/metrics")[1]
    assert _leaves(process, signal.SIGTERM) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_report_that_is_being_made_is_given_up(tmp_path: Path, number: signal.Signals) -> None:
    """Its records never end, and it leaves all the same, with nothing left behind."""
    path, port = tmp_path / "records.ndjson", free_port()
    os.mkfifo(path)
    endless = os.open(path, os.O_RDWR)
    process = _served(path, port)
    until(lambda: answer(port, "/readyz")[0] == 503, "the door")
    until(lambda: [*(tmp_path / "kept").iterdir()], "a report that has begun")
    assert _leaves(process, number) == 0
    os.close(endless)
    assert list((tmp_path / "kept").iterdir()) == []
