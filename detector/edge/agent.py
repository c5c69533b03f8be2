"""The way of a chunk: decode, load, judge, publish, and checkpoint when it is time."""

import logging
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from detector.alert import Alert, KafkaSource
from detector.edge.breath import Breath
from detector.edge.chunks import Chunk
from detector.edge.cohorts import Days
from detector.edge.deadletter import Budget, KafkaRecord, Outgoing, dead_letter
from detector.edge.ledger import Lease, Ledger
from detector.edge.metrics import FAULT, Metrics
from detector.edge.prompt_text import carries_text
from detector.edge.settings import MAX_FLUSH, Settings
from detector.edge.topics import Topics
from detector.event import Decoder, Event, Invocation, Label, Outcome, Rejection
from detector.pipeline import Pipeline

log = logging.getLogger(__name__)

LOOK_EVERY = 32
"""Records between two looks at the clock: 2 ms of judging."""
MAX_OUTBOX_BYTES = 16 * 1024 * 1024
"""Published bytes not yet confirmed, from which a checkpoint is due: dead letters can be large."""
FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What pure code raises when it is wrong."""

Decoded = list[tuple[KafkaRecord, Event | Rejection, str]]
"""With the key of the profile, which takes 0.4 us to spell; empty where there is none."""


class PoisonError(Exception):
    """The judgement failed on this record: its profile may be half changed, so go back and pass over the record."""

    def __init__(self, record: KafkaRecord, error: Exception) -> None:
        super().__init__(f"{record.topic} {record.partition} {record.offset}: {type(error).__name__}")
        self.place = (record.topic, record.partition, record.offset)


class Judge:
    """Takes chunks of held partitions, one at a time of each."""

    def __init__(
        self, settings: Settings, topics: Topics, ledger: Ledger, days: Days, pipeline: Pipeline, metrics: Metrics
    ) -> None:
        key = settings.pseudonym_key
        self._decode = Decoder(key.encode() if key else None).decode
        self._settings = settings
        self._topics = topics
        self._ledger = ledger
        self._days = days
        self._pipeline = pipeline
        self._metrics = metrics
        self._budget = Budget(percent=settings.dead_letter_percent, window=settings.dead_letter_window)
        self._poison: dict[tuple[str, int, int], str] = {}
        """Records on which the judgement failed, and how; passed over when they are read again."""
        self._told_of_texts = False

    def poisoned(self, error: PoisonError) -> None:
        """Remember to pass over a record."""
        self._poison[error.place] = str(error)

    def adopt(self, pipeline: Pipeline) -> None:
        """Judge by this one, each lease from its next checkpoint on."""
        self._pipeline = pipeline

    def due(self, lease: Lease) -> bool:
        """Whether a checkpoint is due."""
        if not lease.moved:
            return False
        return (
            lease.records >= self._settings.checkpoint_events
            or lease.outbox.bytes >= MAX_OUTBOX_BYTES
            or time.monotonic() - lease.since >= self._settings.checkpoint_seconds
        )

    async def take(self, lease: Lease, chunk: Chunk) -> None:
        """Judge a chunk that begins at or before the lease's next record. Call with the lease's lock held.

        Raises `PoisonError`, `LostError`, `Halted`, `Unreachable`: after any of them the lease must be forgotten.
        """
        at = lease.next[chunk.topic]
        records = [record for record in chunk.records if record.offset >= at]
        # Labels and invocations are two topics: when both are read again after a crash they may meet in another order.
        # So nothing that an alert was told for is still open when a label comes, and no label is when an alert does.
        labels = chunk.topic == self._topics.labels and bool(records)
        if labels or len(lease.dirty) + len(records) > MAX_FLUSH:
            await self._ledger.checkpoint(lease)
        if lease.pipeline is None or not lease.moved:
            # Only here: what was judged before a crash is judged again by what the checkpoint before it had.
            lease.pipeline = self._pipeline
        if not lease.moved:
            lease.since = time.monotonic()
        decoded = self._decoded(records)
        judged, dead = await self._judge_days(lease, chunk, decoded)
        self._notice_texts(lease, decoded[:judged])
        lease.records += judged
        self._metrics.at(chunk.topic, chunk.partition, lease.next[chunk.topic], chunk.highwater)
        self._budget.spend(judged, dead)
        if labels or self.due(lease):
            await self._ledger.checkpoint(lease)

    async def _judge_days(self, lease: Lease, chunk: Chunk, decoded: Decoded) -> tuple[int, int]:
        """Judge a chunk, or its records up to the first of a day that is not closed; how many, and how many of these
        were refused.
        """
        at = dead = 0
        while True:
            # With each day again: a checkpoint may have dropped profiles.
            await self._ledger.load(lease, [key for _, _, key in decoded[at:] if key])
            judged, refused = await self._judge(lease, decoded, at)
            at, dead = at + judged, dead + refused
            if at == len(decoded):
                lease.next[chunk.topic] = max(lease.next[chunk.topic], chunk.end)
                return at, dead
            record, event, _ = decoded[at]
            lease.next[chunk.topic] = record.offset
            if isinstance(event, Rejection) or not await self._days.comes(lease, event.at):
                return at, dead

    def _decoded(self, records: list[KafkaRecord]) -> Decoded:
        events = [self._decode(record.value, record.key) for record in records]
        keys = ["" if isinstance(event, Rejection) else event.key for event in events]
        return list(zip(records, events, keys, strict=True))

    async def _judge(self, lease: Lease, decoded: Decoded, start: int) -> tuple[int, int]:
        """Judge records in order, from one on and before the first of a day not known to be closed; how many were
        judged, and refused.
        """
        dead, breath, at = 0, Breath(), start
        for at, (record, event, key) in enumerate(decoded[start:], start):
            if isinstance(event, Rejection):
                await self._refuse(lease, record, event.reason, event.detail)
                dead += 1
            elif not isinstance(event, Label) and self._must_ask(lease, event.at):
                break
            elif fault := self._poison and self._poison.get((record.topic, record.partition, record.offset)):
                await self._refuse(lease, record, FAULT, fault)
                dead += 1
            elif alerts := self._step(lease, record, event, key):
                for alert in alerts:
                    await self._tell(lease, record, alert)
            if at % LOOK_EVERY == 0:
                await breath.taken()
        else:
            at = len(decoded)
        self._metrics.chunk_seconds.observe(breath.worked)
        return at - start, dead

    def _must_ask(self, lease: Lease, at: float) -> bool:
        begins, ends = self._days.day
        return not begins <= at < ends and self._days.asks(lease, at)

    def _notice_texts(self, lease: Lease, decoded: Decoded) -> None:
        """Count records that carry prompt text. The decoder has dropped it; whoever sends it should be told."""
        texts = sum(
            carries_text(record.value)
            for record, event, _ in decoded
            if record.value is not None and not isinstance(event, Rejection)
        )
        if texts:
            lease.counts["prompt_texts",] += texts
            if not self._told_of_texts:
                log.warning("a producer sends prompt text: it is dropped, and should not come (told once)")
                self._told_of_texts = True

    def _step(self, lease: Lease, record: KafkaRecord, event: Event, key: str) -> Sequence[Alert]:
        profile = lease.profiles[key]
        try:
            step = (lease.pipeline or self._pipeline).step(
                profile, event, KafkaSource(record.topic, record.partition, record.offset)
            )
        except FAULTS as error:
            raise PoisonError(record, error) from error
        lease.profiles.move_to_end(key)
        lease.dirty[key] = None
        at = event.at
        believed = lease.reach.believes(at) if isinstance(event, Label) else lease.reach.see(at)
        if step.counts and believed:
            for name, count in step.counts:
                lease.cohort[name] += count
        kind = _kind(event)
        lease.tally[f"{kind}:{step.disposition}"] += 1
        lease.counts["records", kind, step.disposition] += 1
        if isinstance(event, Invocation) and step.disposition == "judged":
            _spent(lease, event)
        return step.alerts

    async def _tell(self, lease: Lease, record: KafkaRecord, alert: Alert) -> None:
        lease.counts["alerts", alert.typology, alert.category, alert.severity] += 1
        value, born = msgspec.json.encode(alert), record.timestamp if record.timestamp > 0 else None
        await lease.outbox.put(Outgoing(self._topics.alerts, alert.alert_id.encode(), value, [], born))

    async def _refuse(self, lease: Lease, record: KafkaRecord, reason: str, detail: str) -> None:
        lease.tally["refused:dead"] += 1
        lease.counts["records", "refused", "dead"] += 1
        lease.counts["dead_letters", reason] += 1
        if self._settings.shadow:
            return  # the workers that count keep it
        await lease.outbox.put(dead_letter(self._topics.dead_letters, record, reason, detail))


def _kind(event: Event) -> str:
    if isinstance(event, Invocation):
        return "invocation"
    return "outcome" if isinstance(event, Outcome) else "label"


def _spent(lease: Lease, call: Invocation) -> None:
    counts = lease.counts
    counts["tokens", "input"] += call.input_tokens
    counts["tokens", "output"] += call.output_tokens
    counts["tokens", "cache_read"] += call.cache_read_tokens
    counts["tokens", "cache_write"] += call.cache_write_tokens
    if call.cost_usd:
        counts["cost",] += call.cost_usd
