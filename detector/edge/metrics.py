"""What the worker tells Prometheus: one catalogue, on a registry that is handed in.

Values of labels are fixed sets, born at zero, so that `rate()` sees the first event. Never a user, session or hash.
Counts of records and alerts move when their checkpoint holds, so a crash counts nothing twice.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TypeVar, get_args

import river
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from detector import __version__
from detector.alert import Category
from detector.edge.envelope import Unreadable
from detector.edge.store import Flushed, Refusal
from detector.event import Reason
from detector.evidence.catalogue import CATALOGUE
from detector.pipeline import MODEL_DIGEST, Disposition
from detector.policy import Policy

KINDS = ("invocation", "outcome", "label")
FAULT = "fault"
"""The dead letter's reason when the judgement itself failed on a record."""
SEVERITIES = ("info", "warning", "critical")
TOKENS = ("input", "output", "cache_read", "cache_write")
DEPENDENCIES = ("redis", "kafka")
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Buckets in seconds, from one Redis round trip (0.2 ms) to a socket's timeout (5 s)."""
LATENCY = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
"""Buckets in seconds around the promise: half a second from the record to its alert."""

Metric = TypeVar("Metric", Counter, Gauge, Histogram)
Count = tuple[str, ...]
"""A counter's attribute name and its label values: what a lease gathers until its checkpoint holds."""


class Metrics:
    """Every series of the worker. Each attribute is one metric."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.records = self._counter("records", "Records by what became of them", kind=(), disposition=())
        _born(self.records, [*product(KINDS, get_args(Disposition)), ("refused", "dead")])
        self.dead_letters = self._counter("dead_letters", "Refused records", reason=[*Reason, FAULT])
        self.prompt_texts = self._counter("prompt_texts", "Records that carried prompt text, which was dropped")
        self.alerts = self._counter(
            "alerts", "Alert records", typology=list(CATALOGUE), category=get_args(Category), severity=SEVERITIES
        )
        self.tokens = self._counter("tokens", "Tokens seen in judged invocations", kind=TOKENS)
        self.cost = self._counter("cost_dollars", "Cost seen in judged invocations, where reported")
        self.checkpoints = self._counter("checkpoints", "Checkpoints", result=[*Flushed])
        self.acquires = self._counter("acquires", "Partitions asked for", result=["granted", *Refusal])
        self.resets = self._counter("profile_resets", "Profiles not believed and begun afresh", reason=[*Unreadable])
        self.loads = self._counter("profile_loads", "Profiles asked of Redis", result=["found", "new"])
        self.evictions = self._counter("profile_evictions", "Profiles dropped from memory, least recently used")
        self.gaps = self._counter("chunk_gaps", "Chunks that did not follow the one before, read again")
        self.skipped = self._counter("records_skipped", "Records that Kafka dropped before they were read")
        self.state_losses = self._counter("state_losses", "Partitions whose state was gone and is built again")
        self.cohorts_stale = self._counter("cohorts_stale", "Waits for a day to be closed by all partitions, in vain")
        self.commits = self._counter("kafka_commits", "Offsets told to Kafka, for lag display", result=["ok", "failed"])
        self.rebalances = self._counter("rebalances", "Assignments received; many in a row is workers fighting")
        self.chunk_seconds = self._histogram("chunk_seconds", "Judging one fetched chunk, without waiting", FAST)
        self.checkpoint_seconds = self._histogram("checkpoint_seconds", "One whole checkpoint", FAST)
        self.publish_seconds = self._histogram("publish_seconds", "Waiting for the broker's yes at a checkpoint", FAST)
        self.redis_seconds = self._histogram("redis_seconds", "One call", FAST, call=["acquire", "load", "flush"])
        self.alert_seconds = self._histogram(
            "alert_latency_seconds", "From the record's time in Kafka to its alert", LATENCY
        )
        self.lag = self._gauge("lag_records", "Records not yet judged", topic=(), partition=())
        self.position = self._gauge("position_offset", "Next record to judge", topic=(), partition=())
        self.held = self._gauge("partitions_held", "Partitions whose lease this worker has")
        self.cached = self._gauge("profiles_cached", "Profiles in memory")
        self.loop_lag = self._gauge("loop_lag_seconds", "How late the event loop was at the last look")
        self.ready = self._gauge("ready", "1 when this worker can do its work")
        self.reachable = self._gauge("dependency_up", "1 when the server answered last", dependency=DEPENDENCIES)
        build = self._gauge("build_info", "Always 1", version=(), river=(), config=(), models=())
        self._build = build
        self.config_taken = self._gauge("config_taken", "1 while the policy last read is in force, 0 after a bad file")
        self.config_taken.set(1)

    def built(self, policy: Policy) -> None:
        """Name the judgement in force, and no other."""
        self._build.clear()
        self._build.labels(__version__, river.__version__, policy.digest, MODEL_DIGEST).set(1)

    def add(self, counts: Mapping[Count, float]) -> None:
        """What a lease gathered, now that its checkpoint holds."""
        for (name, *labels), amount in counts.items():
            metric: Counter = getattr(self, name)
            (metric.labels(*labels) if labels else metric).inc(amount)

    def at(self, topic: str, partition: int, position: int, end: int) -> None:
        """Where reading stands, and where the records end."""
        self.position.labels(topic, partition).set(position)
        self.lag.labels(topic, partition).set(max(0, end - position))

    def left(self, topic: str, partition: int) -> None:
        """The partition is somebody else's: two workers must not both tell its lag."""
        for metric in (self.position, self.lag):
            metric.remove_by_labels({"topic": topic, "partition": str(partition)})

    def _counter(self, name: str, text: str, **labels: Iterable[str]) -> Counter:
        return _zeroed(Counter(f"detector_{name}", text, list(labels), registry=self.registry), labels)

    def _gauge(self, name: str, text: str, **labels: Iterable[str]) -> Gauge:
        return _zeroed(Gauge(f"detector_{name}", text, list(labels), registry=self.registry), labels)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], **labels: Iterable[str]) -> Histogram:
        metric = Histogram(f"detector_{name}", text, list(labels), buckets=buckets, registry=self.registry)
        return _zeroed(metric, labels)


def _zeroed(metric: Metric, labels: Mapping[str, Iterable[str]]) -> Metric:
    if labels:
        _born(metric, product(*labels.values()))
    return metric


def _born(metric: Metric, values: Iterable[tuple[str, ...]]) -> None:
    for value in values:
        metric.labels(*value)
