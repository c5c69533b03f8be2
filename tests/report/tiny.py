"""Tiny companies by hand: records whose figures anybody can add up on paper."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

from detector.event import Decoder, Invocation, Rejection
from detector.report.flags import Judged
from detector.report.sums import Sums
from detector.report.weeks import monday, parse

WEEK = parse("2026-W20")


def call(number: int, user: str, *, week: int = WEEK, day: int = 0, **fields: Any) -> dict[str, Any]:
    """One dollar and 100 tokens of real work, unless said otherwise."""
    at = monday(week) + timedelta(days=day)
    return {
        "kind": "invocation", "invocation_id": f"i{number}", "user_id": user, "occurred_at": f"{at}T10:00:00Z",
        "session_id": f"s{number}", "cost_usd": 1.0, "input_tokens": 60, "output_tokens": 40, "trigger": "manual",
    } | fields  # fmt: skip


def work(number: int, user: str, usd: float, **fields: Any) -> list[dict[str, Any]]:
    """A session of two prompts: more than keep-alive."""
    half = fields | {"cost_usd": usd / 2, "session_id": f"w{number}"}
    return [call(2 * number + 10_000, user, **half), call(2 * number + 10_001, user, **half)]


def outcome(user: str, *, week: int = WEEK, day: int = 0, **fields: Any) -> dict[str, Any]:
    """Somebody read it."""
    at = monday(week) + timedelta(days=day)
    return {
        "kind": "outcome", "outcome_id": f"o-{user}-{week}-{day}", "user_id": user, "outcome": "read",
        "occurred_at": f"{at}T12:00:00Z",
    } | fields  # fmt: skip


def sums(records: Iterable[dict[str, Any]], flagged: Iterable[dict[str, Any]] = ()) -> Sums:
    """The sums of these records, in order, the sessions of the flagged calls being under an alert."""
    decoder, flags = Decoder(), Judged()
    for record in flagged:
        event = decoder.decode(json.dumps(record).encode())
        assert isinstance(event, Invocation)
        flags.note(event)
    told = Sums(flags)
    for record in records:
        event = decoder.decode(json.dumps(record).encode())
        assert not isinstance(event, Rejection), event
        told.add(event)
    return told


def parsed(page: str) -> ET.Element:
    """The page as a tree; fails when it is not well-formed."""
    return ET.fromstring(page)  # noqa: S314 -- our own page, and expat knows the known attacks
