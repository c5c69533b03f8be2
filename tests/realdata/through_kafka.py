"""`python -m tests.realdata.through_kafka [--each N]`: real traces through a real Kafka, worker and Redis, every record
accounted for, and what honest traffic raised. Says so and ends well where the data is absent.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from detector.edge.settings import Settings
from detector.evaluate.tables import Table, show
from detector.simulate.kafka import Pace, produce
from tests.bench.process import Meter, Taken
from tests.bench.worker_real import Counts, profile_bytes, quantile
from tests.edge.world import World
from tests.realdata.convert import TRACES, Record
from tests.realdata.source import root
from tests.servers import start_kafka, start_redis

TWICE_EVERY = 100
DAMAGED_EVERY = 500
"""Of a flawed run: every so manieth record comes twice, and is followed by a copy that has lost its time."""
LOOK_SECONDS = 0.1


class Run(msgspec.Struct):
    """What one run came to."""

    sent: Counter[str]
    """Records by trace."""
    repeats: int
    damaged: int
    """What was added on purpose to a flawed run."""
    became: dict[str, int]
    """Records by kind and disposition, as Redis counts them."""
    dead_letters: int
    alerts: list[dict[str, Any]]
    """The last revision of each."""
    taken: Taken
    """By the worker, from its first checkpoint to its last."""
    sizes: list[int]
    """Bytes of each sealed profile, smallest first."""


def run(world: World, *, each: int | None, flawed: bool = False) -> Run:
    """Send the traces, at most `each` records of one; wait until every record is checkpointed."""
    sent: Counter[str] = Counter()
    lines = _lines(sent, each)
    if flawed:
        lines = _flawed(lines)
    settings = Settings(kafka_bootstrap=world.bootstrap, topic_prefix=world.prefix)
    total = asyncio.run(produce(lines, settings, Pace(None, None)))
    good = sum(sent.values())
    repeats = good // TWICE_EVERY if flawed else 0
    taken = _judge(world, total)
    last = {identity: alert for (identity, _), alert in sorted(world.alerts().items())}
    return Run(
        sent, repeats, total - good - repeats, world.tally(), len(world.read(world.topics.dead_letters)),
        list(last.values()), taken, profile_bytes(world.redis, world.prefix),
    )  # fmt: skip


def _lines(sent: Counter[str], each: int | None) -> Iterator[bytes]:
    traces = (_named(name, islice(trace(), each)) for name, trace in TRACES.items())
    for _, name, record in merge(*traces, key=lambda one: one[0]):
        sent[name] += 1
        yield msgspec.json.encode(record)


def _named(name: str, records: Iterator[Record]) -> Iterator[tuple[str, str, Record]]:
    return ((record["occurred_at"], name, record) for record in records)


def _flawed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Redelivery and damage, as real producers have them. A damaged record keeps its user, so that it has a key."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % TWICE_EVERY == 0:
            yield line
        if number % DAMAGED_EVERY == 0:
            yield line.replace(b'"occurred_at":"', b'"occurred_at":"no time ')


def _judge(world: World, total: int) -> Taken:
    """Let a worker take them all."""
    counts, worker = Counts(world, world.prefix), world.worker()
    first, meter = 0, Meter(worker.process.pid)
    patience_ends = time.monotonic() + 120 + total / 500
    while (seen := counts.all()) < total:
        if seen and not first:
            first, meter = seen, Meter(worker.process.pid)
        assert worker.process.poll() is None, worker.log.read_text()
        assert time.monotonic() < patience_ends, f"{seen} of {total} records after too long"
        time.sleep(LOOK_SECONDS)
    taken = meter.taken(total - first)
    assert worker.end() == 0, worker.log.read_text()
    return taken


def assert_accounted(told: Run) -> None:
    """In = judged + repeats + late + dead letters, and each dead letter is on its topic."""
    became = told.became
    ways = Counter(dict.fromkeys(("judged", "repeat", "late", "dead"), 0))
    for name, count in became.items():
        ways[name.partition(":")[2]] += count
    assert set(ways) == {"judged", "repeat", "late", "dead"}, became
    assert sum(ways.values()) == sum(told.sent.values()) + told.repeats + told.damaged, became
    assert ways["dead"] == told.dead_letters == told.damaged, became
    assert ways["repeat"] >= told.repeats, became


def main(arguments: list[str]) -> None:
    """Run, assert, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.realdata.through_kafka", description=__doc__)
    parser.add_argument("--each", type=int, default=None, help="most records of one trace")
    parser.add_argument("--alerts", type=Path, default=None, help="write the alerts here, one a line")
    options = parser.parse_args(arguments)
    if root() is None:
        sys.stdout.write("no real data here: set TM_DATA to its directory\n")
        return
    with start_kafka(own=True) as kafka, start_redis(own=True) as store, tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"{kafka.kind} {kafka.version}, {store.kind} {store.version}\n")
        with World(kafka.bootstrap, store.url, "real-", Path(folder)) as world:
            told = run(world, each=options.each)
    for table in (_counts(told), _costs(told), _alerts(told)):
        show(table)
    if options.alerts:
        options.alerts.write_bytes(msgspec.json.Encoder().encode_lines(told.alerts))
    assert_accounted(told)
    sys.stdout.write("every record is accounted for: sent = judged + repeats + late + dead letters\n")


def _counts(told: Run) -> Table:
    rows = [[f"sent: {name}", f"{count:,}"] for name, count in sorted(told.sent.items())]
    rows.append(["sent: all", f"{sum(told.sent.values()):,}"])
    rows += [[name, f"{count:,}"] for name, count in sorted(told.became.items())]
    rows += [["all of them", f"{sum(told.became.values()):,}"], ["on the dead-letter topic", f"{told.dead_letters:,}"]]
    return Table("Records", ["what", "records"], rows)


def _costs(told: Run) -> Table:
    sizes = [f"{quantile(told.sizes, share):,}" for share in (0.5, 0.99, 1.0)]
    head = ["records/s", "CPU s a million", "cores lacking", "peak MiB", "profiles", "median B", "p99 B", "largest B"]
    taken = told.taken
    row = [
        f"{taken.rate:,.0f}",
        f"{taken.cpu_per_million:.0f}",
        f"{taken.lacking:.2f}",
        f"{taken.peak:.0f}",
        f"{len(told.sizes):,}",
        *sizes,
    ]
    return Table("One worker", head, [row])


def _alerts(told: Run) -> Table:
    """By trace, typology and families, without users: some of the sources have no licence to publish."""
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for alert in told.alerts:
        key = (alert["tenant_id"], alert["category"], alert["typology"], alert["severity"], " ".join(alert["families"]))
        kinds.setdefault(key, []).append(alert)
    rows = [[*key, f"{len({a['user_id'] for a in found})}", f"{len(found)}"] for key, found in sorted(kinds.items())]
    head = ["trace", "category", "typology", "severity", "families", "users", "alerts"]
    rows.append(["all", "", "", "", "", "", f"{len(told.alerts)}"])
    return Table("Alerts on honest traffic", head, rows, "Each alert once, at its last revision.")


if __name__ == "__main__":
    main(sys.argv[1:])
