"""Names and ids as they are remembered: short, for whoever names things must not choose how large state grows."""

from binascii import b2a_base64

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


def _is_short(text: str) -> bool:
    return len(text) <= MAX_TEXT_BYTES and (text.isascii() or len(text.encode()) <= MAX_TEXT_BYTES)


def key_of(kind: str, fingerprint: int) -> str:
    """The key of a session (`s`), line (`l`) or strand (`t`) by its 32-bit fingerprint, in eight letters.

    >>> key_of("s", 1)
    's:AAAAAQ'
    """
    return f"{kind}:{b2a_base64(fingerprint.to_bytes(4), newline=False)[:6].decode()}"
