"""Names and ids as they are remembered: short, for whoever names things must not choose how large state grows."""

from binascii import b2a_base64
from zlib import crc32

MAX_TEXT_BYTES = 64
"""Longest name or id remembered, in bytes: a SHA-256 in hexadecimal. Longer names are cut, longer ids not kept."""


def kept_id(text: str | None) -> str | None:
    """An id as it is remembered: whole, or not at all, for half an id leads to the wrong thing."""
    return text if text is None or _is_short(text) else None


def kept_name(text: str | None) -> str | None:
    """A name as it is remembered: its beginning tells a person enough.

    >>> kept_name("shop"), len(kept_name("s" * 99) or "")
    ('shop', 62)
    """
    if text is None or _is_short(text):
        return text
    return text.encode()[: MAX_TEXT_BYTES - 3].decode(errors="ignore") + "…"


def id_hash(text: str | None) -> int:
    """A stable 32-bit fingerprint, 0 for nothing. A new id is one of 116 remembered ones once in 37 million."""
    return crc32(text.encode()) if text else 0


def short_hash(text: str) -> int:
    """A stable 16-bit fingerprint, for what is looked for among a few dozen of its kind."""
    return id_hash(text) >> 16


def _is_short(text: str) -> bool:
    return len(text) <= MAX_TEXT_BYTES and (text.isascii() or len(text.encode()) <= MAX_TEXT_BYTES)


def last_at(packed: bytes, part: bytes, width: int, offset: int = 0) -> int:
    """Where in a row of entries, `width` bytes each, the last begins that has these bytes at its offset; -1 for none.

    >>> last_at(b"abcabd", b"ab", 3), last_at(b"abcabd", b"ca", 3), last_at(b"abcabd", b"bc", 3, offset=1)
    (3, -1, 0)
    """
    at = packed.rfind(part)
    while at >= 0 and at % width != offset:
        at = packed.rfind(part, 0, at + len(part) - 1)
    return at - offset if at >= 0 else -1


def pushed(packed: bytes, entry: bytes, *, most: int) -> bytes:
    """The row with one more entry at its end, and without its first where there would be more than `most`."""
    return (packed + entry)[-most * len(entry) :]


def key_of(kind: str, fingerprint: int) -> str:
    """The key of a session (`s`), line (`l`) or strand (`t`) by its 32-bit fingerprint, in eight letters.

    >>> key_of("s", 1)
    's:AAAAAQ'
    """
    return f"{kind}:{b2a_base64(fingerprint.to_bytes(4), newline=False)[:6].decode()}"
