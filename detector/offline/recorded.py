"""Recorded records: the lines of files, plain or compressed, in bounded memory whatever they hold."""

import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, Protocol

import zstandard

from detector.event import MAX_RECORD_BYTES

MAX_LINE_BYTES: Final = MAX_RECORD_BYTES + 2
"""Longest line read whole: the largest record with its line break. A longer one is no record, and comes in pieces."""
POSITION_EVERY: Final = 1024
BUFFER_BYTES: Final = 1 << 20
CHUNK_BYTES: Final = 1 << 10
"""Compressed bytes taken at once: a hostile zstd frame makes at most 128 KiB of 4 of them, so 32 MiB of all."""


class DamagedError(ValueError):
    """The file breaks off or can't be decompressed; the message is one sentence. Lines before the place were good."""


class Long:
    """A line longer than any record, as an iterator over its pieces, line break left out. What is not taken is skipped.

    >>> list(Long(b"abc", io.BytesIO(b"de" + bytes([10]) + b"next")))
    [b'abc', b'de']
    """

    def __init__(self, begun: bytes, stream: io.BufferedIOBase | IO[bytes]) -> None:
        self._piece, self._stream = begun, stream

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._piece
        if not piece:
            raise StopIteration
        self._piece = b"" if piece.endswith(b"\n") else self._stream.readline(MAX_LINE_BYTES)
        return piece.removesuffix(b"\n")


def lines_of(path: str, position: Callable[[int], object] | None = None) -> Iterator[tuple[int, bytes | Long]]:
    """The lines of one file, `.gz`, `.zst` or plain, or of standard input (`-`), with their numbers from 1; empty lines
    count but are no records. `position` is told, now and then, how many bytes of the file were read.

    Raises OSError when it can't be opened, `DamagedError` when it can't be read to its end.
    """
    with ExitStack() as stack:
        raw = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb", buffering=BUFFER_BYTES))
        stream = _unpacked(path, raw)
        number = 0
        try:
            while line := stream.readline(MAX_LINE_BYTES):
                number += 1
                if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
                    long = Long(line, stream)
                    yield number, long
                    for _ in long:
                        pass
                elif not line.isspace():
                    yield number, line.removesuffix(b"\n")
                if position and path != "-" and number % POSITION_EVERY == 0:
                    position(raw.tell())
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            raise DamagedError(f"{path}: unreadable after line {number:,}: {_sentence(error)}") from error


def _unpacked(path: str, raw: IO[bytes]) -> IO[bytes]:
    if path.endswith(".gz"):
        return io.BufferedReader(Unpacked(raw, lambda: zlib.decompressobj(wbits=31)), BUFFER_BYTES)
    if path.endswith(".zst"):
        return io.BufferedReader(Unpacked(raw, zstandard.ZstdDecompressor().decompressobj), BUFFER_BYTES)
    return raw


class Decompressor(Protocol):
    """One member of a gzip file, or one frame of a zstd file."""

    def decompress(self, data: bytes, /) -> bytes:
        """What these bytes unpack to so far."""

    @property
    def eof(self) -> bool:
        """Whether its end was seen."""

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""


class Unpacked(io.RawIOBase):
    """Compressed members, one after the other, as one stream. Unlike the libraries' own readers it gives all that is
    before a damaged place, and says when a zstd frame is cut.
    """

    def __init__(self, raw: IO[bytes], new: Callable[[], Decompressor]) -> None:
        self._raw, self._new = raw, new
        self._member: Decompressor | None = None
        self._left = self._ready = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: "memoryview[int]") -> int:  # type: ignore[override]  # what BufferedReader calls it with
        """Fill some of a buffer; 0 at the end."""
        while not self._ready:
            chunk = self._left or self._raw.read(CHUNK_BYTES)
            if not chunk and self._member is not None:
                raise EOFError("it breaks off")
            if not chunk:
                return 0
            self._unpack(chunk)
        taken = self._ready[: len(into)]
        into[: len(taken)] = taken
        self._ready = self._ready[len(taken) :]
        return len(taken)

    def _unpack(self, chunk: bytes) -> None:
        member = self._member or self._new()
        self._ready = member.decompress(chunk)
        self._left, self._member = (member.unused_data, None) if member.eof else (b"", member)


def _sentence(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def check_readable(path: str) -> None:
    """Raise OSError at once when a file can't be opened, before hours are spent on the one before it."""
    if path != "-":
        with Path(path).open("rb"):
            pass
