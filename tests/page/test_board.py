"""The board: the last word on each alert, bounded, and what it adds up to."""

import json

import msgspec
import pytest

from detector.edge.page.board import Board
from tests.page.conftest import alert


def put(board: Board, alert_id: str, **fields: object) -> bool:
    return board.put(json.dumps(alert(alert_id, **fields)).encode())


def ids(board: Board, since: int = 0) -> list[tuple[str, int]]:
    return [(entry.alert.alert_id, entry.alert.revision) for entry in board.since(since)]


def test_keeps_the_newest_revision_only():
    """An older revision and a repeat change nothing; a newer one replaces."""
    board = Board()
    assert [put(board, "a", revision=revision) for revision in (2, 1, 2, 3)] == [True, False, False, True]
    assert ids(board) == [("a", 3)]


def test_tells_what_is_newer_than_a_number():
    """A viewer gets what came after what it has, oldest first, each alert once."""
    board = Board()
    for name, revision in (("a", 1), ("b", 1), ("c", 1), ("a", 2)):
        put(board, name, revision=revision)
    assert ids(board, since=2) == [("c", 1), ("a", 2)]
    assert ids(board, since=board.number) == []


def test_drops_resolved_alerts_before_firing_ones():
    """A full board forgets what is over first, then what has been without news for longest."""
    board = Board(most=2)
    put(board, "a")
    put(board, "b", status="resolved")
    put(board, "c")
    assert ids(board) == [("a", 1), ("c", 1)]
    put(board, "d")
    assert ids(board) == [("c", 1), ("d", 1)]


def test_totals_count_costs_of_firing_waste_only():
    """A spike's whole day and what is over are no money at stake; each typology keeps its own sum."""
    board, stake = Board(), {"tokens": 10, "cost_usd": 2.5, "invocations": 1}
    put(board, "a", at_stake=stake)
    put(board, "b", at_stake=stake, category="spike", typology="spend_spike", severity="info")
    put(board, "c", at_stake=stake, status="resolved")
    totals = board.totals()
    assert (totals.firing, totals.resolved, totals.cost_usd, totals.tokens) == (2, 1, 2.5, 10)
    assert totals.severities == {"warning": 1, "info": 1}
    assert totals.typologies["spend_spike"].cost_usd == 2.5


def test_keeps_records_as_they_were_published():
    """What a program reads from the page is the topic's own record, to the byte."""
    board, record = Board(), json.dumps(alert("a"), indent=1).encode()
    board.put(record)
    assert [bytes(entry.record) for entry in board.since(0)] == [record]


@pytest.mark.parametrize("record", [b"", b"{}", b"[1]", b"\xff", json.dumps(alert("a", revision="x")).encode()])
def test_refuses_what_is_no_alert(record: bytes):
    """A foreign record on the topic raises what the subscriber passes over."""
    with pytest.raises(msgspec.DecodeError):
        Board().put(record)
