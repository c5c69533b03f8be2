"""docker-compose.yml running: Docker Compose itself, and podman where it expects Docker."""

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.deploy.engine import RUN, attempt, environment, podman
from tests.deploy.test_compose import COMPOSE, SERVICES
from tests.deploy.tools import Server, program, run
from tests.servers.process import port_answers

PROJECT = "tokenmaxxing"
LEFT_OUT = {"grafana"}
"""Nothing stands in for it where its image cannot be pulled."""
OVERRIDE = """\
services:
  detector:
    # Docker deals a range of ports out to the replicas; podman's interface reads a number alone.
    ports: !override ["127.0.0.1::8088"]
"""
PAUSE_SECONDS = 2.0
"""Between two rounds of health checks: each of Kafka's starts a Java machine, and eight in vain make it unhealthy."""
STOP_SECONDS = 20
"""Podman kills at once what has no time of its own in the file; Docker gives it 10 s."""


def taken_ports() -> list[int]:
    """Ports that the file publishes and somebody on this machine has already."""
    ports = [port for name in SERVICES.keys() - LEFT_OUT - {"detector"} for port in SERVICES[name].get("ports", [])]
    return [number for number in sorted(int(port.split(":")[1]) for port in ports) if port_answers(number)]


class Stack:
    """The file's services but Grafana, on images that are there already; removed with their volumes at the end."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._socket = f"unix://{RUN}/api.sock"
        self._settings = environment() | {"DOCKER_HOST": self._socket} | dict(settings)
        override = folder / "override.yml"
        override.write_text(OVERRIDE, "utf-8")
        files = ("--project-directory", str(COMPOSE.parent), "--file", str(COMPOSE), "--file", str(override))
        self._compose = (program("docker-compose"), *files, "--profile", "company")
        assignments = [f"{name}={value}" for name, value in environment().items()]
        command = ("env", "-i", *assignments, "podman", "system", "service", "--time=0", self._socket)
        self._service = Server(folder / "podman.log", 0, *command)
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._ask_for_health, daemon=True)

    def __enter__(self) -> Self:
        self._clock.start()
        self._down()  # what a killed run left
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is not None:
            print(podman("ps", "--all"))  # noqa: T201 - pytest shows it with the failure
            for service in ("kafka", "topics", "company", "detector", "notify", "report"):
                print(service, attempt("logs", "--tail=15", f"{PROJECT}-{service}-1"))  # noqa: T201
        self._ended.set()
        self._clock.join()
        self._down()
        self._service.process.terminate()
        self._service.process.wait()

    def up(self) -> None:
        """Bring everything up; returns when Compose says that it is."""
        names = sorted(SERVICES.keys() - LEFT_OUT)
        run(*self._compose, "up", "--detach", "--no-build", "--pull", "never", *names, env=self._settings)

    def stop(self) -> None:
        """SIGTERM to all, the servers last."""
        run(*self._compose, "stop", "--timeout", str(STOP_SECONDS), env=self._settings)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine says of each container, by its name without the project's."""
        names = podman("ps", "--all", "--filter", f"label=com.docker.compose.project={PROJECT}", "--quiet").split()
        told = json.loads(podman("inspect", *names)) if names else []
        return {found["Name"].removeprefix(f"{PROJECT}-"): found for found in told}

    def healthy(self) -> set[str]:
        """The containers that are."""
        states = {name: found["State"].get("Health", {}) for name, found in self.containers().items()}
        return {name for name, health in states.items() if health.get("Status") == "healthy"}

    def _down(self) -> None:
        command = [*self._compose, "down", "--volumes", "--timeout", "2"]
        subprocess.run(command, env=self._settings, capture_output=True, check=False, timeout=300)

    def _ask_for_health(self) -> None:
        """Podman leaves the timing of health checks to systemd, which few containers and build machines have."""
        while not self._ended.wait(PAUSE_SECONDS):
            waiting = attempt("ps", "--filter", "health=starting", "--filter", "status=running", "--quiet")
            for name in waiting.stdout.split():
                attempt("healthcheck", "run", name)
