"""Two judgements side by side: what goes, comes and changes, and the pages of each week."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.__main__ import cli
from detector.alert import Alert
from detector.offline.against import Judged, compare, told
from detector.subscribe import News
from tests.edge.truth import story

EXAMPLE = json.loads((Path(__file__).parents[2] / "schemas/examples/valid/alert/firing.json").read_text("utf-8"))


def alert(alert_id: str, agent: str, **fields: object) -> Alert:
    """The schema's example with other fields."""
    work = EXAMPLE["workload"] | {"agent": agent}
    found = News.of(b"k", json.dumps(EXAMPLE | {"alert_id": alert_id, "workload": work} | fields).encode()).alert
    assert found is not None
    return found


def heard(*alerts: Alert) -> Judged:
    """A judgement that said these."""
    judged = Judged()
    for one in alerts:
        judged.hear(one)
    return judged


def test_goes_comes_changes_and_stays() -> None:
    """By id, else by workload; repeats and later revisions of the same kind are nothing new."""
    old = heard(alert("same", "a"), alert("gone", "b"), alert("graver", "c"), alert("earlier", "d"))
    new = heard(
        alert("same", "a"), alert("same", "a", revision=2), alert("graver", "c"),
        alert("graver", "c", revision=2, severity="critical"), alert("later", "d"), alert("new", "e"),
    )  # fmt: skip
    found = compare(old, new)
    assert found.stays == 2
    assert [spoken.alert.alert_id for spoken in found.goes] == ["gone"]
    assert [spoken.alert.alert_id for spoken in found.comes] == ["new"]
    assert [(before.kind, after.kind) for before, after in found.changes] == [
        ("warning tokenmaxxing/unproductive_loop", "critical tokenmaxxing/unproductive_loop")
    ]


def test_pages_are_counted_in_the_week_that_they_wake_somebody() -> None:
    """Once an alert, when it first is critical; faulty telemetry wakes nobody; a quiet week between is a row."""
    sunday, monday = "2026-05-10T23:00:00Z", "2026-05-25T01:00:00Z"
    judged = heard(
        alert("a", "a", severity="info", raised_at="2026-05-04T09:00:00Z"),
        alert("a", "a", severity="critical", revision=2, raised_at=sunday),
        alert("a", "a", severity="critical", revision=3, raised_at=monday),
        alert("b", "b", severity="critical", raised_at=monday),
        alert("c", "c", severity="critical", category="data_quality", raised_at=monday),
    )
    assert judged.pages() == {date(2026, 5, 4): 1, date(2026, 5, 25): 1}
    rows = [line.split() for line in told(judged, heard()) if line.startswith("2026-05")]
    assert rows == [
        ["2026-05-04", "1", "0"], ["2026-05-11", "0", "0"], ["2026-05-18", "0", "0"], ["2026-05-25", "1", "0"],
    ]  # fmt: skip


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A company's records that raise alerts."""
    path = tmp_path / "records.ndjson"
    path.write_bytes(b"".join((record.value or b"") + b"\n" for record in story(3_000)))
    return path


def test_the_command_says_what_a_policy_changes(records: Path, tmp_path: Path) -> None:
    """The same policy changes nothing; one that nothing reaches lets all alerts go."""
    old, config = tmp_path / "old.ndjson", tmp_path / "new.toml"
    run = CliRunner().invoke
    assert run(cli, ["replay", str(records), "--alerts", str(old)]).exit_code == 0
    same = run(cli, ["replay", str(records), "--against", str(old)])
    assert same.exit_code == 0, same.output
    assert "0 go\n0 come\n0 change\n" in same.stdout
    config.write_text("[policy]\nraise_at = 2.0\n")
    less = run(cli, ["replay", str(records), "--config", str(config), "--against", str(old)])
    ids = {json.loads(line)["alert_id"] for line in old.read_text("utf-8").splitlines()}
    assert f"{len(ids)} before, 0 now" in less.stdout
    assert f"\n{len(ids)} go\n" in less.stdout
    assert "week of" in less.stdout


def test_what_it_can_not_compare_is_said(records: Path, tmp_path: Path) -> None:
    """A file of something else, and nothing to do at all: status 2."""
    wrong = CliRunner().invoke(cli, ["replay", str(records), "--against", str(records)])
    assert wrong.exit_code == 2
    other = tmp_path / "other.ndjson"
    other.write_text('{"no": "alert"}\n')
    wrong = CliRunner().invoke(cli, ["replay", str(records), "--against", str(other)])
    assert (wrong.exit_code, "other.ndjson:1" in wrong.output) == (2, True)
    assert CliRunner().invoke(cli, ["replay", str(records)]).exit_code == 2
