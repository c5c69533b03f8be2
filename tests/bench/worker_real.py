"""The detector's own worker as a subject: its rate by its checkpoints, its alerts' age, its profiles' size."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from detector.edge.settings import Settings
from detector.simulate.kafka import Pace, produce
from tests.bench.process import Meter, Taken
from tests.edge.world import World, until

if TYPE_CHECKING:
    import redis

LOOK_SECONDS = 0.02
"""Between two looks at the counts in Redis: a hundredth of the time between two checkpoints."""
SETTLE_SECONDS = 5.0
"""How long a paced run goes on before alerts count: connections, first profiles and caches are not the steady state."""


class Counts:
    """What became of records under one Redis prefix, as of the checkpoints."""

    def __init__(self, world: World, prefix: str) -> None:
        self._redis = world.redis
        self._keys = [f"{{{prefix}:{partition}}}:tally" for partition in range(world.partitions)]

    def by_name(self) -> dict[str, int]:
        """Records by kind and disposition."""
        pipe, total = self._redis.pipeline(transaction=False), dict[str, int]()
        for key in self._keys:
            pipe.hgetall(key)
        for found in pipe.execute():
            for name, count in found.items():
                total[name.decode()] = total.get(name.decode(), 0) + int(count)
        return total

    def all(self) -> int:
        """All records counted."""
        return sum(self.by_name().values())


def catch_up(world: World, name: str, stop_at: int) -> Taken:
    """A fresh worker with a fresh store; measured from its first checkpoint to the one that reaches `stop_at`."""
    counts = Counts(world, name)
    worker = world.worker(DETECTOR_REDIS_PREFIX=name, DETECTOR_GROUP_ID=name)
    first, meter = 0, Meter(worker.process.pid)
    while (seen := counts.all()) < stop_at:
        if seen and not first:
            first, meter = seen, Meter(worker.process.pid)
        assert worker.process.poll() is None, worker.log.read_text()
        time.sleep(LOOK_SECONDS)
    taken = meter.taken(seen - first)
    assert worker.end() == 0, worker.log.read_text()
    return taken


def profile_bytes(client: "redis.Redis", prefix: str) -> list[int]:
    """Sizes of all sealed profiles under a prefix, smallest first."""
    keys = list(client.scan_iter(match=f"{{{prefix}:*}}:profile:*", count=1000))
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.strlen(key)
    return sorted(pipe.execute())


class Paced(msgspec.Struct):
    """A worker while records come at a steady rate."""

    taken: Taken
    """From the first record sent to the last one checkpointed."""
    ages: list[float]
    """Seconds from a record's time in Kafka to that of each alert that it raised or revised, least first."""


def paced(world: World, records: Iterator[bytes], rate: float) -> Paced:
    """Let records come at `rate` a second to a worker that is ready."""
    worker, counts = world.worker(), Counts(world, world.prefix)
    until(worker.ready, "the worker")
    settings = Settings(kafka_bootstrap=world.bootstrap, topic_prefix=world.prefix)
    meter = Meter(worker.process.pid)
    count = asyncio.run(produce(records, settings, Pace(rate, None)))
    until(lambda: counts.all() >= count, "all records judged")
    taken = meter.taken(count)
    assert worker.end() == 0, worker.log.read_text()
    return Paced(taken, _ages(world))


def _ages(world: World) -> list[float]:
    born = {(record.partition, record.offset): record.timestamp for record in world.read(world.topics.invocations)}
    settled = min(born.values()) + 1000 * SETTLE_SECONDS
    told = [(msgspec.json.decode(record.value), record.timestamp) for record in world.read(world.topics.alerts)]
    # The end of an alert names the record that it was last seen on, long before it is known to be over.
    pairs = [(born[_place(alert)], at) for alert, at in told if alert["status"] == "firing"]
    return sorted((told - at) / 1000 for at, told in pairs if at >= settled)


def _place(alert: dict[str, Any]) -> tuple[int, int]:
    return alert["source"]["partition"], alert["source"]["offset"]


def quantile(ordered: list[float] | list[int], share: float) -> float:
    """The value below which this share of them lies; of few, the nearest one."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: list[float]) -> str:
    """Median, least and most.

    >>> spread([1000.4, 3000.0, 2000.0])
    '2,000 (1,000-3,000)'
    """
    return f"{statistics.median(values):,.0f} ({min(values):,.0f}-{max(values):,.0f})"
