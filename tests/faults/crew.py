"""Workers that are counted: what each judged, when it was ready, what it had not saved when it died."""

import signal
import time
from collections.abc import Sequence
from pathlib import Path

from tests.edge.world import Worker, World, until
from tests.faults import doomed
from tests.notify.conftest import Bridge

SESSION_SECONDS = 3
"""What the world's workers have: a dead one is missed after this long."""
ENTRY = str(Path(doomed.__file__))


class Hand:
    """One counted worker."""

    def __init__(self, world: World, *point: str, host: Sequence[str] = (), **settings: str) -> None:
        self.file = doomed.prepared(world.folder / f"seen{len(world.workers)}")
        self.worker: Worker = world.worker(entry=(ENTRY, str(self.file), *point), host=host, **settings)

    @property
    def seen(self) -> doomed.Seen:
        """What it did so far, or until it died."""
        return doomed.seen(self.file)

    def died(self) -> float:
        """Wait for its death by SIGKILL; when that was noticed (monotonic seconds)."""
        status = self.worker.process.wait(60)
        assert status == -signal.SIGKILL, self.worker.log.read_text()[-4000:]
        return time.monotonic()

    def kill(self) -> float:
        """End it at once; when that was."""
        self.worker.process.kill()
        return self.died()

    def ready(self) -> float:
        """Wait until it holds what it is assigned; when that was."""
        until(lambda: self.alive() and self.seen.ready_at, f"{self.worker.log.name} to be ready")
        return self.seen.ready_at

    def alive(self) -> bool:
        """True, or the test fails with the end of its log."""
        assert self.worker.process.poll() is None, self.worker.log.read_text()[-4000:]
        return True


def settled(world: World, count: int) -> None:
    """Wait until this many records are counted, as of the checkpoints."""
    until(lambda: world.counted() >= count, f"{count} records counted")


def readied(worker: Worker) -> float:
    """Wait until a worker says that it is ready; when that was noticed (monotonic seconds)."""
    until(worker.ready, f"{worker.log.name} to be ready")
    return time.monotonic()


def peak_mib(one: Worker | Bridge) -> float:
    """The most memory that a worker or a bridge ever had resident, in MiB."""
    lines = Path(f"/proc/{one.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
