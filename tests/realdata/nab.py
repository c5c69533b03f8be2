"""The volume model on the Numenta Anomaly Benchmark, by its own scoring rule: the whole of 58 series, one threshold."""

from itertools import groupby

from detector.evaluate.tables import Table
from tests.realdata.source import loader
from tests.realdata.volume import Volume

SCOREBOARD = "windowed Gaussian 39.6, random cut forest 51.7, HTM 70.1"


def scores() -> dict[str, list[float]]:
    """The oddness of every row, file by file."""
    found = {}
    for name, rows in groupby(loader("nab").events(), key=lambda e: e["user"]):
        model = Volume()
        found[name] = [model.update(row["t"], row["cost"]) for row in rows]
    return found


def table() -> Table:
    """The three published profiles."""
    result = loader("nab_score").score(scores())
    rows = [
        [profile, f"{result[name]:.1f}", f"{result[name + '_threshold']:.3f}"]
        for profile, name in (
            ("standard", "standard"), ("few false alarms", "reward_low_FP_rate"), ("few misses", "reward_low_FN_rate"),
        )
    ]  # fmt: skip
    return Table("NAB score of the volume model", ["profile", "score", "threshold"], rows, f"Published: {SCOREBOARD}")
