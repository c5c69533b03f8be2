"""`python -m tests.bench scale`: more workers, more users, and an outage to make up for, on real Kafka and Redis."""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from detector.evaluate.tables import Table, show
from tests.bench.population import Kind, Law, Population, kinds
from tests.bench.process import Meter, Taken, children
from tests.bench.worker import LACKING, fill, name_anew
from tests.bench.worker_real import LOOK_SECONDS, Counts, profile_bytes, quantile
from tests.edge.world import Record, Worker, World, until
from tests.servers import start_kafka, start_redis

WARM = 0.3
"""Share of the events after which measuring begins: start, connections and first loads are not the steady state."""
STOP_SHORT = 0.9
"""Share of the events at which it ends: the last ones wait, idle, for a checkpoint's time."""
LAWS: tuple[Law, ...] = ("Zipf", "uniform")


class Grown(msgspec.Struct):
    """One run over one population."""

    users: int
    law: str
    touched: int
    """Users that had an event."""
    taken: Taken
    redis_in: float
    """Bytes that Redis received an event: keys, profiles, positions, protocol."""
    redis_out: float
    profiles: int
    """Profiles written an event: 1 when none is written twice between two checkpoints."""
    checkpoint_ms: float
    """Mean time of a checkpoint."""
    checkpoint_share: float
    """Share of the time in which a checkpoint was being made."""
    loads: float
    """Profiles read from Redis an event."""
    sealed: int
    """Median bytes of a profile."""


def main(arguments: list[str]) -> None:
    """Measure, and print the tables."""
    options = _options().parse_args(arguments)
    with start_kafka(own=True) as kafka, start_redis(own=True) as store, tempfile.TemporaryDirectory() as folder:
        place = (kafka.bootstrap, store.url, Path(folder))
        if options.workers:
            show(workers_table(by_workers(place, options.workers, options.records, options.rounds)))
        if options.users:
            show(users_table([by_users(place, options.users, options.events) for _ in range(options.rounds)]))
        if options.outage:
            show(outage_table(*outage(place, options.outage, options.rate)))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench scale", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--records", type=int, default=100_000, help="records for the workers, of 300 people")
    parser.add_argument("--users", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--events", type=int, default=40_000, help="events in each population")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--outage", type=float, default=60.0, help="seconds that the worker is away; 0 leaves it out")
    parser.add_argument("--rate", type=float, default=4_000.0, help="records a second, meanwhile and after")
    return parser


Place = tuple[str, str, Path]


def _world(place: Place, partitions: int = 4) -> World:
    return World(place[0], place[1], name_anew(), place[2], partitions)


def by_workers(place: Place, numbers: list[int], records: int, rounds: int) -> dict[int, list[Taken]]:
    """The same records by one command with more and more processes."""
    taken: dict[int, list[Taken]] = {number: [] for number in numbers}
    with _world(place, partitions=8) as world:
        fill(world, records, 300)
        for number in range(rounds):
            for count in numbers:
                name = f"{world.prefix}-{count}-{number}"
                group = {"DETECTOR_REDIS_PREFIX": name, "DETECTOR_GROUP_ID": name, "DETECTOR_WEB_PORT": "0"}
                fleet = world.worker("--processes", str(count), **group)
                taken[count].append(_between(Counts(world, name), fleet, records))
                assert fleet.end() == 0, fleet.log.read_text()
                sys.stderr.write(f"{count} workers: {taken[count][-1].rate:,.0f} records/s\n")
    return taken


def _between(counts: Counts, worker: Worker, records: int) -> Taken:
    """What the worker and its children cost between two shares of these records."""
    first = _wait_for(counts, worker, WARM * records)
    pids = children(worker.process.pid) or [worker.process.pid]
    meter = Meter(*pids)
    return meter.taken(_wait_for(counts, worker, STOP_SHORT * records) - first)


def _wait_for(counts: Counts, worker: Worker, least: float) -> int:
    while (seen := counts.all()) < least:
        assert worker.process.poll() is None, worker.log.read_text()
        time.sleep(LOOK_SECONDS)
    return seen


def by_users(place: Place, users: list[int], events: int) -> list[Grown]:
    """The same number of events of more and more users, whose profiles Redis holds."""
    known = kinds()
    return [_grown(place, known, count, law, events) for law in LAWS for count in users]


def _grown(place: Place, known: list[Kind], users: int, law: Law, events: int) -> Grown:
    population = Population(known, users, law)
    with _world(place) as world:
        world.produce(population.records(events, world.partitions))
        touched = population.preload(world)
        worker, counts = world.worker(), Counts(world, world.prefix)
        first = _wait_for(counts, worker, WARM * events)
        meter, before = Meter(worker.process.pid), _spent(world, worker)
        seen = _wait_for(counts, worker, STOP_SHORT * events)
        taken, after = meter.taken(seen - first), _spent(world, worker)
        spent = {name: after[name] - before[name] for name in after}
        assert worker.end() == 0, worker.log.read_text()
        sealed = quantile(profile_bytes(world.redis, world.prefix), 0.5)
        _clear(world)
    sys.stderr.write(f"{users:,} users, {law}: {taken.cpu_per_million:.0f} CPU s a million\n")
    return Grown(
        users, law, touched, taken,
        redis_in=spent["in"] / taken.records, redis_out=spent["out"] / taken.records,
        profiles=0, checkpoint_ms=1000 * spent["sum"] / max(1, spent["count"]),
        checkpoint_share=spent["sum"] / taken.seconds, loads=spent["loads"] / taken.records, sealed=int(sealed),
    )  # fmt: skip


def _spent(world: World, worker: Worker) -> dict[str, float]:
    told = world.redis.info("stats")
    return {
        "in": told["total_net_input_bytes"],
        "out": told["total_net_output_bytes"],
        "sum": worker.metric("detector_checkpoint_seconds_sum"),
        "count": worker.metric("detector_checkpoint_seconds_count"),
        "loads": worker.metric("detector_profile_loads_total"),
    }


def _clear(world: World) -> None:
    for key in world.redis.scan_iter(match=f"{{{world.prefix}:*", count=1000):
        world.redis.delete(key)


def outage(place: Place, seconds: float, rate: float) -> tuple[float, float, float, Taken]:
    """A worker is away for `seconds` while records come at `rate`; they go on coming while it makes up for it.

    Returns seconds away, records a second, and seconds from the start until it is abreast, with what that cost.
    """
    known = kinds()
    population = Population(known, 10_000, "Zipf")
    with _world(place) as world:
        backlog = population.records(int(seconds * rate), world.partitions)
        going_on = population.records(int(seconds * rate), world.partitions)
        population.preload(world)
        world.produce(backlog)
        worker, counts = world.worker(), Counts(world, world.prefix)
        until(worker.ready, "the worker")
        meter, began = Meter(worker.process.pid), time.monotonic()
        sent = len(backlog)
        for part in _parts(going_on, int(rate)):
            world.produce(part)
            sent += len(part)
            if counts.all() >= sent - rate:  # a second's worth is on its way through any checkpoint
                break
            time.sleep(max(0.0, began + (sent - len(backlog)) / rate - time.monotonic()))
        _wait_for(counts, worker, sent - rate)  # records have run out: what is longer than that is a lower bound
        took = time.monotonic() - began
        taken = meter.taken(counts.all())
        assert worker.end() == 0, worker.log.read_text()
        _clear(world)
    return seconds, rate, took, taken


def _parts(records: list[Record], size: int) -> Iterable[list[Record]]:
    return (records[start : start + size] for start in range(0, len(records), size))


def workers_table(taken: dict[int, list[Taken]]) -> Table:
    """One row a number of workers."""
    one = statistics.median(each.rate for each in next(iter(taken.values())))
    rows = []
    for number, own in taken.items():
        rate = statistics.median(each.rate for each in own)
        rows.append([
            f"{number}", f"{rate:,.0f}", f"{rate / one:.2f}",
            f"{statistics.median(each.cpu_per_million for each in own):.0f}",
            f"{statistics.median(each.lacking for each in own):.2f}", f"{max(each.peak for each in own):.0f}",
        ])  # fmt: skip
    head = ["workers", "records/s", "times one", "CPU s a million", "cores lacking", "peak MiB, all"]
    note = f"Kafka, Redis and the workers share this machine's cores. {LACKING}"
    return Table("More workers, the same records", head, rows, note)


def users_table(rounds: list[list[Grown]]) -> Table:
    """One row a population: medians of the rounds."""
    rows = []
    first: dict[str, float] = {}
    for same in zip(*rounds, strict=True):
        one = same[0]
        cpu = statistics.median(each.taken.cpu_per_million for each in same)
        first.setdefault(one.law, cpu)
        rows.append([
            f"{one.users:,}", one.law, f"{one.touched:,}", f"{cpu:.0f}", f"{cpu / first[one.law]:.2f}",
            *(f"{statistics.median(getattr(each, name) for each in same):,.{digits}f}" for name, digits in SHOWN),
            f"{statistics.median(each.taken.rate for each in same):,.0f}",
            f"{max(each.taken.peak for each in same):.0f}",
        ])  # fmt: skip
    head = ["users", "law", "touched", "CPU s a million", "times the first", "Redis B in", "B out", "loads",
            "checkpoint ms", "of the time", "sealed B", "records/s", "peak MiB"]  # fmt: skip
    note = "Bytes and loads an event. Every touched user has a past in Redis; catching up, so checkpoints are by count."
    return Table("More users, the same number of events", head, rows, note)


SHOWN = (("redis_in", 0), ("redis_out", 0), ("loads", 2), ("checkpoint_ms", 1), ("checkpoint_share", 2), ("sealed", 0))


def outage_table(seconds: float, rate: float, took: float, taken: Taken) -> Table:
    """One row."""
    row = [f"{seconds:.0f}", f"{rate:,.0f}", f"{took:.1f}", f"{60 * took / seconds:.0f}", f"{taken.rate:,.0f}"]
    head = ["s away", "records/s meanwhile", "s until abreast", "minutes for an hour away", "records/s then"]
    return Table("Catching up while records go on coming", head, [row])
