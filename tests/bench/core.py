"""The core alone: decoded events of a simulated company through the pipeline, on one core, no Kafka, no Redis."""

import argparse
import gzip
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

import detector.pipeline
from detector.alert import FileSource
from detector.edge.envelope import Envelope
from detector.event import Decoder, Event
from detector.offline.recorded import lines_of
from detector.offline.replay import Replay
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import STATE_VERSION, Profile
from detector.simulate import Company

STAGES = ("extract", "extract_outcome", "decide", "consider", "learn_call", "learn_outcome", "learn_alerts")
"""Functions of the pipeline that are timed one by one; the typologies are timed together, as `evidence`."""
KINDS = {"s": "sessions", "l": "lines", "t": "strands"}
SOURCE = FileSource("bench", 1)


def main(arguments: list[str]) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench core", description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--mix", default="default")
    parser.add_argument("--most", type=int, default=60_000, help="records")
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args(arguments)
    records = simulated(asked.people, asked.days, asked.mix, asked.most)
    say(
        f"{len(records):,} records, mix {asked.mix}, {asked.people} people; Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {asked.repeats} repeats: median (least..most)"
    )
    show(measure(records, asked.repeats))


def simulated(people: int, days: int, mix: str, most: int) -> list[bytes]:
    """The records that are judged."""
    return list(itertools.islice(Company(seed="bench", people=people, days=days, mix=mix).records(), most))


def measure(records: list[bytes], repeats: int) -> list[tuple[str, str, list[float]]]:
    """Rows of the table: what, unit, one figure a repeat."""
    rows: dict[tuple[str, str], list[float]] = {}

    def note(what: str, unit: str, figure: float) -> None:
        rows.setdefault((what, unit), []).append(figure)

    for _ in range(repeats):
        events, seconds = timed(partial(decoded, records))
        note("decode", "us/record", seconds / len(records) * 1e6)
        profiles, seconds = timed(partial(judged, events, Pipeline(Policy())))
        note("core: judge and learn", "events/s", len(events) / seconds)
        for stage, seconds in staged(events).items():
            note(f"  {stage}", "us/event", seconds / len(events) * 1e6)
        of_state(profiles, events, note)
        note("replay, gzip to alerts", "records/s", len(records) / replayed(records))
    note_sizes(profiles, note)
    return [(what, unit, figures) for (what, unit), figures in rows.items()]


def say(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")


def show(rows: Iterable[tuple[str, str, list[float]]]) -> None:
    """One table for a person."""
    for what, unit, figures in rows:
        spread = f"({shown(min(figures))}..{shown(max(figures))})" if len(figures) > 1 else ""
        say(f"{what:32} {shown(statistics.median(figures)):>10} {unit:10} {spread}")


def shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the processor's seconds that it took: other people's programs count for nothing."""
    began = time.process_time()
    return work(), time.process_time() - began


def decoded(records: list[bytes]) -> list[Event]:
    decode = Decoder().decode
    return [decode(record) for record in records]  # type: ignore[misc]  # simulated records are all accepted


def judged(events: list[Event], pipeline: Pipeline) -> dict[str, Profile]:
    """What the core does, as a worker with all its profiles at hand does it."""
    profiles: dict[str, Profile] = {}
    for event in events:
        key = event.key
        profile = profiles.get(key)
        if profile is None:
            profile = profiles[key] = Profile.new(key)
        pipeline.step(profile, event, SOURCE)
    return profiles


def staged(events: list[Event]) -> dict[str, float]:
    """Seconds in each stage, less what the clock itself takes; the rest is what lies between them."""
    spent: dict[str, float] = {}
    clock_cost = min(timed(lambda: None)[1] for _ in range(1000))

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return work(*args, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - began - clock_cost

        return run

    module: Any = detector.pipeline
    plain = {stage: getattr(module, stage) for stage in STAGES}
    pipeline = Pipeline(Policy())
    pipeline._typologies = [watched("evidence", typology) for typology in pipeline._typologies]  # noqa: SLF001 a look inside
    try:
        for stage, work in plain.items():
            setattr(module, stage, watched(stage, work))
        judged(events, pipeline)
    finally:
        for stage, work in plain.items():
            setattr(module, stage, work)
    return dict(sorted(spent.items(), key=lambda item: -item[1]))


def of_state(profiles: dict[str, Profile], events: list[Event], note: Callable[[str, str, float], None]) -> None:
    """Loads and dumps: of profiles that were wholly decoded, and of ones of which one event was judged in between."""
    last = {event.key: event for event in events}
    states, seconds = timed(lambda: {key: profile.dumps() for key, profile in profiles.items()})
    note("dumps, all decoded", "us/profile", seconds / len(states) * 1e6)
    pipeline, cold = Pipeline(Policy()), [0.0, 0.0, 0.0]
    rounds = max(1, 2_000 // len(states))
    for _ in range(rounds):
        for key, state in states.items():
            profile, load = timed(partial(Profile.loads, key, state))
            event = last[key]
            setattr(event, _own_id(event), "another")  # or it would be a redelivery
            _, step = timed(partial(pipeline.step, profile, event, SOURCE))
            _, dump = timed(profile.dumps)
            cold = [cold[0] + load, cold[1] + step, cold[2] + dump]
    for name, seconds in zip(("loads", "one event on it", "dumps after it"), cold, strict=True):
        note(name, "us/profile", seconds / rounds / len(states) * 1e6)


def note_sizes(profiles: dict[str, Profile], note: Callable[[str, str, float], None]) -> None:
    """Bytes a profile, and of the median one what they are spent on."""
    by_size = sorted(profiles.values(), key=lambda profile: len(profile.dumps()))
    sizes = [len(profile.dumps()) for profile in by_size]
    for name, place in (("median", 0.5), ("p99", 0.99), ("largest", 1.0)):
        note(f"profile, {name}", "bytes", sizes[min(len(sizes) - 1, int(len(sizes) * place))])
    note_sealed({key: profile.dumps() for key, profile in profiles.items()}, note)
    middle = by_size[len(by_size) // 2 - 5 : len(by_size) // 2 + 5]
    parts: dict[str, float] = {}
    for profile in middle:
        for field in profile.__struct_fields__:
            held = getattr(profile, field)
            works = held.items() if field == "kept" else [("", held)]
            for key, part in works:
                name = KINDS.get(key[:1], field)
                parts[name] = parts.get(name, 0.0) + len(msgspec.msgpack.encode(part)) / len(middle)
    for name, size in sorted(parts.items(), key=lambda item: -item[1])[:10]:
        note(f"  {name}", "bytes", size)


def note_sealed(states: dict[str, bytes], note: Callable[[str, str, float], None]) -> None:
    """Bytes a sealed profile, and what sealing and opening one takes."""
    envelope = Envelope(b"k" * 32, codec=STATE_VERSION)
    sealed, sealing = timed(lambda: {key: envelope.seal(key, 0, state) for key, state in states.items()})
    _, opening = timed(lambda: [envelope.open(key, 0, state) for key, state in sealed.items()])
    note("seal", "us/profile", sealing / len(states) * 1e6)
    note("open", "us/profile", opening / len(states) * 1e6)
    sizes = sorted(map(len, sealed.values()))
    note("sealed for Redis, median", "bytes", sizes[len(sizes) // 2])
    note("sealed for Redis, largest", "bytes", sizes[-1])


def _own_id(event: Event) -> str:
    return next(name for name in ("invocation_id", "outcome_id", "label_id") if hasattr(event, name))


def replayed(records: list[bytes]) -> float:
    """Seconds from a compressed file to the last verdict."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.gz"
        path.write_bytes(gzip.compress(b"\n".join(records), 6))
        judge = Replay(Policy())

        def run() -> None:
            for number, line in lines_of(str(path)):
                judge.feed(line, FileSource("records.gz", number))  # type: ignore[arg-type]  # none is too long

        return timed(run)[1]
