"""What this worker holds: leases of partitions, profiles in memory; and the order of a checkpoint's effects."""

import asyncio
import logging
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from detector.edge.breath import Breath
from detector.edge.envelope import Envelope, EnvelopeError, Unreadable
from detector.edge.failures import Halted, Unreachable
from detector.edge.metrics import Count, Metrics
from detector.edge.outbox import Outbox, Send
from detector.edge.patience import Patience
from detector.edge.store import UNREAD, Flush, Flushed, Grant, Store, Token
from detector.edge.turn import Turn
from detector.profile import Profile, StateError
from detector.reach import Reach

if TYPE_CHECKING:
    from detector.pipeline import Pipeline

log = logging.getLogger(__name__)


class LostError(Exception):
    """The lease is not ours any more, or the store is not where we left it: forget it all, and acquire again."""


class Lease:
    """One partition number of both input topics, held: everything not yet in the store is here, and only here."""

    def __init__(self, partition: int, grant: Grant, start: Mapping[str, int], outbox: Outbox) -> None:
        self.partition = partition
        self.token: Token = grant.token
        self.world = grant.world
        self.stored = {topic: grant.positions.get(topic, UNREAD) for topic in start}
        """Positions as of the last checkpoint."""
        self.next = dict(start)
        """The next record to judge, by topic."""
        self.profiles: OrderedDict[str, Profile] = OrderedDict()
        """In memory, the least recently used first."""
        self.dirty: dict[str, None] = {}
        self.counts: defaultdict[Count, float] = defaultdict(float)
        self.tally: Counter[str] = Counter()
        self.cohort: Counter[str] = Counter()
        """What records since the last checkpoint add to what is known of people in general."""
        self.reach = Reach(grant.reached)
        self.marked = grant.reached
        """How far the clock had come at the last checkpoint: what other workers see."""
        self.turn = Turn()
        self.outbox = outbox
        self.pipeline: Pipeline | None = None
        """What judges until the next checkpoint; None before the first record."""
        self.records = 0
        """Records judged since the last checkpoint."""
        self.since = 0.0
        """When the first of them was judged (monotonic seconds)."""
        self.lock = asyncio.Lock()
        """Held while a chunk is judged and while a checkpoint is made: neither sees the other half done."""

    @property
    def moved(self) -> bool:
        """Whether there is anything to checkpoint."""
        return self.next != self.stored

    @property
    def reached(self) -> int:
        """How far the clock has come: that of what was judged, or of the record that waits for its day."""
        return int(max(self.reach.at, self.turn.at))


class Ledger:
    """The leases held and what may be done with them."""

    def __init__(
        self, store: Store, envelope: Envelope, send: Send, patience: Patience, metrics: Metrics, *, cache_profiles: int
    ) -> None:
        self.store = store
        self.leases: dict[int, Lease] = {}
        self.given_back: dict[tuple[str, int], int] = {}
        """Positions of leases given back in order, until the next assignment: Kafka is still to be told of them."""
        self.checkpoint_at: float | None = None
        """When the last checkpoint of any lease held (monotonic seconds)."""
        self._envelope = envelope
        self._send = send
        self._patience = patience
        self._metrics = metrics
        self._cache_profiles = cache_profiles

    def open(self, partition: int, grant: Grant, start: Mapping[str, int]) -> Lease:
        """Begin to hold a partition at `start`, with nothing remembered of any earlier time."""
        lease = Lease(partition, grant, start, Outbox(self._send, self._metrics))
        self.leases[partition] = lease
        self._metrics.held.set(len(self.leases))
        return lease

    def holds(self, lease: Lease) -> bool:
        """Whether this very lease is still the one held."""
        return self.leases.get(lease.partition) is lease

    def forget(self, lease: Lease) -> None:
        """Let go of a lease and of all that was not checkpointed; the next to acquire it reads those records again."""
        if self.holds(lease):
            del self.leases[lease.partition]
            self._metrics.held.set(len(self.leases))
            for topic in lease.next:
                self._metrics.left(topic, lease.partition)

    async def load(self, lease: Lease, keys: Iterable[str]) -> None:
        """Bring profiles into memory, in one round trip for those that are not there. A new user gets a new profile."""
        missing = [key for key in dict.fromkeys(keys) if key not in lease.profiles]
        if not missing:
            return
        with self._metrics.redis_seconds.labels("load").time():
            found = await self._patience.redis(lambda: self.store.load(lease.partition, missing))
        new = found.count(None)
        self._metrics.loads.labels("new").inc(new)
        self._metrics.loads.labels("found").inc(len(found) - new)
        breath = Breath()
        for key, sealed in zip(missing, found, strict=True):
            lease.profiles[key] = self._open(lease, key, sealed)
            await breath.taken()

    def _open(self, lease: Lease, key: str, sealed: bytes | None) -> Profile:
        if sealed is None:
            return Profile.new(key)
        try:
            return Profile.loads(key, self._envelope.open(key, lease.world, sealed))
        except EnvelopeError as error:
            reason = error.reason
        except StateError:
            reason = Unreadable.STATE
        self._metrics.resets.labels(reason).inc()
        log.warning("a profile of partition %d was not believed (%s) and begins afresh", lease.partition, reason)
        return Profile.new(key)

    async def look(self) -> list[Lease]:
        """Forget the leases that were taken away, as an erasure does, and say which: their memory is not to be used."""
        held = list(self.leases.values())
        holders = [await self._patience.redis(partial(self.store.holder, lease.partition)) for lease in held]
        # A lease whose lock is held is about to ask the store itself; one that came back meanwhile has another token.
        lost = [
            lease
            for lease, holder in zip(held, holders, strict=True)
            if holder != lease.token and self.holds(lease) and not lease.lock.locked()
        ]
        for lease in lost:
            log.warning(
                "partition %d was taken away: records since its last checkpoint are read again", lease.partition
            )
            self.forget(lease)
        return lost

    async def checkpoint(self, lease: Lease) -> None:
        """Make durable what was judged since the last checkpoint. Call with the lease's lock held. Raises `LostError`.

        The order of effects: a crash between any two of them leaves only records to be read again, which give the same
        alerts with the same ids.
        """
        if not lease.moved and lease.turn.at <= lease.marked:
            return
        started = time.monotonic()
        # 1. The world knows: every alert and dead letter of these records has the broker's yes.
        with self._metrics.publish_seconds.time():
            await self._patience.kafka(lease.outbox.settle)
        # 2. The store moves: profiles, counts and positions together, if the lease is ours and where we left it.
        flush = Flush(
            lease.stored, dict(lease.next), await self._sealed(lease), lease.tally, lease.cohort, lease.reached
        )
        with self._metrics.redis_seconds.labels("flush").time():
            result = await self._patience.redis(lambda: self.store.flush(lease.partition, lease.token, flush))
        self._metrics.checkpoints.labels(result).inc()
        if result in {Flushed.FENCED, Flushed.MISMATCH}:
            raise LostError(f"partition {lease.partition}: {result}")
        # 3. Kafka may be told: `committable` now gives the new positions, and the next commit shows them as lag.
        lease.stored, lease.marked, lease.cohort = flush.end, flush.reached, Counter()
        self._metrics.add(lease.counts)
        lease.counts, lease.tally, lease.dirty, lease.records = defaultdict(float), Counter(), {}, 0
        self._trim(lease)
        self.checkpoint_at = time.monotonic()
        self._metrics.checkpoint_seconds.observe(self.checkpoint_at - started)

    async def _sealed(self, lease: Lease) -> dict[str, bytes | None]:
        sealed: dict[str, bytes | None] = {}
        breath = Breath()
        for key in lease.dirty:
            sealed[key] = self._envelope.seal(key, lease.world, lease.profiles[key].dumps())
            await breath.taken()
        return sealed

    def _trim(self, lease: Lease) -> None:
        """Drop the least recently used profiles over this lease's share; after a checkpoint all of them are stored."""
        share = self._cache_profiles // len(self.leases) if self.leases else 0
        over = max(0, len(lease.profiles) - share)
        for _ in range(over):
            lease.profiles.popitem(last=False)
        self._metrics.evictions.inc(over)
        self._metrics.cached.set(sum(len(held.profiles) for held in self.leases.values()))

    def committable(self) -> dict[tuple[str, int], int]:
        """Checkpointed positions by topic and partition, for Kafka to show lag by."""
        positions = dict(self.given_back)
        for lease in self.leases.values():
            positions |= _stored(lease)
        return positions

    async def give_back(self, seconds: float) -> None:
        """Checkpoint and release every lease, within `seconds`; what does not fit is forgotten, and read again."""
        held = list(self.leases.values())
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(self._give_back(lease) for lease in held))
        except TimeoutError:
            log.warning(
                "no time for the last checkpoint of %d partitions: their last records will be read again", len(held)
            )
        finally:
            for lease in held:
                self.forget(lease)

    async def _give_back(self, lease: Lease) -> None:
        async with lease.lock:
            if not self.holds(lease):
                return
            try:
                await self.checkpoint(lease)
                self.given_back |= _stored(lease)
                await self._patience.redis(lambda: self.store.release(lease.partition, lease.token))
            except (LostError, Unreachable, Halted) as error:
                log.warning("not given back: %s", error)
            finally:
                self.forget(lease)


def _stored(lease: Lease) -> dict[tuple[str, int], int]:
    return {(topic, lease.partition): offset for topic, offset in lease.stored.items() if offset != UNREAD}
