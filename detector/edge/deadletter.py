"""Refused records: kept as they came, with their reason and origin in headers, and a budget that stops the worker."""

from collections import deque
from typing import NamedTuple, Protocol

from detector import __version__
from detector.edge.failures import Halted

PREFIX = "tokenmaxxing.errors."
TRUNCATED = PREFIX + "truncated"
KEPT_BYTES = 262_144
"""What is kept of a record that the broker refuses for its size: enough to see whose it is."""
MIN_SHARE = 0.2
"""The budget speaks once a fifth of its window has been seen: five bad records at the start of a day prove nothing."""


class KafkaRecord(Protocol):
    """The parts of a consumed record that matter here."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]: ...


class Outgoing(NamedTuple):
    """A record to publish. `born` is the Kafka time (ms) of the record that caused it, where latency is measured."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    born: int | None = None


def dead_letter(topic: str, record: KafkaRecord, reason: str, detail: str) -> Outgoing:
    """The refused record, bytes untouched, with its reason and origin; what headers it had stay in front."""
    told = {
        "reason": reason,
        "detail": detail,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "detector_version": __version__,
    }
    headers = [item for item in record.headers if not item[0].startswith(PREFIX)]
    headers += [(PREFIX + name, str(value).encode()) for name, value in told.items()]
    return Outgoing(topic, record.key, record.value, headers)


def truncated(letter: Outgoing) -> Outgoing:
    """The first part of a letter that the broker refuses for its size, marked with the size that it had."""
    size = len(letter.value or b"")
    value = (letter.value or b"")[:KEPT_BYTES]
    return letter._replace(value=value, headers=[*letter.headers, (TRUNCATED, str(size).encode())])


class Budget:
    """Stops the worker when too large a share of recent records is refused.

    >>> budget = Budget(percent=10, window=100)
    >>> budget.spend(records=50, dead=5)
    >>> budget.spend(records=50, dead=6)
    Traceback (most recent call last):
    ...
    detector.edge.failures.Halted: 11 of the last 100 records were refused, more than DETECTOR_DEAD_LETTER_PERCENT: ...
    """

    def __init__(self, *, percent: float, window: int) -> None:
        self._percent = percent
        self._window = window
        self._steps: deque[tuple[int, int]] = deque()
        self._records = 0
        self._dead = 0

    def spend(self, records: int, dead: int) -> None:
        """Count one chunk. Raises `Halted` when the budget is spent."""
        self._steps.append((records, dead))
        self._records += records
        self._dead += dead
        while self._records - self._steps[0][0] >= self._window:
            first_records, first_dead = self._steps.popleft()
            self._records -= first_records
            self._dead -= first_dead
        if self._records >= MIN_SHARE * self._window and self._dead > self._records * self._percent / 100:
            raise Halted(
                f"{self._dead} of the last {self._records} records were refused, more than "
                "DETECTOR_DEAD_LETTER_PERCENT: look at `detector dead-letters list`, mend the producer or raise the "
                "budget, then start again; nothing was lost"
            )
