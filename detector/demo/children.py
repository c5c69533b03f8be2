"""Child processes that never outlive the demo, however it ends, and the one folder in which everything is written."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from detector.edge.failures import Halted, Misconfigured

GUARD = """
while read -r group; do groups="$groups $group"; done
for group in $groups; do kill -s KILL -- "-$group"; done
rm -rf -- "$0"
"""
"""A shell's whole task: learn the process groups, wait for the end of its input, which comes when the demo is gone
however it died, then end the groups and remove the folder."""

PROBE_SECONDS = 0.05
"""Between two questions whether a server answers: short beside the fastest start (0.1 s)."""


class Child:
    """One running process, leader of a group of its own: Ctrl-C in the terminal is for the demo, which then ends it."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ended(self) -> Halted:
        """When it ends: a sentence that says so, with the last line of its log."""
        status = await self._process.wait()
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return Halted(f"{self.name} ended with status {status}" + (f": {lines[-1]}" if lines else ""))

    async def answers(self, question: Callable[[], Awaitable[bool]], within: float) -> None:
        """Return once the question is answered with yes. Raises `Halted` when it ends before, or takes too long."""
        try:
            async with asyncio.timeout(within):
                while self.running and not await question():  # noqa: ASYNC110 - another process has no event to wait for
                    await asyncio.sleep(PROBE_SECONDS)
        except TimeoutError:
            raise Halted(f"{self.name} did not answer within {within:g} s") from None
        if not self.running:
            raise await self.ended()

    async def stop(self, within: float) -> None:
        """Ask it to end, wait, and end its whole group when it takes longer than `within` seconds."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            os.killpg(self._process.pid, number)


class Nursery:
    """A temporary folder and the children that write in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="detector-demo-"))
        self.children: list[Child] = []
        self._guard = subprocess.Popen(  # noqa: S603 - our own shell lines
            [shutil.which("sh") or "/bin/sh", "-c", GUARD, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    async def start(self, name: str, command: Sequence[str | Path], env: Mapping[str, str]) -> Child:
        """Start a child. Raises `Misconfigured` when this machine can't execute it."""
        log = self.folder / f"{name.replace(' ', '-')}.log"
        try:
            with log.open("wb") as output:
                process = await asyncio.create_subprocess_exec(
                    *map(str, command),
                    env={**env, "TMPDIR": str(self.folder)},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
        except OSError as error:
            raise Misconfigured(f"{name} can't be started here: {Path(command[0]).name}: {error.strerror}") from error
        self._tell_guard(process.pid)
        child = Child(name, process, log)
        self.children.append(child)
        return child

    async def close(self, within: float) -> None:
        """End the children, the last started first, each within its share of `within` seconds; remove the folder."""
        share = within / max(1, len(self.children))
        for child in reversed(self.children):
            await child.stop(share)
        self._guard.kill()
        self._guard.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tell_guard(self, group: int) -> None:
        if self._guard.stdin is not None:
            self._guard.stdin.write(b"%d\n" % group)
            self._guard.stdin.flush()
