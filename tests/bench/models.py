"""`python -m tests.bench models`: what an event costs streaming anomaly models, and this detector's judgement."""

import argparse
import statistics
import subprocess

import msgspec

from detector.evaluate.tables import Table, show
from tests.bench.peers.environment import NotInstalledError, python
from tests.bench.worker_real import spread

WITHIN_SECONDS = 300.0


class Cost(msgspec.Struct):
    """See `peers.scorers.Cost`, which only its own environment can import."""

    model: str
    micros: float
    kept: int


def main(arguments: list[str]) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench models", description=__doc__)
    parser.add_argument("--records", type=int, default=20_000, help="simulated records of 60 people")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    show(table(measure(options.records, options.rounds), options.rounds))


def measure(records: int, rounds: int) -> list[list[Cost]]:
    """Each round's costs. Raises `NotInstalledError`."""
    command = [python(), "-m", "tests.bench.peers.scorers", str(records)]
    found = []
    for _ in range(rounds):
        told = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False)
        if told.returncode:
            raise NotInstalledError(told.stderr.strip()[-500:])
        found.append(msgspec.json.decode(told.stdout.splitlines()[-1], type=list[Cost]))
    return found


def table(found: list[list[Cost]], rounds: int) -> Table:
    """One row a model."""
    ours = statistics.median(costs[0].micros for costs in found)
    rows = []
    for same in zip(*found, strict=True):
        micros = [cost.micros for cost in same]
        kept = f"{same[0].kept:,}" if same[0].kept else "-"
        rows.append([same[0].model, spread(micros), f"{statistics.median(micros) / ours:.1f}", kept])
    head = ["model", "us an event", "times ours", "bytes kept"]
    note = "CPU time of scoring and learning; four features for the models, everything for the detector."
    return Table(f"Cost of models, {rounds} rounds", head, rows, note)
