"""Bytewax: bare, with the same judgement in memory, and with each profile in its own state, snapshots to disk."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from detector.profile import Profile
from tests.bench.count import Count
from tests.bench.peers.same_core import SameCore
from tests.bench.peers.subject import Subject

BATCH = 500
SNAPSHOT = timedelta(seconds=1)
"""Time between two snapshots, as between two of the worker's checkpoints."""


def bare(subject: Subject) -> None:
    """Every record through a filter that drops it."""
    from bytewax import operators as op  # noqa: PLC0415 - only in the peers' environment

    count = Count(subject.stop_at)

    def drop(_: Any) -> bool:
        count.take(1)
        return False

    flow, records = _source(subject)
    _sink(op.filter("drop", records, drop))
    _run(flow)


def core(subject: Subject) -> None:
    """The same judgement, profiles in memory only."""
    from bytewax import operators as op  # noqa: PLC0415

    count, same = Count(subject.stop_at), SameCore()

    def judge(record: Any) -> list[bytes]:
        alerts = same.take(record.value, (subject.topic, record.partition, record.offset))
        count.take(1)
        return alerts

    flow, records = _source(subject)
    _sink(op.flat_map("judge", records, judge))
    _run(flow)


def core_stateful(subject: Subject) -> None:
    """The same judgement; each profile is Bytewax's own state, with recovery switched on."""
    from bytewax import operators as op  # noqa: PLC0415
    from bytewax.recovery import RecoveryConfig, init_db_dir  # noqa: PLC0415

    count, same = Count(subject.stop_at), SameCore()

    def judge(stored: _Held | None, record: Any) -> tuple[Any, list[bytes]]:
        event = same.decode(record.value)
        if event is None:
            return stored, []
        profile = stored.profile if stored else Profile.new(event.key)
        alerts = same.step(profile, event, (subject.topic, record.partition, record.offset))
        count.take(1)
        return _Held(profile), alerts

    flow, records = _source(subject)
    keyed = op.key_on("by user", records, lambda record: record.key.decode())
    _sink(op.flat_map("told", op.stateful_map("judge", keyed, judge), lambda told: told[1]))
    folder = Path(tempfile.mkdtemp())
    init_db_dir(folder, 1)
    _run(flow, RecoveryConfig(str(folder)))


class _Held:
    """A profile as Bytewax's state: pickled as its own bytes, which is what a snapshot costs."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def __deepcopy__(self, memo: object) -> "_Held":
        return self  # the snapshot is pickled at once

    def __reduce__(self) -> tuple[Any, ...]:
        return _held, (self.profile.tenant_id, self.profile.user_id, self.profile.dumps())


def _held(tenant: str, user: str, state: bytes) -> _Held:
    return _Held(Profile.loads(f"{len(tenant)}:{tenant}:{user}", state))


def _source(subject: Subject) -> tuple[Any, Any]:
    from bytewax import operators as op  # noqa: PLC0415
    from bytewax.connectors.kafka import KafkaSource  # noqa: PLC0415
    from bytewax.dataflow import Dataflow  # noqa: PLC0415

    flow = Dataflow("peer")
    source = KafkaSource([subject.bootstrap], [subject.topic], batch_size=BATCH)
    return flow, op.input("records", flow, source)


def _sink(stream: Any) -> None:
    from bytewax import operators as op  # noqa: PLC0415
    from bytewax.testing import TestingSink  # noqa: PLC0415

    op.output("alerts", stream, TestingSink([]))


def _run(flow: Any, recovery: Any = None) -> None:
    from bytewax.testing import cluster_main  # noqa: PLC0415

    cluster_main(flow, [], 0, epoch_interval=SNAPSHOT, recovery_config=recovery)
