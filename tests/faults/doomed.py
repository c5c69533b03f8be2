"""A worker that kills itself (SIGKILL) at a named step: `doomed.py FILE [POINT NTH [SECONDS | fall]]`.

With SECONDS it does not die there: it stands still as long, every thread of it, as heavy work outside Python would let
it. With `fall` it raises what nobody foresaw. Without a point it only counts what it judges.

It is the house's own worker, whose own methods are wrapped before it starts; nothing in the detector knows of it. What
is to be known after a kill -9 lies in a mapped file: records judged by this process, when it first held all that it
was assigned (monotonic seconds), and the most records that a lease had judged since its checkpoint when it died or
stood still.
"""

import ctypes
import importlib
import inspect
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

SLOTS = struct.Struct("<QdQ")


class Seen(NamedTuple):
    """What a worker left behind."""

    judged: int
    ready_at: float
    unsaved: int


def seen(file: Path) -> Seen:
    """Read what a worker left behind, or is doing now."""
    return Seen(*SLOTS.unpack(file.read_bytes()))


def prepared(file: Path) -> Path:
    """An empty file for one worker."""
    file.write_bytes(bytes(SLOTS.size))
    return file


class Point(NamedTuple):
    """A step: a method of a class of the worker, before or after its call, in those calls that `counts` takes."""

    owner: str
    method: str
    after: bool = True
    counts: Callable[..., bool] = lambda *_: True
    leaving: bool = False
    """It is reached when partitions are given back."""
    most: int = 2
    """A life is long enough for this many."""


UNREAD_REPLY = "write sent, no reply read"


def _news(consumer: Any, *_: Any) -> bool:
    """Whether a commit has anything to tell."""
    return bool(consumer._told != consumer._holder.committable())


def _chunks(_: object, *args: object) -> bool:
    return any(chunk.records for chunk in args[-1])  # type: ignore[attr-defined]


def _writes(*args: Any) -> bool:
    """Whether a write has profiles in it; one on the way out of a group may move positions alone."""
    return bool(args[-1].profiles)


POINTS = {
    "acquired": Point("redis_store.RedisStore", "acquire", most=4),
    "asked Kafka what it holds": Point("chunks.ConsumerThread", "bounds", most=1),
    "sought": Point("chunks.ConsumerThread", "seek_all", most=1),
    "polled": Point("chunks.ConsumerThread", "fetch", counts=_chunks),
    "handed over": Point("worker.Worker", "take", after=False, counts=lambda _, chunk: bool(chunk.records)),
    "loaded": Point("redis_store.RedisStore", "load"),
    "in the middle of a chunk": Point("agent.Judge", "_step", most=250),
    "judged": Point("agent.Judge", "_judge"),
    "publishing": Point("outbox.Outbox", "put"),
    "waiting for the broker": Point("outbox.Outbox", "settle", after=False, counts=lambda box: bool(box._sent)),
    "published": Point("ledger.Ledger", "_sealed", after=False),
    "before the write": Point("redis_store.RedisStore", "flush", after=False, counts=_writes),
    UNREAD_REPLY: Point("redis_store.RedisStore", "flush", after=False),
    "written": Point("redis_store.RedisStore", "flush"),
    "before telling Kafka": Point("transport.Consumer", "commit", after=False, counts=_news, most=1),
    "told Kafka": Point("chunks.ConsumerThread", "tell", most=1),
    "giving back": Point("ledger.Ledger", "_give_back", after=False, leaving=True, most=4),
    "last checkpoint made": Point("redis_store.RedisStore", "release", after=False, leaving=True, most=4),
    "released": Point("redis_store.RedisStore", "release", leaving=True, most=4),
    "given back": Point("transport.Consumer", "wait_empty", leaving=True, most=1),
}
"""Every step of a worker's way, in order, between which a crash can fall."""


class Doom:
    """Counts what is judged, and ends the process when its time has come."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._slots = mmap.mmap(opened.fileno(), SLOTS.size)
        self._judged = 0
        self._ready_at = 0.0
        self.worker: Any = None

    def watch(self) -> None:
        """Count every record judged, and note when the worker holds all that it is assigned."""
        from detector.edge.agent import Judge  # noqa: PLC0415 - after the reader's imports: a test reads this file too
        from detector.edge.worker import Worker  # noqa: PLC0415

        step, held, made = Judge._step, Worker._round, Worker.__init__

        def counted(judge: Any, *args: Any) -> Any:
            self._judged += 1
            self._slots[:8] = self._judged.to_bytes(8, "little")
            return step(judge, *args)

        async def rounded(worker: Any) -> None:
            await held(worker)
            if not self._ready_at and worker.ledger.leases and not worker.unready():
                self._ready_at = time.monotonic()
                self._slots[8:16] = struct.pack("<d", self._ready_at)

        def making(worker: Any, *args: Any) -> None:
            self.worker = worker
            made(worker, *args)

        Judge._step, Worker._round, Worker.__init__ = counted, rounded, making  # type: ignore[method-assign]

    def die(self) -> None:
        """Gone, in the middle of whatever this is."""
        self._note_unsaved()
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)  # the signal is on its way: no further step

    def stand_still(self, seconds: int) -> None:
        """Keep the interpreter's lock: neither the loop nor the thread with the heartbeat gets a turn."""
        self._note_unsaved()
        ctypes.PyDLL(None).sleep(seconds)

    def fall(self) -> None:
        """A mistake that no code here expects."""
        raise RuntimeError("doomed to fall here")

    def _note_unsaved(self) -> None:
        unsaved = max((lease.records for lease in self.worker.ledger.leases.values()), default=0)
        self._slots[16:24] = unsaved.to_bytes(8, "little")

    def at(self, name: str, nth: str, how: str = "") -> None:
        """Die, or stand still or fall, at the nth time that this point is reached."""
        point = POINTS[name]
        module, _, kind = point.owner.partition(".")
        owner = getattr(importlib.import_module(f"detector.edge.{module}"), kind)
        method = getattr(owner, point.method)
        end = self.at_reply if name == UNREAD_REPLY else self.die
        if how:
            end = self.fall if how == "fall" else partial(self.stand_still, int(how))
        times = 0

        def reached(*args: Any) -> None:
            nonlocal times
            if point.counts(*args):
                times += 1
                if times == int(nth):
                    end()

        async def around(*args: Any, **kwargs: Any) -> Any:
            if not point.after:
                reached(*args)
            answer = await method(*args, **kwargs)
            if point.after:
                reached(*args, *([answer] if point.counts is _chunks else []))
            return answer

        def around_plain(*args: Any) -> Any:
            answer = method(*args)
            reached(*args)
            return answer

        setattr(owner, point.method, around if inspect.iscoroutinefunction(method) else around_plain)

    def at_reply(self) -> None:
        """Let the command that is about to be sent go out, and die instead of reading what comes back."""
        from redis.asyncio.connection import AbstractConnection  # noqa: PLC0415

        async def never_read(*_: Any, **__: Any) -> None:
            self.die()

        AbstractConnection.read_response = never_read  # type: ignore[method-assign]


def main() -> None:
    """Become the worker."""
    file, *point = sys.argv[1:]
    doom = Doom(Path(file))
    doom.watch()
    if point:
        doom.at(*point)
    from detector.__main__ import main as detector  # noqa: PLC0415

    sys.argv[1:] = ["worker"]
    detector()


if __name__ == "__main__":
    main()
