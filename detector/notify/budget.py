"""The pages of a day: who still has a place of its own, written down before it is told. Pure.

Alerts come over several partitions in no order that a second reading would repeat, so the topic alone cannot say which
were the day's first. What says it is a note beside each partition's position in Kafka: the marks of those told on their
own. The place is kept there first, then the alert is told: a bridge killed in between finds it and tells it, and no
bridge ever tells more than the budget.
"""

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final

import msgspec

from detector.alert import Alert
from detector.notify.form import when

NOTE_CHARS: Final = 4_096
"""What a broker keeps beside a position, `offset.metadata.max.bytes`: about 500 places a partition."""
MARK_BYTES: Final = 6
"""Of an alert's or a tenant's name, hashed: one in 10^11 that two of 500 are taken for one another."""
KEPT_DAYS: Final = 2
"""A full note forgets whole days, the oldest first, but never today's and yesterday's of the alerts that come."""


class Places(msgspec.Struct, array_like=True):
    """The places of one tenant and day in one partition."""

    day: int
    """Ordinal, as `date.toordinal` gives it."""
    tenant: bytes
    marks: bytes
    """One after the other."""


Note = list[Places]
DECODE: Final = msgspec.msgpack.Decoder(Note).decode


def day_of(alert: Alert) -> date:
    """The event-time day that the alert was first raised on. `raised_at` moves with each revision, this does not."""
    return when(alert.starts_at).date()


class Budget:
    """Which alerts have a place of their own, and how many more may have one."""

    def __init__(self, pages: int, notes: Mapping[int, str]) -> None:
        """`pages`: of a tenant and day, 0 for no budget. `notes`: by partition, as they lie in Kafka."""
        self.pages = pages
        self._notes = {partition: read(text) for partition, text in notes.items()}
        self._count()

    def owns(self, alert: Alert) -> bool:
        """Whether the alert is told on its own."""
        return not self.pages or alert.severity == "critical" or mark(alert.alert_id) in self._marks

    def asks(self, alert: Alert, partition: int) -> str | None:
        """The note to keep so that the alert has a place; None when it needs none, or there is none left."""
        tenant, day = mark(alert.tenant_id), day_of(alert).toordinal()
        if self.owns(alert) or self._used[day, tenant] >= self.pages:
            return None
        note = [Places(old.day, old.tenant, old.marks) for old in self._notes.get(partition, [])]
        place = next((old for old in note if (old.day, old.tenant) == (day, tenant)), None)
        if place is None:
            note.append(place := Places(day, tenant, b""))
        place.marks += mark(alert.alert_id)
        return _fitting(note, day)

    def kept(self, partition: int, text: str) -> None:
        """This note lies in Kafka now."""
        self._notes[partition] = read(text)
        self._count()

    def _count(self) -> None:
        self._marks: set[bytes] = set()
        self._used: Counter[tuple[int, bytes]] = Counter()
        for place in (place for note in self._notes.values() for place in note):
            marks = [place.marks[at : at + MARK_BYTES] for at in range(0, len(place.marks), MARK_BYTES)]
            self._marks.update(marks)
            self._used[place.day, place.tenant] += len(marks)


def read(text: str) -> Note:
    """The places in a note; none where it is empty or nobody here wrote it."""
    try:
        return DECODE(base64.b85decode(text)) if text else []
    except (ValueError, msgspec.MsgspecError):
        return []


def mark(name: str) -> bytes:
    """A name in few bytes.

    >>> mark("a").hex()
    '433911c6eb0d'
    """
    return blake2b(name.encode(), digest_size=MARK_BYTES).digest()


def _fitting(note: Note, today: int) -> str | None:
    """The note's text; without its oldest days when it would be too long, and None when that is not enough."""
    oldest = today - timedelta(days=KEPT_DAYS).days
    while len(text := base64.b85encode(msgspec.msgpack.encode(note)).decode()) > NOTE_CHARS:
        first = min(place.day for place in note)
        if first > oldest:
            return None
        note = [place for place in note if place.day != first]
    return text
