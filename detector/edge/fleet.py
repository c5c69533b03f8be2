"""Several workers from one command: a parent that only forks, forwards signals, waits, and says how it ended.

Workers share nothing but the consumer group. If one ends that nobody asked to, all are stopped in order and the parent
leaves with its status: whoever runs services (Kubernetes, systemd) restarts with a growing pause and raises the alarm,
where a parent that restarted children by itself would hide a crash loop and hold a port that looks healthy. Nothing is
lost by it: what was not checkpointed is read again.
"""

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from types import FrameType

import msgspec

from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings

log = logging.getLogger(__name__)

MAX_PROCESSES = 64
"""One process uses one core, and partitions are as many: more on one machine is a slip of the finger."""
GRACE_SECONDS = 5.0
"""How long after `stop_seconds`, by which every worker leaves by itself, one that is still there is killed."""
MAX_PORT = 65_535
PR_SET_PDEATHSIG = 1
"""Linux: the signal that a child gets when its parent is gone, however it died."""


def member(settings: Settings, number: int) -> Settings:
    """The settings of worker `number` (from 0): a name of its own and, where a port is set, the next one."""
    static, port = settings.group_instance_id, settings.web_port
    return msgspec.structs.replace(
        settings,
        worker_id=f"{settings.worker_id}-{number}",
        group_instance_id=f"{static}-{number}" if static else None,
        web_port=port + number if port else 0,
    )


def one_of(settings: Settings, processes: int) -> Settings:
    """Fork the workers. Returns in each of them with its settings; the parent leaves when all of them have ended.

    Raises `Misconfigured` where ports run out or the system can't fork. Call it before any thread is started.
    """
    if not hasattr(os, "fork"):
        raise Misconfigured("--processes needs a system that can fork; start several workers instead")
    if settings.web_port and settings.web_port + processes - 1 > MAX_PORT:
        raise Misconfigured(f"DETECTOR_WEB_PORT: {processes} ports from {settings.web_port} on end above {MAX_PORT}")
    parent, workers = os.getpid(), dict[int, str]()
    for number in range(processes):
        own = member(settings, number)
        pid = os.fork()
        if not pid:
            _follow(parent)
            return own
        workers[pid] = own.worker_id
        log.info("worker %s is process %d", own.worker_id, pid)
    raise SystemExit(Parent(workers, settings.stop_seconds + GRACE_SECONDS).watch())


class Parent:
    """Waits for workers, by process id; ends them all when one ends or when it is told to."""

    def __init__(self, workers: dict[int, str], patience_seconds: float) -> None:
        self._workers = workers
        self._patience = patience_seconds
        self._stopping = False
        self._status = 0

    def watch(self) -> int:
        """The status to leave with, once every worker has ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)
        signal.signal(signal.SIGALRM, self._out_of_patience)
        while self._workers:
            pid, ended = os.waitpid(-1, 0)
            if (name := self._workers.pop(pid, None)) is not None:  # as process 1 of a container it has other orphans
                self._ended(name, os.waitstatus_to_exitcode(ended))
        signal.setitimer(signal.ITIMER_REAL, 0)
        return self._status

    def _ended(self, name: str, status: int) -> None:
        if self._stopping and status in {0, -signal.SIGTERM}:  # the latter when it came before the worker could listen
            return
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"left with status {status}"
        log.error("worker %s %s%s", name, how, "" if self._stopping else ": stopping the others")
        self._status = self._status or (status if status > 0 else 1)
        if not self._stopping:
            self._stop(signal.SIGTERM)

    def _told(self, number: int, _: FrameType | None) -> None:
        self._stop(number)

    def _stop(self, number: int) -> None:
        self._stopping = True
        signal.setitimer(signal.ITIMER_REAL, self._patience)
        _send(self._workers, number)

    def _out_of_patience(self, *_: object) -> None:
        log.error("still there after %.0f s: killing %s", self._patience, ", ".join(self._workers.values()))
        _send(self._workers, signal.SIGKILL)


def _send(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a signal can come between a worker's end and its being struck off
            os.kill(pid, number)


def _follow(parent: int) -> None:
    """In a worker: a group of its own, as Ctrl-C is the parent's to forward once; an end when the parent is gone."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
