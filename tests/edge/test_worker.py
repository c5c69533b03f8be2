"""Workers on real Kafka and Redis: nothing lost, nothing counted twice, whatever joins, leaves or dies."""

import json
import signal

import msgspec
import pytest

from detector.alert import KafkaSource
from detector.edge.envelope import Envelope
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import STATE_VERSION, Profile
from detector.simulate import Company
from tests.edge.world import Record, World, until

RECORDS = 24_000


def story(count: int, seed: str = "edge") -> list[Record]:
    """The first records of a company with gamers, keyed by user."""
    records = []
    for value in Company(seed=seed, people=80, days=3, mix="gamers").records():
        records.append(Record(json.loads(value)["user_id"].encode(), value))
        if len(records) == count:
            break
    assert len(records) == count
    return records


class Truth:
    """What one undisturbed pass over the invocations topic comes to, partition by partition."""

    def __init__(self, world: World) -> None:
        self.alerts: dict[tuple[str, int], dict[str, object]] = {}
        self.profiles: dict[str, Profile] = {}
        self.tally: dict[str, int] = {}
        pipeline, decoder = Pipeline(Policy()), Decoder()
        for record in world.read(world.topics.invocations):
            event = decoder.decode(record.value, record.key)
            if isinstance(event, Rejection):
                self._count("refused:dead")
                continue
            profile = self.profiles.setdefault(event.key, Profile.new(event.key))
            step = pipeline.step(profile, event, KafkaSource(record.topic, record.partition, record.offset))
            self._count(f"{type(event).__name__.lower()}:{step.disposition}")
            for alert in step.alerts:
                self.alerts[alert.alert_id, alert.revision] = json.loads(msgspec.json.encode(alert))

    def _count(self, name: str) -> None:
        self.tally[name] = self.tally.get(name, 0) + 1


def assert_exact(world: World, produced: int) -> None:
    """Counts, alerts and every profile's bytes are what one undisturbed pass gives."""
    truth = Truth(world)
    assert sum(truth.tally.values()) == produced
    assert world.tally() == truth.tally
    assert truth.alerts, "a story without alerts proves little"
    assert world.alerts() == truth.alerts
    envelope = Envelope(b"a key that only tests have", codec=STATE_VERSION)
    stored = {}
    for partition in range(world.partitions):
        born = int(world.redis.hget(f"{{{world.prefix}:{partition}}}:lease", "world"))
        head = f"{{{world.prefix}:{partition}}}:profile:"
        for name in world.redis.scan_iter(match=head + "*", count=1000):
            key = name.decode().removeprefix(head)
            assert key not in stored, "a user in two partitions"
            stored[key] = envelope.open(key, born, world.redis.get(name))
    assert stored == {key: profile.dumps() for key, profile in truth.profiles.items()}


def bad_records() -> list[Record]:
    """One of each kind of bad input, and some that only look bad."""
    good = {"kind": "invocation", "invocation_id": "x", "occurred_at": "2026-05-01T10:00:00Z", "user_id": "mallory"}
    return [
        Record(b"mallory", None),
        Record(None, b""),
        Record(b"mallory", b"not json"),
        Record(b"mallory", b"\xff\xfe"),
        Record(b"mallory", b"[]"),
        Record(b"mallory", json.dumps(good | {"input_tokens": -1}).encode(), (("trace", b"1"),)),
        Record(b"someone else", json.dumps(good).encode()),
        Record(b"mallory", b"x" * 5_000_000),
        Record(b"mallory", b"[" * 100_000),
        Record(b"mallory", json.dumps({"kind": "newer"}).encode()),
    ]


def loners(count: int) -> list[Record]:
    """Good records without a key, each of its own user: they may lie in any partition."""
    return [
        Record(
            None,
            json.dumps(
                {
                    "kind": "invocation",
                    "invocation_id": f"l{n}",
                    "occurred_at": "2026-05-01T10:00:00Z",
                    "user_id": f"loner{n}",
                }
            ).encode(),
        )
        for n in range(count)
    ]


@pytest.mark.slow
def test_joins_leaves_and_a_kill_change_nothing(world: World) -> None:
    """Two workers, a third joins, one leaves, one is killed, bad input in between: the same as one undisturbed pass."""
    world.settings["DETECTOR_CHECKPOINT_EVENTS"] = "300"
    records = story(RECORDS)
    step = RECORDS // 4
    records[step:step] = bad_records()
    records[2 * step : 2 * step] = loners(20)
    parts = [records[at : at + step] for at in range(0, len(records), step)]
    first, second = world.worker(), world.worker()
    until(first.ready, "the first worker")
    until(second.ready, "the second worker")
    world.produce(parts[0])
    until(lambda: world.counted() > step // 4, "some records judged")
    third = world.worker()
    world.produce(parts[1])
    until(third.ready, "the third worker")
    assert second.end() == 0
    world.produce(parts[2])
    until(lambda: world.counted() > 2.2 * step, "more records judged")
    first.end(signal.SIGKILL)
    for part in parts[3:]:
        world.produce(part)
    fourth = world.worker()
    until(lambda: world.counted() >= len(records), "all records counted")
    assert third.end() == 0
    assert fourth.end() == 0
    assert_exact(world, len(records))
