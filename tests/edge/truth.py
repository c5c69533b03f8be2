"""Stories to tell workers, and what one undisturbed pass over them comes to."""

import json

import msgspec

from detector.alert import KafkaSource
from detector.edge.envelope import Envelope
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import STATE_VERSION, Profile
from detector.simulate import Company
from tests.edge.world import STATE_KEY, Record, World


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

    def __init__(self, world: World, without: bytes | None = None) -> None:
        self.alerts: dict[tuple[str, int], dict[str, object]] = {}
        self.profiles: dict[str, Profile] = {}
        self.tally: dict[str, int] = {}
        pipeline, decoder = Pipeline(Policy()), Decoder()
        for record in world.read(world.topics.invocations):
            event = decoder.decode(record.value, record.key)
            if isinstance(event, Rejection) or record.value == without:
                self._count("refused:dead")
                continue
            profile = self.profiles.setdefault(event.key, Profile.new(event.key))
            step = pipeline.step(profile, event, KafkaSource(record.topic, record.partition, record.offset))
            self._count(f"{type(event).__name__.lower()}:{step.disposition}")
            for alert in step.alerts:
                self.alerts[alert.alert_id, alert.revision] = json.loads(msgspec.json.encode(alert))

    def _count(self, name: str) -> None:
        self.tally[name] = self.tally.get(name, 0) + 1


def profiles(world: World) -> dict[str, Profile]:
    """Every profile in Redis, believed by the house's own rules; no user may lie in two partitions."""
    envelope = Envelope(STATE_KEY, codec=STATE_VERSION)
    stored: dict[str, Profile] = {}
    for partition in range(world.partitions):
        born = int(world.redis.hget(f"{{{world.prefix}:{partition}}}:lease", "world"))
        head = f"{{{world.prefix}:{partition}}}:profile:"
        for name in world.redis.scan_iter(match=head + "*", count=1000):
            key = name.decode().removeprefix(head)
            assert key not in stored, "a user in two partitions"
            stored[key] = Profile.loads(key, envelope.open(key, born, world.redis.get(name)))
    return stored


def assert_exact(world: World, produced: int, without: bytes | None = None) -> None:
    """Counts, alerts and every profile's bytes are what one undisturbed pass gives that refuses `without`."""
    truth = Truth(world, without)
    assert sum(truth.tally.values()) == produced
    assert world.tally() == truth.tally
    assert truth.alerts or produced < 3_000, "a long story without alerts proves little"
    assert world.alerts() == truth.alerts
    stored = {key: profile.dumps() for key, profile in profiles(world).items()}
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
