"""A container as deployed: no user, no rights, nothing to write to but its own /tmp."""

import json
import subprocess
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.deploy.engine import attempt, podman
from tests.edge.world import answer, sampled

HARDENED = (
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--tmpfs=/tmp:size=64m,mode=1777",
    # The servers of the tests listen on this machine's loopback address.
    "--network=host",
)
"""As docker-compose.yml and deploy/kubernetes run it, but for the network."""
STOP_SECONDS = 10
"""What `docker stop` waits before it kills."""


def written(name: str) -> list[str]:
    """Paths changed in a container's root, the engine's own mount points not counted."""
    return [line for line in podman("diff", name).splitlines() if not _the_engines(Path(line.split()[1]))]


def once(image: str, settings: dict[str, str], *words: str, entry: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command in a container of its own, to its end."""
    entries = [f"--entrypoint={entry}"] if entry else []
    return attempt("run", "--rm", *HARDENED, *_told(settings), *entries, image, *words)


class Container:
    """A container that goes on until the test ends."""

    def __init__(self, image: str, settings: dict[str, str], *words: str, port: int) -> None:
        self.name, self.port = f"detector-{uuid.uuid4().hex[:12]}", port
        own = settings | {"DETECTOR_WEB_PORT": str(port), "DETECTOR_WEB_HOST": "127.0.0.1"}
        podman("run", "--detach", f"--name={self.name}", *HARDENED, *_told(own), image, *words)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is not None:
            print(attempt("logs", "--tail=40", self.name))  # noqa: T201 - pytest shows it with the failure
        attempt("rm", "--force", "--time=0", self.name)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; the test fails when the container has ended."""
        assert self.state()["Running"], attempt("logs", "--tail=40", self.name)
        return answer(self.port, path)

    def metric(self, name: str) -> float:
        """The sum of a metric's samples."""
        return sampled(self.get("/metrics")[1], name)

    def state(self) -> dict[str, Any]:
        """What the engine says of it."""
        return json.loads(podman("inspect", "--format", "{{json .State}}", self.name))

    def healthy(self) -> bool:
        """Whether the image's own check says so, asked now."""
        attempt("healthcheck", "run", self.name)
        return self.state()["Health"]["Status"] == "healthy"

    def log(self) -> str:
        """What it has said."""
        done = attempt("logs", self.name)
        return done.stdout + done.stderr

    def stop(self) -> int:
        """SIGTERM as `docker stop` sends it, and a kill when that is not enough; the exit status."""
        podman("stop", f"--time={STOP_SECONDS}", self.name)
        return self.state()["ExitCode"]


def _the_engines(path: Path) -> bool:
    return path in {Path("/etc"), Path("/run"), Path("/tmp")} or path.name in {"hosts", "resolv.conf", ".containerenv"}  # noqa: S108


def _told(settings: dict[str, str]) -> list[str]:
    return [f"--env={name}={value}" for name, value in settings.items()]
