"""`python -m tests.apart [SEED ...]`: the judgement on a company written apart from it, as tables."""

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from detector.evaluate import report
from detector.evaluate.play import play
from detector.evaluate.played import Played
from detector.evaluate.score import cases
from detector.evaluate.tables import show
from detector.policy import Policy
from tests.apart.company import MIXES
from tests.apart.world import DAYS, Apart

SEEDS = (2, 3)


def run(task: tuple[int, str]) -> Played:
    """One world, played."""
    seed, mix = task
    played = play(Apart(seed, mix), Policy(), {})
    played.world, played.mix, played.seed, played.days = "apart", mix, seed, DAYS
    return played


def main() -> None:
    """Play each mix on each seed, and print who was caught and who was wrongly named."""
    seeds = [int(seed) for seed in sys.argv[1:]] or SEEDS
    with ProcessPoolExecutor() as processes:
        runs = list(processes.map(run, product(seeds, MIXES)))
    found = [case for played in runs for case in cases(played)]
    for table in (
        report.played(runs), report.recall(found), report.behaviours(found), report.false_rates(runs),
        report.personas(runs), report.delays(found), report.confusion(found), report.calibration(runs),
    ):  # fmt: skip
        show(table)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
