"""What the terminal shows of alerts, and what it says was true."""

import io

import msgspec
from rich.console import Console

from detector.alert import Alert
from detector.demo.telling import Teller
from detector.demo.truth import verdict_on
from tests.page.conftest import alert as example


def alert(**fields: object) -> Alert:
    return msgspec.convert(example("a", **{"ends_at": "2026-05-04T10:00:00Z", **fields}), Alert)


def told(*alerts: Alert) -> list[str]:
    """The first word of each line that these alerts make."""
    out = io.StringIO()
    teller = Teller(Console(file=out, width=200, highlight=False))
    for one in alerts:
        teller.tell(one)
    return [line.split()[0] for line in out.getvalue().splitlines()]


def test_a_new_alert_is_told_whole_and_a_repeat_not_at_all():
    """Head, sentence and families once; the same revision again, or an older one, is silent."""
    assert told(alert(revision=2), alert(revision=2), alert()) == ["WARNING", "code-reviewer", "repetition"]


def test_only_a_graver_revision_is_told_again():
    """More of the same scrolls nothing away; worse does."""
    lines = told(alert(), alert(revision=2), alert(revision=3, severity="critical"), alert(revision=4))
    assert lines == ["WARNING", "code-reviewer", "repetition", "CRITICAL", "code-reviewer", "repetition"]


def test_its_end_is_one_line_once():
    """Over, one line; that it comes back and ends again every day is for the page."""
    over = [alert(revision=revision, status="resolved") for revision in (2, 4)]
    assert told(alert(), over[0], alert(revision=3), over[1])[3:] == ["over"]


def test_names_cannot_colour_or_move():
    """Control characters and markup from clients reach no terminal."""
    out = io.StringIO()
    Teller(Console(file=out, force_terminal=True, color_system=None, width=200)).tell(
        alert(summary="a\x1b[2Jb\rc [red]d", user_id="u\x07\u202e")
    )
    assert not set("\x1b\r\x07\u202e") & set(out.getvalue())
    assert "[red]d" in out.getvalue()


def test_the_truth_counts_alerts_from_the_onset_on():
    """A gamer told on before the gaming began was not caught; honest people told on are counted beside."""
    truth = [
        {"kind": "user", "user_id": "g", "honest": False, "persona": "G01_endless_task", "gaming_cost_usd": 3.0},
        {"kind": "user", "user_id": "m", "honest": False, "persona": "G16_micro_flood", "gaming_cost_usd": 1.0},
        {"kind": "user", "user_id": "h", "honest": True, "persona": "plain", "gaming_cost_usd": 0.0},
        {"kind": "workload", "user_id": "g", "onset": "2026-05-04T09:00:00+00:00"},
        {"kind": "workload", "user_id": "m", "onset": "2026-05-04T09:30:00+00:00"},
    ]  # the example's alert is raised at 09:12
    lines = [line.plain for line in verdict_on(truth, [alert(user_id=user) for user in "gmh"])]
    assert lines[0] == "The truth: 2 of 3 people gamed."
    assert [line.split()[0] for line in lines[1:3]] == ["alert", "missed"]
    assert lines[3].strip() == "Alerts about the 1 others: 1, 1 of them tokenmaxxing."
