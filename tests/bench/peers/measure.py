"""`python -m tests.bench peers`: the worker, its peers and the bare consumers, in turn, on one broker and one Redis."""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from detector.evaluate.tables import Table, show
from tests.bench.peers.catalogue import PEERS, Peer
from tests.bench.peers.environment import NotInstalledError, python
from tests.bench.process import Taken
from tests.bench.worker import IN_HAND, LACKING, fill, name_anew
from tests.bench.worker_real import catch_up, spread
from tests.edge.world import World
from tests.servers import start_kafka, start_redis

WITHIN_SECONDS = 180.0
"""Most time that one subject gets for its records."""


def main(arguments: list[str]) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench peers", description=__doc__)
    parser.add_argument("--records", type=int, default=60_000, help="simulated records in four partitions")
    parser.add_argument("--people", type=int, default=300, help="users among whom they are spread")
    parser.add_argument("--rounds", type=int, default=3, help="how often each subject takes its turn")
    parser.add_argument("--only", nargs="*", choices=[*PEERS], default=[*PEERS], metavar="NAME")
    options = parser.parse_args(arguments)
    with (
        start_kafka(own=True) as kafka,
        start_redis(own=True) as store,
        tempfile.TemporaryDirectory() as folder,
        World(kafka.bootstrap, store.url, name_anew(), Path(folder)) as world,
    ):
        fill(world, options.records, options.people)
        taken, failed = rounds(world, options.only, options.records, options.rounds)
    show(table(taken, failed, f"{options.records:,} records of {options.people} people, {options.rounds} rounds"))


def rounds(world: World, names: list[str], records: int, count: int) -> tuple[dict[str, list[Taken]], dict[str, str]]:
    """Every subject in turn, `count` times; and why those that could not run could not.

    A lap of the worker before them counts for nobody: whoever is first finds everything cold, and the worker, which is,
    did 11,700 records/s in its first turn and 15,200 in its second.
    """
    taken: dict[str, list[Taken]] = {}
    failed: dict[str, str] = {}
    catch_up(world, f"{world.prefix}-nobody", records - IN_HAND)
    for number in range(count):
        for name in names:
            if name in failed:
                continue
            try:
                found = _one(world, name, number, records)
                taken.setdefault(name, []).append(found)
                sys.stderr.write(f"round {number + 1} {name}: {found.rate:,.0f} records/s\n")
            except (NotInstalledError, subprocess.SubprocessError) as error:
                failed[name] = str(error)
                sys.stderr.write(f"{name} could not run: {error}\n")
    return taken, failed


def _one(world: World, name: str, number: int, records: int) -> Taken:
    peer, group = PEERS[name], f"{world.prefix}-{name}-{number}"
    if not peer.place:
        return catch_up(world, group, records - IN_HAND)
    for key in world.redis.scan_iter(match="peer:*", count=1000):
        world.redis.delete(key)  # everybody begins with newcomers, in every round
    return _run(world, peer, group, min(records - IN_HAND, peer.most))


def _run(world: World, peer: Peer, group: str, stop_at: int) -> Taken:
    program = python() if peer.own else sys.executable
    place = [world.bootstrap, world.topics.invocations, group, str(stop_at), world.redis_url]
    command = [program, "-m", "tests.bench.peers.subject", peer.place, *place]
    told = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False)
    if told.returncode:
        raise subprocess.SubprocessError(told.stderr.strip()[-500:])
    return msgspec.json.decode(told.stdout.splitlines()[-1], type=Taken)


def table(taken: dict[str, list[Taken]], failed: dict[str, str], title: str) -> Table:
    """One row a subject; the share is the median of the rounds' own ratios."""
    rows = [_row(name, PEERS[name], taken) for name in taken]
    rows += [[PEERS[name].text, "could not run", "-", "-", "-", "-", why[:60]] for name, why in failed.items()]
    head = ["one process", "records/s", "CPU s a million", "cores lacking", "peak MiB", "worker's multiple",
            "after a crash it has"]  # fmt: skip
    return Table(title, head, rows, "Medians (least-most). Alerts of peers are encoded, not published. " + LACKING)


def _row(name: str, peer: Peer, taken: dict[str, list[Taken]]) -> list[str]:
    own = taken[name]
    ratios = [a.rate / b.rate for a, b in zip(taken.get("worker", own), own, strict=True)]
    return [
        peer.text,
        spread([one.rate for one in own]),
        spread([one.cpu_per_million for one in own]),
        f"{statistics.median(one.lacking for one in own):.2f}",
        f"{max(one.peak for one in own):.0f}",
        f"{statistics.median(ratios):.2f}",
        peer.keeps,
    ]
