"""How the fleet and this worker are, a second at a time: what the page's head shows."""

import time
from collections import deque
from datetime import UTC, datetime
from typing import Final

import msgspec

from detector import __version__
from detector.edge.page.board import Board, Totals
from detector.edge.page.subscriber import Subscriber
from detector.edge.patience import REDIS_AWAY
from detector.edge.worker import Worker

FRESH_SECONDS: Final = 0.9
"""A pulse taken within this time is given again: many viewers cost one look at Redis a second."""
RATE_SECONDS: Final = 10.0
"""The rate is the mean over this time: checkpoints come once a second, so shorter would jump."""


class Servers(msgspec.Struct, frozen=True):
    """Which servers answered last."""

    kafka: bool
    redis: bool


class Summary(msgspec.Struct, frozen=True):
    """One pulse. `records` counts the whole fleet's records by `kind:disposition`, as of the last checkpoints."""

    at: str
    worker: str
    version: str
    ready: bool
    faults: list[str]
    servers: Servers
    partitions_held: int
    partitions: int | None
    lag_records: int
    """Records not yet judged in the partitions that this worker holds."""
    checkpoint_age_seconds: float | None
    """Since the last checkpoint of this worker; None before the first."""
    records: dict[str, int]
    rate: float | None
    """Records a second of the whole fleet over `RATE_SECONDS`; None until two looks are known."""
    board: Totals
    board_fault: str | None


class Pulse:
    """Takes the pulse when asked."""

    def __init__(self, worker: Worker, board: Board, subscriber: Subscriber) -> None:
        self._worker = worker
        self._board = board
        self._subscriber = subscriber
        self._last: tuple[float, Summary] | None = None
        self._counted: deque[tuple[float, int]] = deque()
        """When (monotonic) how many records were counted in all."""
        self._records: dict[str, int] = {}

    async def take(self) -> Summary:
        """The newest pulse. Never raises: a server that is away shows in it."""
        if self._last is not None and time.monotonic() - self._last[0] < FRESH_SECONDS:
            return self._last[1]
        await self._count()
        summary = self._look()
        self._last = time.monotonic(), summary
        return summary

    async def _count(self) -> None:
        """Ask Redis for the fleet's counts; keep the ones known when it is away, and its absence is told elsewhere."""
        partitions = self._worker.partition_count
        if partitions is None or "redis" in self._worker.patience.away:
            return
        try:
            self._records = await self._worker.ledger.store.tally(partitions)
        except (*REDIS_AWAY, TimeoutError):
            return
        now = time.monotonic()
        self._counted.append((now, sum(self._records.values())))
        while now - self._counted[0][0] > RATE_SECONDS + 1:
            self._counted.popleft()

    def _look(self) -> Summary:
        worker, faults, away = self._worker, self._worker.unready(), self._worker.patience.away
        checkpoint = worker.ledger.checkpoint_at
        return Summary(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            worker=worker.settings.worker_id,
            version=__version__,
            ready=not faults,
            faults=faults,
            servers=Servers(kafka="kafka" not in away, redis="redis" not in away),
            partitions_held=len(worker.ledger.leases),
            partitions=worker.partition_count,
            lag_records=self._lag(),
            checkpoint_age_seconds=None if checkpoint is None else round(time.monotonic() - checkpoint, 1),
            records=self._records,
            rate=self._rate(),
            board=self._board.totals(),
            board_fault=self._subscriber.fault,
        )

    def _lag(self) -> int:
        return int(sum(sample.value for metric in self._worker.metrics.lag.collect() for sample in metric.samples))

    def _rate(self) -> float | None:
        if not self._counted:
            return None
        (before, counted), (now, count) = self._counted[0], self._counted[-1]
        return round((count - counted) / (now - before), 1) if now > before else None
