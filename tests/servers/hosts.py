"""Hosts on one machine: network namespaces on a bridge, each with its own cable that can be pulled."""

import os
import subprocess
from types import TracebackType
from typing import Self

IP = "ip"


def hosts_refused() -> str:
    """Why network namespaces can't be made here; empty when they can."""
    try:
        with Hosts(1):
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return f"network namespaces are not permitted here: {getattr(error, 'stderr', None) or error}"


class Hosts:
    """So many hosts, up and connected. `address` is this machine's own, as they see it.

    Linux, and rights to make network namespaces, are needed; everything made is removed at the end.
    """

    def __init__(self, count: int) -> None:
        number = os.getpid() % 250
        self._bridge = f"det{number}br"
        self._net = f"10.213.{number}"
        self.address = f"{self._net}.1"
        self.names = [f"det{number}h{at}" for at in range(count)]

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._remove()

    def entry(self, host: int) -> tuple[str, ...]:
        """What a command line begins with to run on that host."""
        return (IP, "netns", "exec", self.names[host])

    def cut(self, host: int) -> None:
        """Pull the cable: nothing is answered, and nobody is told."""
        _ip("link", "set", self.names[host], "down")

    def mend(self, host: int) -> None:
        """Put it back."""
        _ip("link", "set", self.names[host], "up")

    def _build(self) -> None:
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.address}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for at, name in enumerate(self.names):
            _ip("netns", "add", name)
            _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", name, "master", self._bridge, "up")
            _ip("-n", name, "addr", "add", f"{self._net}.{at + 2}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")

    def _remove(self) -> None:
        for name in self.names:
            _ip("link", "del", name, check=False)
            _ip("netns", "del", name, check=False)
        _ip("link", "del", self._bridge, check=False)


def _ip(*words: str, check: bool = True) -> None:
    subprocess.run([IP, *words], check=check, capture_output=True, text=True)
