"""Remembered hashes as bytes: what a profile holds most of, and what no compressor shortens.

A hash takes four bytes here and five in MessagePack; a record's session, told by how many sessions ago it began, one
byte instead of up to three.
"""

import struct

HASH_BYTES = 4
"""What `features.id_hash` gives."""


def pack_ids(ids: dict[int, int], newest: int) -> bytes:
    """Record hashes with their sessions' ordinals, oldest first; nothing where a number does not fit.

    >>> unpack_ids(pack_ids({7: 0, 8: 12, 9: 11}, newest=12), newest=12)
    {7: 0, 8: 12, 9: 11}
    >>> pack_ids({7: 12}, newest=999), pack_ids({7: 13}, newest=12)
    (b'', b'')
    """
    try:
        return pack_hashes(ids) + bytes([newest - ordinal + 1 or -1 if ordinal else 0 for ordinal in ids.values()])
    except ValueError:  # an ordinal too old, or of bytes that nobody here wrote
        return b""


def unpack_ids(packed: bytes, newest: int) -> dict[int, int]:
    """What `pack_ids` packed. Raises `ValueError` on any bytes that it does not write."""
    count, rest = divmod(len(packed), HASH_BYTES + 1)
    if rest:
        raise ValueError("record ids cut short")
    hashes = struct.unpack_from(f"<{count}I", packed)
    return {
        known: newest - ago + 1 if ago else 0
        for known, ago in zip(hashes, packed[count * HASH_BYTES :], strict=True)
    }  # fmt: skip


def pack_hashes(hashes: dict[int, int] | dict[int, None]) -> bytes:
    """Hashes in their order. Raises `ValueError` when one has more than 32 bits.

    >>> unpack_hashes(pack_hashes({7: None, 2**32 - 1: None}))
    {7: None, 4294967295: None}
    """
    try:
        return struct.pack(f"<{len(hashes)}I", *hashes)
    except struct.error as error:
        raise ValueError(str(error)) from error


def unpack_hashes(packed: bytes) -> dict[int, None]:
    """What `pack_hashes` packed. Raises `ValueError` on any bytes that it does not write."""
    count, rest = divmod(len(packed), HASH_BYTES)
    if rest:
        raise ValueError("hashes cut short")
    return dict.fromkeys(struct.unpack(f"<{count}I", packed))
