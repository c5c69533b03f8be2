"""`python -m tests.bench [--quick] [--markdown]`: everything in one run on one broker and one Redis, in one table."""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from detector.evaluate.tables import Table, show
from tests.bench import core, models, scale
from tests.bench.aims import AIMS, bound, distance, figure
from tests.bench.peers.catalogue import PEERS
from tests.bench.peers.environment import NotInstalledError
from tests.bench.peers.measure import rounds
from tests.bench.worker import LACKING, fill, name_anew, paced_at
from tests.bench.worker_real import profile_bytes, quantile
from tests.edge.world import World
from tests.servers import start_kafka, start_redis


class Size(NamedTuple):
    """How much is measured."""

    rounds: int
    populations: int
    """Rounds of the populations, which take a third of the time."""
    records: int
    peers: list[str]
    users: list[int]
    events: int
    workers: list[int]
    seconds: float
    """Of the paced run, and of the outage."""
    scorers: int


FULL = Size(3, 1, 60_000, [*PEERS], [1_000, 10_000, 100_000, 1_000_000], 40_000, [1, 2, 4], 30.0, 20_000)
QUICK = Size(1, 1, 40_000, ["worker", "aiokafka-core", "faust-take"], [1_000, 50_000], 15_000, [1, 2], 8.0, 3_000)
"""Some two minutes: that every part runs, and orders of magnitude."""

Rows = dict[str, tuple[str, list[float]]]
"""By text, unit and figures."""


def main(arguments: list[str]) -> None:
    """Measure everything, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little of everything, for CI")
    parser.add_argument("--markdown", action="store_true", help="the aims' rows as the README has them")
    parser.add_argument("--rounds", type=int, help="how often each part takes its turn, but for the populations")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else FULL
    size = size._replace(rounds=options.rounds or size.rounds)
    aimed: dict[str, list[float]] = {}
    rest: Rows = {}
    of_core(size, aimed, rest)
    with start_kafka(own=True) as kafka, start_redis(own=True) as store, tempfile.TemporaryDirectory() as folder:
        place = (kafka.bootstrap, store.url, Path(folder))
        of_peers(size, place, aimed, rest)
        of_scale(size, place, aimed, rest)
    of_models(size, rest)
    show(table(aimed, rest))
    if options.markdown:
        sys.stdout.write(markdown(aimed) + "\n")


def of_core(size: Size, aimed: dict[str, list[float]], rest: Rows) -> None:
    """The judgement alone."""
    tell("core")
    for what, unit, figures in core.measure(core.simulated(60, 8, "default", size.records), size.rounds):
        name = {"core: judge and learn": "core", "replay, gzip to alerts": "replay"}.get(what)
        if name:
            aimed[name] = figures
        else:
            rest[f"core: {what.strip()}"] = unit, figures


def of_peers(size: Size, place: scale.Place, aimed: dict[str, list[float]], rest: Rows) -> None:
    """The worker beside its peers, and from record to alert."""
    with World(place[0], place[1], name_anew(), place[2]) as world:
        fill(world, size.records, 300)
        taken, failed = rounds(world, size.peers, size.records, size.rounds)
        sizes = profile_bytes(world.redis, f"{world.prefix}-worker-{size.rounds - 1}")
    for name, own in taken.items():
        rest[f"{PEERS[name].text}: records/s"] = "", [each.rate for each in own]
        rest[f"{PEERS[name].text}: CPU s a million"] = "", [each.cpu_per_million for each in own]
    for name, why in failed.items():
        rest[f"{PEERS[name].text}: could not run: {why[:50]}"] = "", [0.0]
    aimed["worker"] = [each.rate for each in taken["worker"]]
    aimed["stock"] = [a.rate / b.rate for a, b in zip(taken["worker"], taken["faust-take"], strict=True)]
    aimed["sealed"], aimed["largest"] = [float(quantile(sizes, 0.5))], [float(sizes[-1])]
    for name in OVER & taken.keys():
        aimed[name] = [a.rate / b.rate for a, b in zip(taken["worker"], taken[name], strict=True)]
    tell("paced")
    ages = paced_at(place, statistics.median(aimed["worker"]) / 2, size.seconds).ages
    if ages:
        aimed["p50"], aimed["p99"] = [1000 * quantile(ages, 0.5)], [1000 * quantile(ages, 0.99)]


OVER = {"naive-light", "naive-trees", "quix-core", "bytewax-core"}
"""Peers whose rate the worker's is held against."""


def of_scale(size: Size, place: scale.Place, aimed: dict[str, list[float]], rest: Rows) -> None:
    """More workers, more users, and an outage."""
    tell("scale")
    by_workers = scale.by_workers(place, size.workers, size.records, size.rounds)
    for number, own in by_workers.items():
        rest[f"{number} workers: records/s, all"] = "", [each.rate for each in own]
    grown = list(zip(*(scale.by_users(place, size.users, size.events) for _ in range(size.populations)), strict=True))
    for same in grown:
        head = f"{same[0].users:,} users, {same[0].law}"
        rest[f"{head}: CPU s a million"] = "", [each.taken.cpu_per_million for each in same]
        rest[f"{head}: bytes Redis is sent an event"] = "", [each.redis_in for each in same]
        rest[f"{head}: profiles loaded an event"] = "", [each.loads for each in same]
        rest[f"{head}: a checkpoint"] = "ms", [each.checkpoint_ms for each in same]
        rest[f"{head}: share of the time in checkpoints"] = "", [each.checkpoint_share for each in same]
        rest[f"{head}: peak"] = "MiB", [each.taken.peak for each in same]
    few, many = grown[0], grown[len(size.users) - 1]
    aimed["written"] = [each.redis_in for each in few]
    aimed["growth"] = [
        b.taken.cpu_per_million / a.taken.cpu_per_million for a, b in zip(few, many, strict=True)
    ]  # the laws come one after the other, Zipf first
    aimed["memory"] = [each.taken.peak for each in many]
    away, rate, took, taken = scale.outage(place, size.seconds, statistics.median(aimed["worker"]) / 4)
    rest[f"after {away:.0f} s away at {rate:,.0f} records/s, abreast in"] = "s", [took]
    rest["  while catching up"] = "records/s", [taken.rate]


def of_models(size: Size, rest: Rows) -> None:
    """What an event costs other models."""
    tell("models")
    try:
        found = models.measure(size.scorers, size.rounds)
    except NotInstalledError as error:
        rest[f"models: could not run: {error}"[:80]] = "", [0.0]
        return
    for same in zip(*found, strict=True):
        rest[f"an event: {same[0].model}"] = "us", [cost.micros for cost in same]


def tell(part: str) -> None:
    """Say on standard error what comes next."""
    sys.stderr.write(f"--- {part}\n")


def table(aimed: dict[str, list[float]], rest: Rows) -> Table:
    """What has an aim first, everything else below."""
    rows = [
        [AIMS[name].text, figure(values), AIMS[name].unit, bound(AIMS[name].floor), bound(AIMS[name].aim),
         distance(AIMS[name], values)]
        for name, values in sorted(aimed.items(), key=lambda item: [*AIMS].index(item[0]))
    ]  # fmt: skip
    rows += [[text, figure(values), unit, "", "", ""] for text, (unit, values) in rest.items()]
    head = ["measure", "figure", "unit", "floor", "aim", "distance"]
    return Table("Speed", head, rows, "Medians (least-most) of rounds that alternate. " + LACKING)


def markdown(aimed: dict[str, list[float]]) -> str:
    """The rows that have aims, as the README shows them, and what stands in the way of each that is short."""
    lines = ["| measure | figure | floor | aim | distance |", "|---|---|---|---|---|"]
    for name, aim in AIMS.items():
        if name in aimed:
            cells = [aim.text, f"{figure(aimed[name])} {aim.unit}", bound(aim.floor), bound(aim.aim)]
            lines.append(f"| {' | '.join(cells)} | {distance(aim, aimed[name])} |")
    short = [name for name, values in aimed.items() if distance(AIMS[name], values) not in {"-", "reached"}]
    ways = [f"- {AIMS[name].text}: {AIMS[name].in_the_way}." for name in AIMS if name in short]
    return "\n".join([*lines, "", *ways])


if __name__ == "__main__":
    main(sys.argv[1:])
