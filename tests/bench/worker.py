"""`python -m tests.bench worker`: one worker process on real Kafka and Redis beside consumers that do nothing."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from detector.edge.settings import Settings
from detector.evaluate.tables import Table, show
from detector.simulate import BEHAVIOURS, Company, Gamer, Mix
from detector.simulate.kafka import Timed
from tests.bench.process import Taken
from tests.bench.worker_real import Paced, catch_up, paced, profile_bytes, quantile, spread
from tests.edge.world import Record, World
from tests.servers import start_kafka, start_redis

SUBJECTS = {
    "worker": "detector worker",
    "chunks": "Faust agent, same chunks, does nothing",
    "stock": "Faust agent, stock take(500), does nothing",
    "getmany": "aiokafka getmany loop, does nothing",
}


PARTITIONS = 4
IN_HAND = PARTITIONS * Settings().checkpoint_events
"""Records short of all at which every subject's clock stops: so many may wait, idle, for a checkpoint's time."""
GAMERS = Mix(gamers=4 * tuple(Gamer(name, 0.75) for name, kind in BEHAVIOURS.items() if kind.person_alert))
"""Who plays in the paced run: at the ordinary mix, a run of a minute raises too few alerts for a p99."""

LACKING = "Cores lacking: threads were ready to run and neighbours ran."


def main(arguments: list[str]) -> None:
    """Measure, and print the tables."""
    options = _options().parse_args(arguments)
    with start_kafka(own=True) as kafka, start_redis(own=True) as store, tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(f"{kafka.kind} {kafka.version}, {store.kind} {store.version}\n")
        with World(kafka.bootstrap, store.url, name_anew(), Path(folder)) as world:
            fill(world, options.records, options.people)
            taken, sizes = _rounds(world, options)
        show(_rates(taken, options))
        show(_sizes(sizes))
        if options.seconds:
            rate = options.load * statistics.median(one.rate for one in taken["worker"])
            show(_ages(paced_at((kafka.bootstrap, store.url, Path(folder)), rate, options.seconds), rate))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench worker", description=__doc__)
    parser.add_argument("--records", type=int, default=60_000, help="simulated records in four partitions")
    parser.add_argument("--people", type=int, default=300, help="users among whom they are spread")
    parser.add_argument("--rounds", type=int, default=3, help="how often each subject takes its turn")
    parser.add_argument("--load", type=float, default=0.5, help="share of the worker's rate in the paced run")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the paced run; 0 leaves it out")
    return parser


def paced_at(place: tuple[str, str, Path], rate: float, seconds: float) -> Paced:
    """Records of 300 people at a steady rate to a fresh worker on this broker and this Redis."""
    with World(place[0], place[1], name_anew(), place[2]) as world:
        return paced(world, iter(list(_records(int(rate * seconds), 300, GAMERS))), rate)


def fill(world: World, records: int, people: int) -> None:
    """Write a company's first records to the world's topic, keyed by user."""
    world.produce(Record(msgspec.json.decode(line, type=Timed).user_id.encode(), line)
                  for line in _records(records, people, "default"))  # fmt: skip


def name_anew() -> str:
    """A prefix that no other run has."""
    return f"b{uuid.uuid4().hex[:10]}"


def _records(count: int, people: int, mix: str | Mix) -> Iterator[bytes]:
    return islice(Company(seed="bench", people=people, days=120, mix=mix).records(), count)


def _rounds(world: World, options: argparse.Namespace) -> tuple[dict[str, list[Taken]], list[int]]:
    taken: dict[str, list[Taken]] = {kind: [] for kind in SUBJECTS}
    name = ""
    for number in range(options.rounds):
        for kind in SUBJECTS:
            name = f"{world.prefix}-{kind}-{number}"
            run = catch_up if kind == "worker" else _idle
            taken[kind].append(run(world, name, options.records - IN_HAND))
            sys.stderr.write(f"round {number + 1} {kind}: {taken[kind][-1].rate:,.0f} records/s\n")
    return taken, profile_bytes(world.redis, f"{world.prefix}-worker-{options.rounds - 1}")


def _idle(world: World, name: str, stop_at: int) -> Taken:
    kind = name.split("-")[1]
    command = [sys.executable, "-m", "tests.bench.worker_idle", kind, world.bootstrap, world.prefix, name, str(stop_at)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if told.returncode:
        raise RuntimeError(told.stderr)
    return msgspec.json.decode(told.stdout, type=Taken)


def _rates(taken: dict[str, list[Taken]], options: argparse.Namespace) -> Table:
    def ratio(one: str, other: str) -> str:
        pairs = zip(taken[one], taken[other], strict=True)
        return f"{statistics.median(a.rate / b.rate for a, b in pairs):.2f}"

    rows = [
        [
            text,
            spread([one.rate for one in taken[kind]]),
            spread([one.cpu_per_million for one in taken[kind]]),
            f"{statistics.median(one.lacking for one in taken[kind]):.2f}",
            f"{max(one.peak for one in taken[kind]):.0f}",
            ratio("worker", kind),
        ]
        for kind, text in SUBJECTS.items()
    ]
    head = ["one process", "records/s", "CPU s a million", "cores lacking", "peak MiB", "worker's share"]
    note = (
        "Medians of rounds that alternate (least-most); the share is the median of the rounds' own ratios. " + LACKING
    )
    title = f"{options.records:,} records of {options.people} people in 4 partitions, {options.rounds} rounds"
    return Table(title, head, rows, note)


def _sizes(sizes: list[int]) -> Table:
    row = [f"{len(sizes):,}", *(f"{quantile(sizes, share):,}" for share in (0.5, 0.99, 1.0)), f"{sum(sizes):,}"]
    return Table("Bytes of a sealed profile in Redis", ["profiles", "median", "p99", "largest", "all"], [row])


def _ages(found: Paced, rate: float) -> Table:
    ages, taken = found.ages, found.taken
    cells = [f"{1000 * quantile(ages, share):,.0f}" for share in (0.5, 0.9, 0.99, 1.0)] if ages else ["-"] * 4
    shares = [f"{seconds / taken.seconds:.2f}" for seconds in (taken.cpu, taken.starved)]
    row = [f"{rate:,.0f}", f"{taken.rate:,.0f}", *shares, f"{len(ages):,}", *cells]
    head = [
        "records/s asked",
        "records/s held",
        "cores busy",
        "cores lacking",
        "alerts",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "most ms",
    ]
    note = "The alert's time in Kafka less its record's. " + LACKING
    return Table("From record to alert at a steady rate", head, [row], note)
