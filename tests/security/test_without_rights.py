"""A worker as the container runs it: a user without rights, no capabilities, a root that nobody can write to."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.world import Record, Worker, World, until
from tests.servers.process import free_port

JAIL = (
    "mount --make-rprivate / && mount -o remount,bind,ro / && mount -t tmpfs tmpfs /mnt && cd /mnt && "
    "exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- "
    '"$@"'
)
"""A mount namespace of its own with one small writable folder, as compose's and Kubernetes' /tmp; then no rights."""


def jailed(*command: str) -> list[str]:
    """The command behind those walls."""
    return ["unshare", "-m", "sh", "-c", JAIL, "jail", *command]


def can_jail() -> bool:
    """Whether this machine lets us build them, and lets that user read the project."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    done = subprocess.run(jailed(sys.executable, "-c", "import detector"), capture_output=True, check=False)
    return done.returncode == 0


class Jailed(Worker):
    """A worker behind those walls."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.log, self.port = log, free_port()
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                jailed(sys.executable, "-m", "detector", "worker"),
                env=env | {"DETECTOR_WEB_PORT": str(self.port), "TMPDIR": "/mnt", "HOME": "/nonexistent"},
                stdout=out,
                stderr=subprocess.STDOUT,
            )


@pytest.mark.slow
def test_a_worker_needs_no_rights_and_no_writable_root(world: World) -> None:
    """It judges, refuses, shows its page and leaves in order, as user 10001 with nothing to write to but /tmp."""
    if not can_jail():
        pytest.skip("needs root, unshare and setpriv, and a project that everybody may read")
    told = subprocess.run(
        jailed("sh", "-c", "id -u; grep CapBnd /proc/self/status; touch /usr/zq; touch /mnt/zq && echo written"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.split() == ["10001", "CapBnd:", "0" * 16, "written"]
    assert "Read-only file system" in told.stderr

    worker = Jailed(world.env(DETECTOR_DEAD_LETTER_PERCENT="100"), world.folder / "jailed.log")
    world.workers.append(worker)
    until(worker.ready, "the worker")
    call = {"kind": "invocation", "invocation_id": "i", "occurred_at": "2026-05-01T10:00:00Z", "user_id": "ann"}
    world.produce([Record(b"ann", json.dumps(call).encode()), Record(b"ann", b"bad")])
    until(lambda: world.counted() == 2, "both records counted")
    assert worker.get("/")[0] == worker.get("/api/v1/alerts")[0] == worker.get("/metrics")[0] == 200
    assert worker.end() == 0
