"""`python -m tests.realdata`: every figure on real data, as tables. Says so and ends well where the data is absent."""

import sys

from detector.evaluate.tables import show
from detector.policy import Policy
from tests.realdata import cadence, false_alarms, nab
from tests.realdata.source import root


def main() -> None:
    """Print the tables."""
    if root() is None:
        sys.stdout.write("no real data here: set TM_DATA to its directory\n")
        return
    for measure in (lambda: false_alarms.table(Policy()), cadence.table, nab.table):
        show(measure())
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
