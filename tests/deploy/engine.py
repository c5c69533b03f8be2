"""Podman, with storage and settings of its own: nothing of the user's is read, changed or left behind but a cache."""

import fcntl
import functools
import os
import resource
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.jars import cache_folder

NEEDED = ("podman", "runc", "iptables")
"""crun 1.8 refuses machines with both versions of cgroups; netavark makes its networks by iptables."""
HELPERS = ("netavark", "aardvark-dns")
"""Podman's networks and their names; not on the path."""
HELPERS_FOLDERS = (Path("/usr/lib/podman"), Path("/usr/libexec/podman"))
HOME = cache_folder().parent / "podman"
"""Images and layers stay here from run to run: a build costs a minute."""
RUN = Path("/run/detector-podman")
"""Podman takes at most 50 characters."""
OPEN_FILES, PROCESSES = 16_384, 8_192
"""Limits of a container: podman asks for a million, which root without the right to raise limits does not get."""
COMMAND_SECONDS = 900
"""Most time for one command: a build on a slow line."""

STORAGE = f"""\
[storage]
driver = "overlay"
runroot = "{RUN}/storage"
graphroot = "{HOME}/storage"
"""


def _settings() -> str:
    hard = {name: resource.getrlimit(name)[1] for name in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)}
    files, processes = (
        wanted if limit == resource.RLIM_INFINITY else min(wanted, limit)
        for wanted, limit in zip((OPEN_FILES, PROCESSES), hard.values(), strict=True)
    )
    return f"""\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[network]
network_backend = "netavark"
network_config_dir = "{HOME}/networks"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{RUN}/libpod"
"""


def environment() -> dict[str, str]:
    """What podman is told: where its settings are, and that nobody here is systemd, who would time health checks."""
    own = {"CONTAINERS_STORAGE_CONF": f"{HOME}/storage.conf", "CONTAINERS_CONF": f"{HOME}/containers.conf"}
    return {**os.environ, **own, "DISABLE_HC_SYSTEMD": "true"}


def attempt(*words: object, within: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
    """Run podman, whatever comes of it."""
    command = ["podman", *map(str, words)]
    return subprocess.run(
        command,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def podman(*words: object) -> str:
    """Run podman; what it says on its standard output, or an `AssertionError` with all that it says."""
    done = attempt(*words)
    assert done.returncode == 0, f"podman {' '.join(map(str, words))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout.strip()


@functools.cache
def refused() -> str:
    """Why no container can run here; empty when they can."""
    if os.geteuid() != 0:
        return "containers of these tests need root"
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    lacking += [name for name in HELPERS if not any((folder / name).exists() for folder in HELPERS_FOLDERS)]
    if lacking:
        return f"no container can run here without {', '.join(lacking)}"
    for folder in (HOME / "networks", RUN):
        folder.mkdir(parents=True, exist_ok=True)
    (HOME / "storage.conf").write_text(STORAGE, "utf-8")
    (HOME / "containers.conf").write_text(_settings(), "utf-8")
    done = attempt("info")
    return "" if done.returncode == 0 else f"podman does not run here: {done.stderr[-500:]}"


class Turn:
    """Whose turn it is: names and ports of containers are the machine's, so runs of the tests follow each other."""

    def __enter__(self) -> Self:
        self._lock = (HOME / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._lock.close()
