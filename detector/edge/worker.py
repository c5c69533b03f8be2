"""One worker: what it holds, who may touch it when, and how it ends."""

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine
from typing import Any

import click
from prometheus_client import CollectorRegistry

from detector.edge.agent import Judge, PoisonError
from detector.edge.chunks import Chunk
from detector.edge.cohorts import TURN_SECONDS, Days
from detector.edge.envelope import Envelope
from detector.edge.ledger import Lease, Ledger, LostError
from detector.edge.metrics import Metrics
from detector.edge.outbox import Send
from detector.edge.partitions import Kafka, Partitions
from detector.edge.patience import Patience
from detector.edge.settings import Settings
from detector.edge.store import Store
from detector.edge.topics import Topics
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import STATE_VERSION

log = logging.getLogger(__name__)

GIVE_BACK_SECONDS = 5.0
"""Time for the last checkpoints before partitions go; the group waits 60 s for a rebalance, `docker stop` 10 s."""
ROUND_SECONDS = 0.2
"""How often leases are compared with the assignment, and checkpoints by time are looked for."""
KEPT_CHUNKS = 2
"""Chunks kept while a lease waits, a small company's weeks or a megabyte; more is fetched when it is its turn."""
LOOK_SECONDS = 5.0
"""How often leases are compared with the store: an idle worker would not notice that one was taken away."""


class Worker:
    """The transport's holder (see `transport.Holder`) and the agent's only collaborator."""

    def __init__(
        self, settings: Settings, policy: Policy, store: Store, send: Send, registry: CollectorRegistry
    ) -> None:
        self.settings = settings
        self.metrics = Metrics(registry)
        self.metrics.built(policy)
        self.topics = Topics.under(settings.topic_prefix, shadow=settings.shadow)
        self.patience = Patience(settings.outage_seconds, self.metrics)
        key, previous = settings.state_key, settings.state_key_previous
        envelope = Envelope(
            key.encode() if key else None, codec=STATE_VERSION, previous=previous.encode() if previous else None
        )
        self.ledger = Ledger(store, envelope, send, self.patience, self.metrics, cache_profiles=settings.cache_profiles)
        self.owner = f"{settings.worker_id}/{uuid.uuid4().hex[:12]}"
        self.partitions = Partitions(
            self.ledger,
            self.topics.inputs,
            self.owner,
            self.patience,
            self.metrics,
            on_missing=settings.on_missing_records,
        )
        wait, topic = settings.cohort_wait_seconds, self.topics.invocations
        self.days = Days(self.ledger, self.patience, self.metrics, topic, wait_seconds=wait)
        pipeline = Pipeline(policy, self.days.cohorts)
        self.judge = Judge(settings, self.topics, self.ledger, self.days, pipeline, self.metrics)
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with the exception that stops this process."""
        self.failure.add_done_callback(lambda failed: failed.cancelled() or failed.exception())
        self.moved_at = time.monotonic()
        """When a chunk was last judged."""
        self._looked_at = time.monotonic()
        self._changed = asyncio.Event()
        self._kafka: Kafka | None = None

    def adopt(self, policy: Policy) -> None:
        """Judge by another policy, each partition from its next checkpoint on."""
        self.judge.adopt(Pipeline(policy, self.days.cohorts))
        self.metrics.built(policy)

    def attach(self, kafka: Kafka) -> None:
        """The consumer exists now."""
        self._kafka = self.days.kafka = kafka

    async def take(self, chunk: Chunk) -> None:
        """Judge one chunk, if its partition is held and it follows what was judged; otherwise it will be read again."""
        lease = self.ledger.leases.get(chunk.partition)
        if lease is None or self._kafka is None or self.failure.done():
            return
        async with lease.lock:
            if not self.ledger.holds(lease):
                return
            await self._guard(lease, self._take(self._kafka, lease, chunk))

    async def _take(self, kafka: Kafka, lease: Lease, chunk: Chunk) -> None:
        turn = lease.turn
        if turn.waits and chunk.topic == self.topics.invocations:
            await self._keep(kafka, lease, chunk)
        elif chunk.start <= lease.next[chunk.topic]:
            turn.sought.discard(chunk.topic)
            await self._judge(lease, chunk)
        elif chunk.topic not in turn.sought:
            await self.partitions.rewind(kafka, lease)

    async def _judge(self, lease: Lease, chunk: Chunk) -> None:
        before = self.ledger.checkpoint_at
        await self.judge.take(lease, chunk)
        self.moved_at = time.monotonic()
        if lease.turn.waits and not lease.turn.kept:
            lease.turn.kept.append(chunk)
        if self.ledger.checkpoint_at != before and self._waiting():
            self._changed.set()  # somebody may have waited for that

    async def _keep(self, kafka: Kafka, lease: Lease, chunk: Chunk) -> None:
        """Keep a chunk for later, or have no more fetched."""
        kept = lease.turn.kept
        if chunk.topic in lease.turn.sought or chunk.start != kept[-1].end:
            return
        if len(kept) < KEPT_CHUNKS:
            kept.append(chunk)
        else:
            await self.partitions.stand(kafka, lease, kept[-1].end)

    async def _guard(self, lease: Lease, work: Coroutine[Any, Any, None]) -> None:
        """Do it wholly, or forget the lease: half a chunk's learning must never reach the store."""
        whole = False
        try:
            await work
            whole = True
        except PoisonError as error:
            log.exception("the judgement failed on a record: it goes to the dead letters")
            self.judge.poisoned(error)
        except LostError as error:
            log.warning("%s: its records since the last checkpoint are read again", error)
        except click.ClickException as error:
            self.halt(error)
        finally:
            if not whole:
                self.ledger.forget(lease)
                self._changed.set()

    async def keep(self) -> None:
        """Until cancelled: hold what is assigned, and checkpoint what is due by time."""
        while not self.failure.done():
            try:
                async with asyncio.timeout(TURN_SECONDS if self._waiting() else ROUND_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            await self._round()

    async def _round(self) -> None:
        try:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                self._looked_at = time.monotonic()
                await self.ledger.look()
            if self._kafka is not None:
                await self.partitions.hold(self._kafka)
        except click.ClickException as error:
            self.halt(error)
        for lease in list(self.ledger.leases.values()):
            if self.judge.due(lease) and not lease.lock.locked():
                async with lease.lock:
                    if self.ledger.holds(lease):
                        await self._guard(lease, self.ledger.checkpoint(lease))
        await self._turns()

    def _waiting(self) -> list[Lease]:
        """The leases that stand before a new day."""
        return [lease for lease in self.ledger.leases.values() if lease.turn.waits]

    async def _turns(self) -> None:
        """Let those go on whose day has come, the earliest first."""
        self.days.look_again()
        for lease in sorted(self._waiting(), key=lambda waiting: waiting.turn.at):
            async with lease.lock:
                if self.ledger.holds(lease) and lease.turn.waits and self._kafka is not None:
                    await self._guard(lease, self._turn(self._kafka, lease))
        try:
            await self.days.catch_up(self.ledger.leases.values())
        except click.ClickException as error:
            self.halt(error)

    async def _turn(self, kafka: Kafka, lease: Lease) -> None:
        """Judge what was kept, if its day has come; then what follows is fetched, or comes by itself."""
        if not await self.days.may_go(lease):
            return
        kept = lease.turn.kept
        while kept:
            await self._judge(lease, kept[0])
            if lease.turn.waits:
                return
            kept.pop(0)
        if self.topics.invocations in lease.turn.sought:
            await self.partitions.go_on(kafka, lease)

    def assigned(self) -> None:
        """See `transport.Holder`."""
        self.metrics.rebalances.inc()
        for lease in list(self.ledger.leases.values()):
            self.ledger.forget(lease)
        self.ledger.given_back.clear()
        self._changed.set()

    def out_of_range(self, partition: int) -> None:
        """See `transport.Holder`."""
        if (lease := self.ledger.leases.get(partition)) is not None:
            self.ledger.forget(lease)
        self._changed.set()

    async def give_back_all(self) -> None:
        """See `transport.Holder`."""
        if not self.failure.done():
            await self.ledger.give_back(GIVE_BACK_SECONDS)

    def committable(self) -> dict[tuple[str, int], int]:
        """See `transport.Holder`."""
        return self.ledger.committable()

    def committed(self, *, ok: bool) -> None:
        """See `transport.Holder`."""
        self.metrics.commits.labels("ok" if ok else "failed").inc()

    def unhealthy(self) -> list[str]:
        """Why this process should be started anew; nothing while it can heal by itself."""
        return ["stopping itself"] if self.failure.done() else []

    def unready(self) -> list[str]:
        """Why this worker can't do its work now. A standby with no partitions is ready."""
        faults = self.unhealthy() + [f"{server} does not answer" for server in self.patience.away]
        if self._kafka is None:
            return [*faults, "not in the group yet"]
        missing = {partition for _, partition in self._kafka.assignment()} - self.ledger.leases.keys()
        return faults + [f"partition {partition} is assigned and not held" for partition in sorted(missing)]

    @property
    def partition_count(self) -> int | None:
        """How many partitions the input topics have; None until Kafka has said so."""
        return None if self._kafka is None else self._kafka.topic_partitions(self.topics.invocations)

    def halt(self, error: BaseException) -> None:
        """Stop this process with the error's status. What was not checkpointed is forgotten here, and read again."""
        for lease in list(self.ledger.leases.values()):
            self.ledger.forget(lease)
        if not self.failure.done():
            self.failure.set_exception(error)
