"""Which event days a worker may judge yet, and the counts of all people that it judges them by.

The judgement of day D reads the counts of days up to D-2 (see `cohort`), of every partition, whoever holds it. They are
all there once each partition has come to the second half of D-1, or has read all that was there when the first record
of D came: then no worker's pace shows in a verdict. While all partitions are within half a day of each other that is so
before anybody asks; only who catches up waits, and not for ever.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, NamedTuple, Protocol

from aiokafka.structs import TopicPartition

from detector.cohort import KEPT_DAYS, LAG_DAYS, Cohorts
from detector.edge.breath import Breath
from detector.edge.ledger import Lease, Ledger
from detector.edge.metrics import Metrics
from detector.edge.patience import Patience
from detector.edge.store import UNREAD, Mark
from detector.policy import DAY

log = logging.getLogger(__name__)

APART_SECONDS: Final = 43_200.0
"""Half a day: how far behind the newest of its partition a record may come and still be counted by everybody alike."""
TURN_SECONDS: Final = 0.05
"""Between two looks while a lease waits: a twentieth of the time between two checkpoints, for which it waits."""
LATE_LOOK_SECONDS: Final = 1.0
"""The same while a lease goes on without waiting."""
LAST_DAY: Final = 1 << 20
"""Later than any record's."""
COUNTS_AT_ONCE: Final = 1_000
"""Counts taken in between two breaths: 1 ms."""


class Extent(NamedTuple):
    """What Kafka holds of a partition's invocations: offsets in [earliest, latest)."""

    earliest: int
    latest: int


def is_read(mark: Mark, topic: str, extent: Extent) -> bool:
    """Whether a partition has nothing more to read.

    >>> is_read(Mark(0, {"calls": 7}), "calls", Extent(0, 7)), is_read(Mark(0, {}), "calls", Extent(0, 7))
    (True, False)
    """
    stored = mark.positions.get(topic, UNREAD)
    return max(stored, extent.earliest) >= extent.latest


def closed_day(asked: int, marks: Sequence[Mark], topic: str, extents: Mapping[int, Extent]) -> int:
    """The newest day, up to the one asked for, whose judgement need wait for nobody. Partitions of which no extent is
    known are taken to have more to read.
    """
    behind = [
        mark.reached
        for partition, mark in enumerate(marks)
        if partition not in extents or not is_read(mark, topic, extents[partition])
    ]
    return min([asked, *(int((reached - APART_SECONDS) // DAY) + LAG_DAYS - 1 for reached in behind)])


class Kafka(Protocol):
    """What is asked of the consumer."""

    def topic_partitions(self, topic: str) -> int | None: ...
    def extents(self, tps: list[TopicPartition]) -> Awaitable[dict[int, Extent]]: ...


class Days:
    """The days that this worker may judge. `wait_seconds`: how long a lease waits for others at most."""

    def __init__(
        self, ledger: Ledger, patience: Patience, metrics: Metrics, topic: str, *, wait_seconds: float
    ) -> None:
        self.cohorts = Cohorts(closed=0)
        self.known: set[int] = set()
        """Days closed, whose counts were all there when they were."""
        self.day = (0.0, 0.0)
        """When the last of them that was closed begins and ends, in Unix seconds: the day of nearly every record."""
        self.kafka: Kafka | None = None
        self._ledger = ledger
        self._patience = patience
        self._metrics = metrics
        self._topic = topic
        self._wait_seconds = wait_seconds
        self._extents: tuple[float, dict[int, Extent]] = (0.0, {})
        """What Kafka held, and when it was asked (monotonic seconds)."""
        self._asking: asyncio.Task[tuple[float, dict[int, Extent]]] | None = None
        self._late_look_at = 0.0
        self._told = False
        self._open = LAST_DAY
        """The first day found open in this round."""

    def asks(self, lease: Lease, at: float) -> bool:
        """Whether a call or outcome is of a day that it must ask for. A late one never waits; one out of step is judged
        by what is known, so that a wrong clock neither waits nor claims a day; who waited in vain goes on.
        """
        if int(at // DAY) in self.known or lease.turn.late or not lease.reach.follows(at):
            return False
        return at >= lease.reach.at - DAY or not self.known

    async def comes(self, lease: Lease, at: float) -> bool:
        """Whether a lease may go on with a record of a new day; if not, it waits. Call with the lease's lock held, when
        `next` is that record. Raises as `Ledger.checkpoint` does, which this does: others wait to see it.
        """
        lease.turn.at, lease.turn.since = at, time.monotonic()
        await self._ledger.checkpoint(lease)
        if await self._look(int(at // DAY)):
            self._go(lease, late=False)
        return not lease.turn.waits

    def look_again(self) -> None:
        """Begin a round of `may_go`, the earliest record first: what is not closed is not looked at twice."""
        self._open = LAST_DAY

    async def may_go(self, lease: Lease) -> bool:
        """Whether a lease that waits goes on: its day is closed, or it has waited for long enough."""
        turn, day = lease.turn, int(lease.turn.at // DAY)
        if day < self._open and await self._look(day, since=turn.since):
            self._go(lease, late=False)
        elif time.monotonic() - turn.since >= self._wait_seconds:
            self._metrics.cohorts_stale.inc()
            await self._look(day, since=turn.since, nearest=True)
            if not self._told:
                self._told = True
                log.warning(
                    "partition %d has waited %g s for others to close a day: it goes on with what is known of people "
                    "up to an earlier one (told once; see detector_cohorts_stale_total)",
                    lease.partition,
                    self._wait_seconds,
                )
            self._go(lease, late=True)
        return not turn.waits

    async def catch_up(self, leases: Iterable[Lease]) -> None:
        """Look, now and then, whether the days are closed that leases went on with unknown."""
        late = [lease for lease in leases if lease.turn.late]
        now = time.monotonic()
        if not late or now < self._late_look_at:
            return
        self._late_look_at = now + LATE_LOOK_SECONDS
        for lease in late:
            day, since = int(lease.reach.at // DAY), now - 2 * LATE_LOOK_SECONDS
            if await self._look(day, since=since, nearest=True):
                lease.turn.late = False

    def _go(self, lease: Lease, *, late: bool) -> None:
        lease.turn.at, lease.turn.late = 0.0, late

    async def _look(self, day: int, since: float | None = None, *, nearest: bool = False) -> bool:
        """Whether a day is closed; knows it, or with `nearest` the newest that is, from then on. With `since`, a
        partition that has read what Kafka held at that time (monotonic seconds) need not have come to the day.
        """
        count = self.kafka.topic_partitions(self._topic) if self.kafka else None
        if self.kafka is None or count is None:
            return False
        if day in self.known:
            return True
        extents = {} if since is None else self._held(self.kafka, count, since)
        marks = await self._patience.redis(lambda: self._ledger.store.marks(count))
        closed = closed_day(day, marks, self._topic, extents)
        if closed < day:
            self._open = day
        if closed == day or (nearest and closed > (self.cohorts.closed or 0)):
            await self._know(closed, count)
        return closed == day

    def _held(self, kafka: Kafka, count: int, since: float) -> dict[int, Extent]:
        """What Kafka held at that time or later; nothing while it is asked, which can take as long as a fetch."""
        if self._asking is not None and self._asking.done():
            self._extents, self._asking = self._asking.result(), None
        at, extents = self._extents
        if at >= since:
            return extents
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(kafka, count))
        return {}

    async def _ask(self, kafka: Kafka, count: int) -> tuple[float, dict[int, Extent]]:
        at = time.monotonic()
        tps = [TopicPartition(self._topic, partition) for partition in range(count)]
        return at, await self._patience.kafka(lambda: kafka.extents(tps))

    async def _know(self, day: int, count: int) -> None:
        """Bring all counts there are, after the marks that closed the day."""
        counts, breath = Cohorts(), Breath()
        for partition in range(count):
            found = iter((await self._patience.redis(partial(self._ledger.store.cohort, partition))).items())
            while some := list(islice(found, COUNTS_AT_ONCE)):
                counts.add(some)
                await breath.taken()
        if day not in self.known:  # another lease may have come first
            self.cohorts.close(day, counts)
            self.known = {known for known in self.known if day - KEPT_DAYS < known < day} | {day}
            self.day = (day * DAY, (day + 1) * DAY)
