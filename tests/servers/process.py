"""A server as a child process: started when it answers, stopped, killed, frozen, and never left behind."""

import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

TAIL_LINES = 40
"""Lines of a server's log that an error shows: enough for one Java stack trace."""

PROBE_PAUSE = 0.05
"""Seconds between two questions whether a server answers: short beside the fastest start (0.1 s)."""

FIRST_PORT, LAST_PORT = 20_000, 32_000
"""Where free ports are taken: below Linux's ephemeral range (32768 up), so that a client that reconnects to a server
that is down cannot be given the server's own port and end up connected to itself."""

GUARD = "read _; kill -9 $0"
"""A shell's whole task: wait for the end of its input, which comes when we are gone however we died, then kill."""


class ServerFailedError(RuntimeError):
    """A server that did not start, with the end of its log, or one that is not ours to stop."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    for port in random.SystemRandom().sample(range(FIRST_PORT, LAST_PORT), k=200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerFailedError(f"no free port between {FIRST_PORT} and {LAST_PORT}")


def port_answers(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ServerProcess:
    """One server on this machine, restarted as often as a test wishes on the same command line and data.

    Args:
        command: what to execute; its first word is the program.
        log: file that takes both outputs, appended to at every start.
        answers: whether the server serves; asked until it does.
        within: seconds that a start may take before it has failed.
    """

    def __init__(self, command: Sequence[str], *, log: Path, answers: Callable[[], bool], within: float) -> None:
        self.command = list(command)
        self.log = log
        self.answers = answers
        self.within = within
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The running server's process id; `ServerFailedError` when it does not run."""
        if self._process is None or self._process.poll() is not None:
            raise ServerFailedError(f"{self.command[0]} does not run")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is alive; a frozen one is."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it answers; does nothing when it runs already."""
        if self.running:
            return
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal is for whoever started us, who then stops the server.
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._guard = subprocess.Popen(
            [shutil.which("sh") or "sh", "-c", GUARD, str(self._process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_it_answers(self._process)

    def stop(self, within: float = 30) -> None:
        """Ask it to end (SIGTERM) and wait; kill it when it takes longer than `within` seconds."""
        self.thaw()
        self._end(signal.SIGTERM, within)

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash would, frozen or not."""
        self._end(signal.SIGKILL, 30)

    def freeze(self) -> None:
        """Stop its clock (SIGSTOP): it keeps connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def tail(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-TAIL_LINES:])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals, within: float) -> None:
        # The guard goes first: once the server's id is free again it must not kill whoever gets it next.
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
        if self._process is None:
            return
        self._signal(number)
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + self.within
        while not self.answers():
            late = time.monotonic() > end
            try:
                if not late:
                    process.wait(PROBE_PAUSE)
            except subprocess.TimeoutExpired:
                continue
            if late:
                self.kill()
            what = f"did not answer within {self.within:g} s" if late else f"ended with status {process.returncode}"
            raise ServerFailedError(f"{Path(self.command[0]).name} {what}; the end of its log:\n{self.tail()}")
