"""What each measure should come to, and what stands between it and that."""

import statistics
from typing import NamedTuple


class Aim(NamedTuple):
    """A measure with a floor that must hold and an aim to work towards; None where none was set."""

    text: str
    unit: str
    floor: float | None
    aim: float | None
    in_the_way: str = ""
    more_is_better: bool = False


AIMS = {
    "core": Aim(
        "core, one process: judge and learn", "events/s", 15_000, 40_000,
        "Python's own steps: 14 model updates are a sixth of an event, the rest is spread over 150 small functions",
        more_is_better=True,
    ),
    "replay": Aim(
        "`detector replay`, gzip to alerts, decoding included", "records/s", 10_000, 25_000,
        "the core is three quarters of it, decoding most of the rest", more_is_better=True,
    ),
    "worker": Aim(
        "worker through Apache Kafka and Redis, one process", "records/s", 8_000, 25_000,
        "the core is four fifths of it; the edge adds 8 us a record, of which the consumer's thread takes half",
        more_is_better=True,
    ),
    "stock": Aim(
        "the same, over a stock Faust agent (`take(500)`) that does nothing", "times", 0.7, 2.0,
        "as above; the stock agent itself runs between 8,000 and 12,000 records/s with the machine's day",
        more_is_better=True,
    ),
    "p50": Aim("from record to alert at half of that load, p50", "ms", None, None),
    "p99": Aim("the same, p99", "ms", 500, 100, "an alert leaves with its chunk, and chunks wait for one another"),
    "naive-light": Aim(
        "over a naive Faust agent: one GET, one pickled z-score, one SET an event", "times", 20, 50,
        "a z-score is next to no judgement: what is saved is its round trips, what is paid is the core",
        more_is_better=True,
    ),
    "naive-trees": Aim("the same with River's half-space trees", "times", 20, 50, more_is_better=True),
    "quix-core": Aim(
        "over Quix Streams, same core, in memory only", "times", 1.0, 2.0,
        "the core is the same, and nothing of theirs is kept, fenced or authenticated", more_is_better=True,
    ),
    "bytewax-core": Aim(
        "over Bytewax, same core, in memory only", "times", 1.0, 2.0, "as above", more_is_better=True,
    ),
    "sealed": Aim(
        "typical profile in Redis, 300 people, sealed (median)", "bytes", 4_096, 1_536,
        "two thirds are hashes and running means that no compressor shortens; fewer ids or shorter floats would "
        "change what is judged",
    ),
    "largest": Aim("largest profile there", "bytes", 20_480, None),
    "written": Aim(
        "bytes Redis is sent an event, catching up, 1,000 users", "bytes", 1_024, 200,
        "every profile that an event touched is written whole once a checkpoint: size times distinct users over events",
    ),
    "growth": Aim(
        "CPU an event, 1,000 users to the most users, Zipf", "times", 2.0, 1.2,
        "an event of a user who is not in memory pays for opening, decoding, encoding, sealing and Redis once each",
    ),
    "memory": Aim("a worker's memory at the most users", "MiB", None, None),
}  # fmt: skip


def figure(values: list[float]) -> str:
    """Median, least and most, short.

    >>> figure([1000.4, 3000.0, 2000.0]), figure([1.5])
    ('2,000 (1,000-3,000)', '1.50')
    """
    middle = shown(statistics.median(values))
    return f"{middle} ({shown(min(values))}-{shown(max(values))})" if len(values) > 1 else middle


def shown(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:,.0f}" if value >= 20 else f"{value:.2f}"


def distance(aim: Aim, values: list[float]) -> str:
    """How far the median is from the aim, or that it is there; and whether even the floor is missed.

    >>> distance(Aim("", "", None, 40.0, "", True), [30.0]), distance(Aim("", "", 2.0, 1.2), [3.0])
    ('25 % short', '150 % over, floor missed')
    """
    value = statistics.median(values)
    missed = "floor missed" if aim.floor is not None and not _reaches(aim, value, aim.floor) else ""
    if aim.aim is None:
        return missed or "-"
    if _reaches(aim, value, aim.aim):
        return "reached"
    way = f"{abs(1 - value / aim.aim):.0%} {'short' if aim.more_is_better else 'over'}".replace("%", " %")
    return f"{way}, {missed}" if missed else way


def _reaches(aim: Aim, value: float, mark: float) -> bool:
    return value >= mark if aim.more_is_better else value <= mark


def bound(value: float | None) -> str:
    """A floor or an aim as text."""
    return "-" if value is None else f"{value:,g}"
