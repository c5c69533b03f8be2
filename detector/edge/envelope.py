"""What a profile's bytes are wrapped in before they go to Redis, and what is checked before they are believed.

    magic 2 | format 1 | flags 1 | codec 2 | river 2 | world 8 | tag 16 | body

The tag is a keyed BLAKE2b over the header, the profile's key and the body, so bytes can be neither changed nor given to
another user. `world` is the id that Redis gave to the partition's history when it began: if positions are lost and the
records are read again from the start, profiles of the lost history are not believed, so nothing is learned twice.
"""

import hashlib
import hmac
import struct
from enum import StrEnum

import cramjam
import river

MAGIC = b"\xd7P"
FORMAT = 1
HEADER = struct.Struct(">2sBBHBBQ")
TAG_BYTES = 16
"""128 bits: a forger without the key needs 2**127 tries."""
MAX_STATE_BYTES = 1_048_576
"""Largest body accepted, 50 times the 20 KiB that a profile may have: more is damage."""
COMPRESS_FROM = 512
"""Below this there is next to nothing to save."""
LZ4 = 2
"""Flag of a compressed body: LZ4's block format behind four bytes of length. Zstandard made profiles 8 % smaller in ten
times as long: hashes and running means are most of a profile, and no compressor shortens those."""
RIVERS = frozenset({(0, 26)})
"""River releases (major, minor) whose numbers this build can carry on with."""


class Unreadable(StrEnum):
    """Why stored bytes were not believed: the value of a metric label."""

    DAMAGED = "damaged"
    FORGED = "forged"
    FORMAT = "format"
    RIVER = "river"
    CODEC = "codec"
    WORLD = "world"
    TOO_LARGE = "too_large"
    STATE = "state"


class EnvelopeError(ValueError):
    """Bytes that must not be believed."""

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Envelope:
    """Seals and opens profile bytes under one key; bytes sealed under `previous` can still be opened.

    >>> envelope = Envelope(b"k" * 32, codec=1)
    >>> envelope.open("ann", 7, envelope.seal("ann", 7, b"state"))
    b'state'
    """

    def __init__(self, key: bytes | None, *, codec: int, previous: bytes | None = None) -> None:
        self._keys = [key or b"unkeyed"] + ([previous] if previous else [])
        self._codec = codec
        major, minor = river.__version__.split(".")[:2]
        self._river = (int(major), int(minor))

    def seal(self, owner: str, world: int, body: bytes) -> bytes:
        """The bytes to store for the profile `owner`."""
        flags = 0
        if len(body) >= COMPRESS_FROM:
            packed = bytes(cramjam.lz4.compress_block(body))
            if len(packed) < len(body):
                flags, body = LZ4, packed
        header = HEADER.pack(MAGIC, FORMAT, flags, self._codec, *self._river, world)
        return header + _tag(self._keys[0], header, owner, body) + body

    def open(self, owner: str, world: int, sealed: bytes) -> bytes:
        """The body that was sealed for `owner` in this world. Raises `EnvelopeError` only, on any bytes."""
        start = HEADER.size + TAG_BYTES
        if len(sealed) > MAX_STATE_BYTES:
            raise EnvelopeError(Unreadable.TOO_LARGE)
        if len(sealed) < start or sealed[:2] != MAGIC:
            raise EnvelopeError(Unreadable.DAMAGED)
        header, tag, body = sealed[: HEADER.size], sealed[HEADER.size : start], sealed[start:]
        _, version, flags, codec, major, minor, born = HEADER.unpack(header)
        if version != FORMAT:
            raise EnvelopeError(Unreadable.FORMAT)
        if not any(hmac.compare_digest(tag, _tag(key, header, owner, body)) for key in self._keys):
            raise EnvelopeError(Unreadable.FORGED)
        if (major, minor) not in RIVERS:
            raise EnvelopeError(Unreadable.RIVER)
        if codec != self._codec:
            raise EnvelopeError(Unreadable.CODEC)
        if born != world:
            raise EnvelopeError(Unreadable.WORLD)
        if flags not in {0, LZ4}:
            raise EnvelopeError(Unreadable.FORMAT)
        return _inflated(body) if flags else body


def _inflated(body: bytes) -> bytes:
    if int.from_bytes(body[:4], "little") > MAX_STATE_BYTES:
        raise EnvelopeError(Unreadable.TOO_LARGE)
    try:
        return bytes(cramjam.lz4.decompress_block(body))
    except cramjam.DecompressionError as error:
        raise EnvelopeError(Unreadable.DAMAGED) from error


def _tag(key: bytes, header: bytes, owner: str, body: bytes) -> bytes:
    name = owner.encode()
    mac = hashlib.blake2b(header, digest_size=TAG_BYTES, key=key, person=b"profile")
    mac.update(len(name).to_bytes(4, "big") + name)
    mac.update(body)
    return mac.digest()
