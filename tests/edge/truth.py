"""Stories to tell workers, and what one undisturbed pass over them comes to."""

import json
import re
from collections.abc import Iterator, Mapping
from heapq import merge
from typing import NamedTuple

import msgspec
from aiokafka.structs import ConsumerRecord

from detector.alert import KafkaSource
from detector.edge.envelope import Envelope
from detector.event import Rejection
from detector.offline.replay import Replay
from detector.policy import Policy
from detector.profile import STATE_VERSION, Profile
from detector.simulate import Company
from tests.edge.world import STATE_KEY, Record, World

OCCURRED = re.compile(rb'"occurred_at": ?"([^"]+)"')


def story(count: int, seed: str = "edge", people: int = 80) -> list[Record]:
    """The first records of a company with gamers, keyed by user."""
    records = []
    for value in Company(seed=seed, people=people, days=3, mix="gamers").records():
        records.append(Record(json.loads(value)["user_id"].encode(), value))
        if len(records) == count:
            break
    assert len(records) == count
    return records


class Truth:
    """What the offline replay makes of the invocations topic, in the order in which the records were written."""

    def __init__(self, world: World, without: bytes | None = None) -> None:
        self.alerts: dict[tuple[str, int], dict[str, object]] = {}
        self.tally: dict[str, int] = {}
        replay = Replay(Policy(), max_hot=1_000_000)
        for record in in_order(world):
            event = replay.decoder.decode(record.value, record.key)
            if isinstance(event, Rejection) or record.value == without:
                self._count("refused:dead")
                continue
            step = replay.step(event, KafkaSource(record.topic, record.partition, record.offset))
            self._count(f"{type(event).__name__.lower()}:{step.disposition}")
            for alert in step.alerts:
                self.alerts[alert.alert_id, alert.revision] = json.loads(msgspec.json.encode(alert))
        self.profiles = replay.profiles

    def _count(self, name: str) -> None:
        self.tally[name] = self.tally.get(name, 0) + 1


def in_order(world: World) -> Iterator[ConsumerRecord]:
    """The invocations topic as it was written: each partition's own order, across them by Kafka's time. A hundred can
    be written in a millisecond, a small company's day, so then by their own.
    """
    partitions: dict[int, list[ConsumerRecord]] = {}
    for record in world.read(world.topics.invocations):
        partitions.setdefault(record.partition, []).append(record)
    return merge(*partitions.values(), key=lambda record: (record.timestamp, _occurred(record.value or b"")))


def _occurred(value: bytes) -> bytes:
    found = OCCURRED.search(value)
    return found[1] if found else b""


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


class Judgement(NamedTuple):
    """How the live run differs from the offline replay: records, alerts and events of profiles, too few or too many."""

    lost: int
    doubled: int
    wrong: list[str]
    """Alerts and profiles that are there once and say something else."""


def judged(world: World, produced: int, without: bytes | None = None, *, alerting: bool | None = None) -> Judgement:
    """Hold counts, alerts (repeats dropped by id and revision) and every profile's bytes against the replay's, which
    refuses `without`.
    """
    truth = Truth(world, without)
    alerting = produced >= 3_000 if alerting is None else alerting
    assert sum(truth.tally.values()) == produced, "the topic does not hold what was produced"
    assert truth.alerts or not alerting, "a long story without alerts proves little"
    told, stored = world.alerts(), profiles(world)
    events = {key: profile.events for key, profile in stored.items()}
    wanted = {key: profile.events for key, profile in truth.profiles.items()}
    pairs = [(truth.tally, world.tally()), (wanted, events), (dict.fromkeys(truth.alerts, 1), dict.fromkeys(told, 1))]
    wrong = [f"alert {key}" for key in truth.alerts.keys() & told.keys() if truth.alerts[key] != told[key]]
    wrong += [
        f"profile {key}"
        for key in truth.profiles.keys() & stored.keys()
        if truth.profiles[key].dumps() != stored[key].dumps()
    ]
    return Judgement(sum(_missing(*pair) for pair in pairs), sum(_missing(*pair[::-1]) for pair in pairs), wrong)


def _missing(wanted: Mapping[object, int], found: Mapping[object, int]) -> int:
    return sum(max(0, count - found.get(name, 0)) for name, count in wanted.items())


def assert_exact(world: World, produced: int, without: bytes | None = None) -> None:
    """Counts, alerts and every profile's bytes are what the offline replay gives that refuses `without`."""
    assert judged(world, produced, without) == (0, 0, [])


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


def crowd(people: int, batch: int) -> list[Record]:
    """One record of each of so many people."""
    call = {"kind": "invocation", "input_tokens": 900, "output_tokens": 80, "cost_usd": 0.01, "agent": "coder"}
    who = ((f"person{n}", f"c{batch}-{n}") for n in range(people))
    at = f"2026-05-01T{10 + batch // 60:02}:{batch % 60:02}:00Z"
    return [
        Record(user.encode(), json.dumps(call | {"invocation_id": name, "occurred_at": at, "user_id": user}).encode())
        for user, name in who
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
