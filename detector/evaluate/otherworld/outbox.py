"""From what happened to what arrives: a little late, a little out of order, now and then twice."""

import heapq
from collections.abc import Iterator

from detector.evaluate.otherworld.chance import Chance

TWICE = 0.004
"""Share of records delivered a second time: at-least-once delivery after a worker or network hiccup."""

LATE = 0.012
"""Share of records that wait at the producer: a closed laptop lid, a full buffer."""


class Outbox:
    """Everything that was reported and has not arrived yet."""

    def __init__(self, chance: Chance, end: float) -> None:
        """Nothing that happens at `end` (Unix seconds) or later is ever reported: the stream is cut there."""
        self.chance = chance
        self.end = end
        self._waiting: list[tuple[float, int, bytes]] = []
        self._number = 0

    def put(self, at: float, record: bytes) -> None:
        """Takes over a record of something that happened `at`."""
        luck = self.chance.random()
        delay = 0.3 + 2.0 * luck
        if luck < LATE:
            delay = min(6 * 3600.0, self.chance.weibullvariate(900.0, 0.6))
        self._add(at + delay, record)
        if luck > 1.0 - TWICE:
            self._add(at + delay + self.chance.weibullvariate(120.0, 0.6), record)

    def _add(self, arrival: float, record: bytes) -> None:
        self._number += 1
        heapq.heappush(self._waiting, (arrival, self._number, record))

    def arrived(self, until: float) -> Iterator[bytes]:
        """All that has arrived by `until`, in that order; the rest stays."""
        while self._waiting and self._waiting[0][0] < until:
            yield heapq.heappop(self._waiting)[2]
