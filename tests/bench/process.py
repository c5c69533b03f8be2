"""What a process has cost so far, as Linux tells it."""

import os
from pathlib import Path

import msgspec

TICK = os.sysconf("SC_CLK_TCK")


class Taken(msgspec.Struct):
    """Records taken between two moments of a process, and what that cost."""

    records: int
    seconds: float
    cpu: float
    """CPU seconds between the two moments, of all threads."""
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


def cpu_seconds(pid: int) -> float:
    """CPU seconds of all threads, user and system, to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def peak_mib(pid: int) -> float:
    """Peak resident memory in MiB. Raises `StopIteration` on a kernel that does not tell it."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def starved_seconds(pid: int) -> float:
    """Seconds that threads were ready to run and had no core, all threads together: what neighbours take away."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[1]) for task in tasks) / 1e9
