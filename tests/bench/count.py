"""Counts what a subject takes, in its own process, and ends that process when it has taken enough."""

import os
import sys

import msgspec

from tests.bench.process import Meter


class Count:
    """Counts records from the first batch, which is the start, to the one that reaches `stop_at`.

    Then it prints one JSON line (see `process.Taken`) and leaves at once: the figures are out, and an orderly goodbye
    to a group of consumers would only take time.
    """

    def __init__(self, stop_at: int) -> None:
        self._stop_at = stop_at
        self._seen = self._first = 0
        self._meter: Meter | None = None

    def take(self, records: int) -> None:
        """A batch has come, and what is done with it is done."""
        self._seen += records
        if self._meter is None:
            self._first, self._meter = self._seen, Meter(os.getpid())
        elif self._seen >= self._stop_at:
            sys.stdout.write(msgspec.json.encode(self._meter.taken(self._seen - self._first)).decode() + "\n")
            sys.stdout.flush()
            os._exit(0)
