"""A company of our own days: its records moved so that a gamer is found out about now, and what is said of whom."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from detector.alert import Alert, FileSource
from detector.event import Rejection
from detector.offline.replay import Replay
from detector.policy import Policy
from detector.simulate import Company
from detector.simulate.mix import Gamer, Mix

LOUD = ("G15_comment_everything", "G20_premium_trivia", "G16_micro_flood", "G23_burn_daemon", "G05_fails_on") * 2
"""Gamers who are found out within the company's days."""
SHARE = 0.75


class Raised(NamedTuple):
    """The record that raises an alert about a gamer, by its number, and the alert."""

    number: int
    alert: Alert


def company() -> tuple[list[dict[str, Any]], set[str]]:
    """A small company's records, in order of arrival, and who games."""
    mix = Mix("loud", gamers=tuple(Gamer(name, SHARE) for name in LOUD))
    played = Company(seed="end to end", people=15, days=7, mix=mix)
    records = [json.loads(line) for line in played.records()]
    return records, {told["user_id"] for told in played.truth() if told["kind"] == "user" and not told["honest"]}


def raised(lines: list[bytes], gamers: set[str], most: int) -> list[Raised]:
    """The first records that raise an alert about a gamer, as the judgement says alone and without servers."""
    replay, found = Replay(Policy()), dict[int, Raised]()
    for number, line in enumerate(lines):
        step = replay.feed(line, FileSource("e2e", number + 1))
        if isinstance(step, Rejection):
            continue
        for alert in step.alerts:
            if alert.revision == 1 and alert.category == "tokenmaxxing" and alert.user_id in gamers:
                found[number] = Raised(number, alert)
        if len(found) == most:
            break
    return list(found.values())


def moved(records: list[dict[str, Any]], by: timedelta) -> list[bytes]:
    """The same records at other times."""

    def later(text: str) -> str:
        return (datetime.fromisoformat(text) + by).astimezone(UTC).isoformat().replace("+00:00", "Z")

    return [json.dumps(record | {"occurred_at": later(record["occurred_at"])}).encode() for record in records]


def story(records: list[dict[str, Any]], gamers: set[str], at: datetime, most: int) -> tuple[list[bytes], list[Raised]]:
    """The records, moved so that the first alert about a gamer is raised at about that time, and the first such alerts.

    Moving changes which day is which, and so a little of what is said: hence twice.
    """
    lines = moved(records, timedelta())
    for _ in range(2):
        (first, _), *_ = raised(lines, gamers, 1)
        lines = moved(records, at - datetime.fromisoformat(records[first]["occurred_at"]))
    return lines, raised(lines, gamers, most)
