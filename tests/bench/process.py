"""What a process has cost between two moments, as Linux tells it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

TICK = os.sysconf("SC_CLK_TCK")


class Taken(msgspec.Struct):
    """Records taken between two moments of a process, and what that cost."""

    records: int
    seconds: float
    cpu: float
    """CPU seconds between the two moments, of all threads."""
    starved: float
    """Seconds in which threads were ready to run and had no core: what neighbours took away."""
    peak: float
    """The most memory that the process ever had resident, MiB."""

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds

    @property
    def cpu_per_million(self) -> float:
        """CPU seconds a million records."""
        return self.cpu / self.records * 1e6

    @property
    def lacking(self) -> float:
        """Cores that the process lacked in the mean."""
        return self.starved / self.seconds


class Meter:
    """Begins to measure processes, all together, when it is made."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._at, self._cpu, self._starved = time.perf_counter(), self._sum(cpu_seconds), self._sum(starved_seconds)

    def taken(self, records: int) -> Taken:
        """What these records cost until now. The processes must live."""
        seconds, cpu = time.perf_counter() - self._at, self._sum(cpu_seconds) - self._cpu
        return Taken(records, seconds, cpu, self._sum(starved_seconds) - self._starved, self._sum(peak_mib))

    def _sum(self, what: Callable[[int], float]) -> float:
        return sum(map(what, self._pids))


def children(pid: int) -> list[int]:
    """The processes that a process has started, its main thread that is."""
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def cpu_seconds(pid: int) -> float:
    """CPU seconds of all threads, user and system, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_mib(pid: int) -> float:
    """Peak resident memory in MiB. Raises `StopIteration` on a kernel that does not tell it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def starved_seconds(pid: int) -> float:
    """Seconds that threads were ready to run and had no core, all threads together, since they began."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[1]) for task in tasks) / 1e9
