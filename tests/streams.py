"""Records as tests write them, and one way to feed them to the judgement.

A stream is a list of `Line`s, numbered once, so that a line is the same source whoever else's lines stand around it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import msgspec

from detector.alert import Alert, FileSource
from detector.cohort import Cohorts
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline, Step
from detector.policy import Policy
from detector.profile import Profile

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC).timestamp()
HOUR, DAY = 3600.0, 86_400.0
EAGER = Policy(raise_at=0.3, tokenmaxxing_at=0.3, family_at=0.2, flood_calls_per_hour=60)
"""A policy that raises alerts early, so that short streams have them: laws hold under any policy."""


class Line(NamedTuple):
    """One record as it arrives, with the number it keeps."""

    number: int
    value: bytes


class Played(NamedTuple):
    """What became of a stream."""

    alerts: dict[str, list[bytes]]
    """Alert records of each profile, in order."""
    counts: Counter[str]
    profiles: dict[str, Profile]
    cohorts: Cohorts

    @classmethod
    def nothing(cls) -> Self:
        """Before the first record."""
        return cls({}, Counter(), {}, Cohorts())

    @property
    def states(self) -> dict[str, bytes]:
        """Every profile's bytes."""
        return {key: profile.dumps() for key, profile in self.profiles.items()}

    @property
    def told(self) -> list[Alert]:
        """All alerts, decoded."""
        return [msgspec.json.decode(a, type=Alert) for told in self.alerts.values() for a in told]


def when(at: float) -> str:
    """Unix seconds as a producer writes them."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def call(at: float, number: object, **fields: Any) -> dict[str, Any]:
    """An invocation with the required fields and what is given."""
    return {"kind": "invocation", "invocation_id": f"i-{number}", "occurred_at": when(at), "user_id": "ann"} | fields


def outcome(at: float, number: object, **fields: Any) -> dict[str, Any]:
    """An outcome with the required fields and what is given."""
    base = {"kind": "outcome", "outcome_id": f"o-{number}", "occurred_at": when(at), "user_id": "ann"}
    return base | {"outcome": "discarded"} | fields


def label(at: float, number: object, alert_id: str, **fields: Any) -> dict[str, Any]:
    """A label with the required fields and what is given."""
    base = {"kind": "label", "label_id": f"l-{number}", "occurred_at": when(at), "user_id": "ann"}
    return base | {"alert_id": alert_id, "verdict": "known_job", "author": "lead"} | fields


def lines(records: Iterable[dict[str, Any] | bytes]) -> list[Line]:
    """Records as numbered lines."""
    values = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
    return [Line(number, value) for number, value in enumerate(values, 1)]


def in_order(records: Iterable[dict[str, Any]]) -> list[Line]:
    """Records as numbered lines, by their times."""
    return lines(sorted(records, key=lambda record: str(record["occurred_at"])))


def play(
    stream: Iterable[Line],
    policy: Policy = EAGER,
    *,
    between: Callable[[str, Profile], Profile] | None = None,
    seen: Callable[[Step | Rejection, Line], None] | None = None,
    known: Played | None = None,
) -> Played:
    """Judge a stream. `between` may replace a profile before each of its events; `seen` is told every step; `known`
    goes on from an earlier play.
    """
    played = known or Played.nothing()
    pipeline, decoder = Pipeline(policy, played.cohorts), Decoder()
    for line in stream:
        event = decoder.decode(line.value)
        step: Step | Rejection = event
        if isinstance(event, Rejection):
            played.counts["rejected"] += 1
        else:
            key = event.key
            profile = played.profiles.get(key) or Profile.new(key)
            played.profiles[key] = profile = between(key, profile) if between else profile
            step = pipeline.step(profile, event, FileSource("stream", line.number))
            played.counts[step.disposition] += 1
            played.cohorts.add(step.counts)
            if step.alerts:
                played.alerts.setdefault(key, []).extend(map(msgspec.json.encode, step.alerts))
        if seen:
            seen(step, line)
    return played
