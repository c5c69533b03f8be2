"""Remembered hashes as bytes: what a profile holds most of, and what no compressor shortens.

A hash takes four bytes here and five in MessagePack; a session's ordinal two, the upper of which are all alike and
compress to nothing, where MessagePack takes up to three that do not.
"""

import struct

HASH_BYTES = 4
"""What `features.id_hash` gives."""
ID_BYTES = HASH_BYTES + 2


def pack_ids(ids: dict[int, int]) -> bytes:
    """Record hashes, their sessions' ordinals' lower and upper bytes; nothing where a number does not fit.

    >>> unpack_ids(pack_ids({7: 0, 8: 12, 9: 311}))
    {7: 0, 8: 12, 9: 311}
    >>> pack_ids({7: 65_536})
    b''
    """
    try:
        ordinals = struct.pack(f"<{len(ids)}H", *ids.values())
        return pack_hashes(ids) + ordinals[::2] + ordinals[1::2]
    except (struct.error, ValueError):  # the 65,536th session, or bytes that nobody here wrote
        return b""


def unpack_ids(packed: bytes) -> dict[int, int]:
    """What `pack_ids` packed. Raises `ValueError` on any bytes that it does not write."""
    count, rest = divmod(len(packed), ID_BYTES)
    if rest:
        raise ValueError("record ids cut short")
    lower, upper = HASH_BYTES * count, (HASH_BYTES + 1) * count
    ordinals = bytearray(2 * count)
    ordinals[::2], ordinals[1::2] = packed[lower:upper], packed[upper:]
    hashes = struct.unpack_from(f"<{count}I", packed)
    return dict(zip(hashes, struct.unpack(f"<{count}H", ordinals), strict=True))


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
