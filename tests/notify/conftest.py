"""A real Alertmanager, a bridge as a process, a receiver of webhooks."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.tools import DEPLOY, Server, free_port, program
from tests.edge.world import PATIENCE_SECONDS, Record, World, until
from tests.subscribe.conftest import record_of, settings, world

__all__ = ["settings", "world"]
KEY = "a key that only tests have"


def at(**later: float) -> str:
    """A time from now on, in the contract's words."""
    return (datetime.now(UTC) + timedelta(**later)).isoformat().replace("+00:00", "Z")


def fresh(world: World, alert_id: str, **fields: Any) -> Record:
    """An alert that began an hour ago and goes on for hours."""
    span = {"starts_at": at(hours=-1), "raised_at": at(), "ends_at": at(hours=6)}
    return record_of(alert_id, world.topics.alerts, **span | fields)


class Bridge:
    """`detector notify` as a process."""

    def __init__(self, world: World, log: Path, **more: str) -> None:
        self.log, self.port = log, free_port()
        given = {"DETECTOR_NOTIFY_GROUP": world.prefix + "notify", "DETECTOR_ALERTMANAGER_REFRESH_SECONDS": "0.5"}
        env = world.env(**given | more, DETECTOR_WEB_PORT=str(self.port))
        with log.open("ab") as out:
            command = [sys.executable, "-m", "detector", "notify"]
            self.process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)

    def get(self, path: str) -> str:
        """What its door says; nothing while it starts."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as reply:
                return reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError:
            assert self.process.poll() is None, self.log.read_text()
            return ""

    def end(self) -> int:
        """Ask it to end; its status."""
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def bridge(world: World, tmp_path: Path) -> Iterator[Callable[..., Bridge]]:
    """Starts bridges; all of them end with the test."""
    started: list[Bridge] = []

    def start(**more: str) -> Bridge:
        started.append(Bridge(world, tmp_path / f"bridge{len(started)}.log", **more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        sys.stderr.write(f"--- {one.log}\n{one.log.read_text()[-3000:]}\n")


class Alertmanager:
    """The checked-in configuration on a port that stays its own when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: Server | None = None

    def start(self) -> None:
        """Start, with nothing remembered."""
        command = program("prometheus-alertmanager", "alertmanager")
        config = f"--config.file={DEPLOY}/alertmanager/alertmanager.yml"
        address = (f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=")
        storage = f"--storage.path={self.folder}/am{os.urandom(4).hex()}"
        self.server = Server(self.folder / "alertmanager.log", self.port, command, config, storage, *address)
        until(lambda: self.server.get("/api/v2/status"), "Alertmanager")

    def stop(self) -> None:
        """End it as a crash does."""
        if self.server is not None:
            self.server.process.kill()
            self.server.process.wait()
            self.server = None

    def alerts_told(self) -> list[dict[str, Any]]:
        """What fires there."""
        return list(self.server.get("/api/v2/alerts") or [])

    def alerts(self) -> dict[str, dict[str, Any]]:
        """What fires there, by the alert's id and severity."""
        found = self.alerts_told()
        return {f"{one['labels'].get('alert_id')}/{one['labels']['severity']}": one for one in found}


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    """One that runs."""
    one = Alertmanager(tmp_path)
    one.start()
    yield one
    one.stop()


class Hook(ThreadingHTTPServer):
    """A receiver that keeps what it got, and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status: Callable[[dict[str, Any]], int] = lambda _: 200
        super().__init__(("127.0.0.1", 0), Receive)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"

    def taken(self) -> list[str]:
        """The idempotency keys of what was taken, in order."""
        return [headers["Idempotency-Key"] for headers, _ in self.got]


class Receive(BaseHTTPRequestHandler):
    """One request."""

    server: Hook

    def do_POST(self) -> None:
        """Keep what is answered well."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.status(json.loads(body))
        if status < 300:
            self.server.got.append((dict(self.headers), body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A receiver that runs."""
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settle(seconds: float) -> None:
    """Let something that must not happen have time to happen."""
    asyncio.run(asyncio.sleep(seconds))
