"""What streaming anomaly models cost an event, beside this detector's: `python -m tests.bench.peers.scorers RECORDS`.

All in one process, one model over the whole stream where the detector keeps one profile a person: that favours them.
Prints one JSON list of `Cost`.
"""

import pickle
import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import msgspec
import numpy as np
from river import anomaly, compose, preprocessing

from detector.event import Invocation
from detector.models import Level, Share
from detector.simulate import Company
from tests.bench.peers.same_core import SameCore

PLACE = ("bench", 0, 0)


class Cost(msgspec.Struct):
    """One model's cost."""

    model: str
    micros: float
    """Microseconds an event, scored and learned."""
    kept: int
    """Bytes that its state takes: pickled, or for the detector the median profile."""


def main(records: str) -> None:
    """Measure all of them."""
    lines = list(islice(Company(seed="bench", people=60, days=120, mix="default").records(), int(records)))
    core = SameCore()
    events = [event for line in lines if (event := core.decode(line)) is not None]
    points = [_point(event) for event in events if isinstance(event, Invocation)]
    costs = [*_ours(events), *_rivers(points), *_pysads(points)]
    sys.stdout.write(msgspec.json.encode(costs).decode() + "\n")


def _point(call: Invocation) -> list[float]:
    sizes = (call.input_tokens, call.output_tokens, call.cache_read_tokens, call.cache_write_tokens)
    return [float(np.log1p(size)) for size in sizes]


def _ours(events: list[Any]) -> list[Cost]:
    core = SameCore()
    began = time.process_time()
    for event in events:
        core.step(core.profiles.get(event.key) or core.new(event.key), event, PLACE)
    whole = (time.process_time() - began) / len(events) * 1e6
    sizes = sorted(len(profile.dumps()) for profile in core.profiles.values())
    kept = sizes[len(sizes) // 2]
    updates, micros = _updates(events)
    text = f"of that, River's means: {updates:.1f} updates"
    return [Cost("detector, whole judgement, all typologies", whole, kept), Cost(text, updates * micros, 0)]


def _updates(events: list[Any]) -> tuple[float, float]:
    """How many updates of models an event costs, and what one takes."""
    counted = 0
    plain = Level.update, Share.update

    def counting(update: Callable[[Any, float], None]) -> Callable[[Any, float], None]:
        def run(model: Any, x: float) -> None:
            nonlocal counted
            counted += 1
            update(model, x)

        return run

    core = SameCore()
    Level.update, Share.update = counting(plain[0]), counting(plain[1])  # type: ignore[method-assign]
    try:
        for event in events:
            core.step(core.profiles.get(event.key) or core.new(event.key), event, PLACE)
    finally:
        Level.update, Share.update = plain  # type: ignore[method-assign]
    level, share, count = Level(50), Share(50), 20_000
    began = time.process_time()
    for _ in range(count):
        level.update(1.5)
        share.update(1.0)
    return counted / len(events), (time.process_time() - began) / count / 2 * 1e6


def _rivers(points: list[list[float]]) -> list[Cost]:
    named = [dict(zip(("i", "o", "r", "w"), point, strict=True)) for point in points]
    made: list[tuple[str, Callable[[], Any], int]] = [
        ("River half-space trees, default 10x8", lambda: anomaly.HalfSpaceTrees(seed=1), 4_000),
        ("River half-space trees, 25x15", lambda: anomaly.HalfSpaceTrees(n_trees=25, height=15, seed=1), 300),
        ("River one-class SVM", anomaly.OneClassSVM, 10_000),
    ]
    return [_cost(text, _River(model()), named[:count]) for text, model, count in made]


class _River:
    def __init__(self, model: Any) -> None:
        self.model = compose.Pipeline(preprocessing.MinMaxScaler(), model)

    def take(self, point: Any) -> None:
        self.model.score_one(point)
        self.model.learn_one(point)


def _pysads(points: list[list[float]]) -> list[Cost]:
    from pysad import models as pysad  # noqa: PLC0415 - only in the peers' environment

    vectors = np.array(points)
    low, high = vectors.min(axis=0), vectors.max(axis=0) + 1e-9
    made: list[tuple[str, Callable[[], Any], int]] = [
        ("PySAD half-space trees, default 25x15", lambda: pysad.HalfSpaceTrees(low, high, random_state=1), 2_000),
        ("PySAD half-space trees, 10x8", lambda: pysad.HalfSpaceTrees(low, high, 250, 10, 8, random_state=1), 2_000),
        ("PySAD xStream", lambda: pysad.xStream(random_state=1), 600),
        ("PySAD LODA", lambda: pysad.LODA(random_state=1), 1_000),
        ("PySAD RS-Hash", lambda: pysad.RSHash(low, high), 600),
        ("PySAD robust random cut forest", pysad.RobustRandomCutForest, 400),
    ]
    return [_cost(text, _PySad(model()), list(vectors[:count])) for text, model, count in made]


class _PySad:
    def __init__(self, model: Any) -> None:
        self.model = model

    def take(self, point: Any) -> None:
        self.model.fit_score_partial(point)


def _cost(text: str, subject: Any, points: list[Any]) -> Cost:
    """The second half is measured: windows and scalers have filled in the first."""
    half = len(points) // 2
    for point in points[:half]:
        subject.take(point)
    began = time.process_time()
    for point in points[half:]:
        subject.take(point)
    micros = (time.process_time() - began) / (len(points) - half) * 1e6
    return Cost(text, micros, len(pickle.dumps(subject.model)))


if __name__ == "__main__":
    main(*sys.argv[1:])
