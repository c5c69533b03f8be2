"""Forgotten sessions: enough of each for an outcome that comes days after its session left the profile.

They lie in two rows of bytes, a person's own and automation's, the latest last: what runs by itself may begin seventy
sessions a night, and would crowd out what its person did.
"""

from struct import Struct
from typing import Final, NamedTuple

from detector.limits import GONE_DAYS, MAX_GONE, MAX_GONE_AUTOMATED
from detector.names import id_hash, last_at, pushed, short_hash
from detector.profile import Profile
from detector.work import Session

ROW: Final = Struct(">IHHHBB")
"""Session, ordinal, line, strand, habits, day and end. A session's hash has 32 bits, as 400 are told apart; its line's
and strand's have 16, as few are."""
ORDINAL_AT: Final = 4
ORDINAL_MASK: Final = 0xFFFF
"""Where a row has the ordinal, which is kept modulo 65,536."""
DAY_MASK: Final = 63
"""The day is kept modulo 64, beside the end's two bits."""
READ_ONLY: Final = 3
"""How a session ended that was looked at, and no more."""


class Gone(NamedTuple):
    """A forgotten session, which row it is in, and where."""

    declared: bool
    at: int
    line: int
    strand: int
    """0 for none."""
    habits: int
    end: int
    """0 not answered, 1 with bad outcomes only, 2 with a good one, 3 only read."""


def bury(profile: Profile, key: str, session: Session) -> None:
    """Keep of a session that is forgotten what it takes to credit an outcome that comes later still."""
    end = 2 if session.good else 1 if session.bad else READ_ONLY if session.read else 0
    strand = session.strands[-1] if session.strands else ""
    row = ROW.pack(
        id_hash(key), session.ordinal & ORDINAL_MASK, short_hash(session.line), short_hash(strand), session.habits,
        (profile.day & DAY_MASK) << 2 | end,
    )  # fmt: skip
    if session.declared:
        profile.gone_automated = _young(pushed(profile.gone_automated, row, most=MAX_GONE_AUTOMATED), profile.day)
    else:
        profile.gone = _young(pushed(profile.gone, row, most=MAX_GONE), profile.day)


def named(profile: Profile, key: str) -> Gone | None:
    """The forgotten session with this key."""
    return _latest(profile, id_hash(key).to_bytes(4), 0)


def numbered(profile: Profile, ordinal: int) -> Gone | None:
    """The forgotten session with this ordinal."""
    return _latest(profile, (ordinal & ORDINAL_MASK).to_bytes(2), ORDINAL_AT)


def note_end(profile: Profile, gone: Gone, end: int) -> None:
    """Remember how a forgotten session turned out to have ended."""
    if gone.declared:
        profile.gone_automated = _ended(profile.gone_automated, gone.at, end)
    else:
        profile.gone = _ended(profile.gone, gone.at, end)


def _latest(profile: Profile, part: bytes, offset: int) -> Gone | None:
    """The latest that has these bytes at this offset, among a person's own first."""
    for declared, rows in ((False, profile.gone), (True, profile.gone_automated)):
        if (at := last_at(rows, part, ROW.size, offset)) >= 0:
            _, _, line, strand, habits, ended = ROW.unpack_from(rows, at)
            return Gone(declared, at, line, strand, habits, ended & 3)
    return None


def _young(rows: bytes, day: int) -> bytes:
    start = 0
    while start < len(rows) and (day - (rows[start + ROW.size - 1] >> 2)) & DAY_MASK > GONE_DAYS:
        start += ROW.size
    return rows[start:]


def _ended(rows: bytes, at: int, end: int) -> bytes:
    last = at + ROW.size - 1
    return rows[:last] + bytes((rows[last] & ~3 | end,)) + rows[last + 1 :]
