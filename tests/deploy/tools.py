"""The programs that read what is deployed, where this machine has them."""

import json
import shutil
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def program(*names: str) -> str:
    """Where the first of these programs is: beside this Python or on the path. Skips the test when it is nowhere."""
    for name in names:
        beside = Path(sys.executable).parent / name
        if found := str(beside) if beside.exists() else shutil.which(name):
            return found
    pytest.skip(f"{' or '.join(names)} is not installed")


def run(*command: object, **more: Any) -> str:
    """What the program says; the test fails with it when the program is not content."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False, **more)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def read(path: Path) -> Any:
    """A file of one YAML document."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(name: str) -> list[dict[str, Any]]:
    """The rules of one of Prometheus' files."""
    return [rule for group in read(DEPLOY / "prometheus/rules" / name)["groups"] for rule in group["rules"]]


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process on a loopback port, ended with the test."""

    def __init__(self, log: Path, port: int, *command: object) -> None:
        self.log, self.port = log, port
        with log.open("wb") as out:
            words = [str(word) for word in command]
            self.process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        if kind is not None:
            sys.stderr.write(f"--- {self.log}\n{self.log.read_text()[-4000:]}\n")

    def get(self, path: str, **query: str) -> Any:
        """The answer's JSON; None while nobody answers or the server still starts."""
        assert self.process.poll() is None, self.log.read_text()
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:
                body = reply.read().decode()
        except urllib.error.HTTPError as error:
            body = error.read().decode()
        except OSError:
            return None
        return json.loads(body) if body.startswith(("{", "[")) else None


def start_alertmanager(folder: Path) -> Server:
    """Alertmanager with the checked-in configuration."""
    port = free_port()
    config = f"--config.file={DEPLOY}/alertmanager/alertmanager.yml"
    command = program("prometheus-alertmanager", "alertmanager")
    address = (f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=")
    return Server(folder / "alertmanager.log", port, command, config, f"--storage.path={folder}/am", *address)
