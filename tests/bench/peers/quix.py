"""Quix Streams: bare, with the same judgement in memory, and with each profile in its own RocksDB state."""

import tempfile
from typing import Any

from detector.profile import Profile
from tests.bench.count import Count
from tests.bench.peers.same_core import SameCore
from tests.bench.peers.subject import Subject


def bare(subject: Subject) -> None:
    """Every record through an update that drops it."""
    app, frame = _frame(subject)
    count = Count(subject.stop_at)
    frame.update(lambda _: count.take(1))
    app.run()


def core(subject: Subject) -> None:
    """The same judgement, profiles in memory only."""
    app, frame = _frame(subject)
    count, same = Count(subject.stop_at), SameCore()

    def judge(value: bytes, *_: Any) -> None:
        same.take(value, (subject.topic, 0, 0))
        count.take(1)

    frame.update(judge)
    app.run()


def core_stateful(subject: Subject) -> None:
    """The same judgement; each profile in Quix's state, read and written with every record, no changelog."""
    app, frame = _frame(subject)
    count, same = Count(subject.stop_at), SameCore()

    def judge(value: bytes, state: Any) -> None:
        event = same.decode(value)
        if event is not None:
            key = event.key
            stored = state.get_bytes("profile")
            profile = Profile.loads(key, stored) if stored else Profile.new(key)
            same.step(profile, event, (subject.topic, 0, 0))
            state.set_bytes("profile", profile.dumps())
        count.take(1)

    frame.update(judge, stateful=True)
    app.run()


def _frame(subject: Subject) -> tuple[Any, Any]:
    from quixstreams import Application  # noqa: PLC0415 - only in the peers' environment

    app = Application(
        subject.bootstrap,
        consumer_group=subject.group,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        use_changelog_topics=False,
        state_dir=tempfile.mkdtemp(),
        loglevel="ERROR",
    )
    topic = app.topic(subject.topic, key_deserializer="bytes", value_deserializer="bytes")
    return app, app.dataframe(topic)
