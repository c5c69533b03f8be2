"""Adoption figures for Prometheus: the report's own, for whom they may be told, in bounded number."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from detector.__main__ import cli
from detector.report.figures import Asked, figures
from detector.report.gauges import MOST_TENANTS, SERIES, exposition, samples
from detector.report.model import JudgedBy, Report
from detector.report.sums import Sums
from tests.report.tiny import WEEK, call, sums, work


def report(told: Sums) -> Report:
    """Of the tiny companies' week."""
    tenants = [figures(name, tenant, Asked(WEEK, 0.8)) for name, tenant in sorted(told.tenants.items())]
    judged = JudgedBy("0", None, "by hand")
    return Report(week="2026-W20", begins="2026-05-11", ends="2026-05-17", judged_by=judged, tenants=tenants, method=[])


def told(made: Report) -> dict[tuple[str, ...], float]:
    """The samples by name and labels."""
    return {(name, *labels): value for name, labels, value in samples(made)}


def test_a_tiny_company_on_paper() -> None:
    """Six known, five active: one by a ping alone, one by work under an alert alone, one dollar in ten flagged."""
    bad = work(9, "e", 2.0)
    records = [*work(1, "a", 6.0), *work(2, "b", 6.0), *work(3, "c", 5.0), call(4, "d", cost_usd=1.0), *bad,
               *work(5, "f", 3.0, week=WEEK - 1)]  # fmt: skip
    found = told(report(sums(records, flagged=bad)))
    assert found["active_people", "default", "raw"] == 5
    assert found["active_people", "default", "authentic"] == 3
    assert found["known_people", "default"] == 6
    assert found["active_share", "default", "raw"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["authenticity_index", "default"] == pytest.approx(0.9)
    assert (
        found["authenticity_index_bound", "default", "low"]
        <= 0.9
        <= found["authenticity_index_bound", "default", "high"]
    )
    assert found["dollars", "default", "under_alert"] == pytest.approx(2.0)
    assert found["keep_alive_share", "default"] == pytest.approx(0.2)
    assert ("peer_calibration_share", "default") not in found
    assert found["peer_calibration_teams", "default"] == 0
    assert found["trailing_weeks", "default"] == 2
    assert found["week_start_timestamp_seconds",] == 1778457600


def test_small_tenants_and_too_many_are_hidden() -> None:
    """Four people are too few to be summed up; the largest fifty are told; how many are not is told too."""
    records, number = [], 0
    for tenant in range(MOST_TENANTS + 3):
        for person in range(5 if tenant else 4):
            number += 1
            records += work(number, f"u{person}", 1.0, tenant_id=f"tenant{tenant}")
    found = told(report(sums(records)))
    assert found["tenants_hidden",] == 3
    names = {key[1] for key in found if len(key) > 1}
    assert len(names) == MOST_TENANTS
    assert "tenant0" not in names


def test_a_hostile_tenant_stays_one_label() -> None:
    """Neither a line break nor a kilobyte gets out; nothing names a person or a team."""
    records = [
        one for n in range(5) for one in work(n, f"person-{n}", 1.0, tenant_id='x"\n' + "y" * 200, team_id="team")
    ]
    text = exposition(report(sums(records)))
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families.keys() == {f"detector_adoption_{name}" for name in SERIES}
    labels = {value for family in families.values() for sample in family.samples for value in sample.labels.values()}
    assert max(map(len, labels)) <= 64
    assert not re.search('person-|team"', text)


def test_the_command_writes_them(tmp_path: Path) -> None:
    """`--format prometheus` is what the JSON says; `--serve` cannot read standard input again."""
    path = tmp_path / "records.ndjson"
    records = [one for n in range(6) for one in work(n, f"u{n}", 1.0 + n)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    made = CliRunner().invoke(cli, ["report", str(path), "--format", "json"])
    text = CliRunner().invoke(cli, ["report", str(path), "--format", "prometheus"])
    assert text.exit_code == 0, text.output
    assert text.stdout == exposition(msgspec.json.decode(made.stdout, type=Report))
    assert CliRunner().invoke(cli, ["report", "-", "--serve"]).exit_code == 2
