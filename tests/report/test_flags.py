"""What a recorded alert covers: its session wholly, its template or line while it fired, nothing of anybody else."""

import json
from typing import Any

import pytest

from detector.alert import Alert, AtStake, History, ProducedBy, Workload
from detector.event import Decoder, Invocation
from detector.report.flags import Recorded
from tests.report.tiny import call

NOTHING = Workload(None, None, None, None, None)


def alert(work: Workload, category: Any = "waste") -> Alert:
    """An alert that fired on Tuesday and Wednesday of the usual week."""
    return Alert(
        alert_id="a", revision=1, status="resolved", category=category, typology="unproductive_loop",
        severity="warning", tenant_id="default", user_id="ann", team_id=None, workload=work,
        starts_at="2026-05-12T00:00:00Z", raised_at="2026-05-12T00:00:00Z", ends_at="2026-05-13T23:59:59Z",
        score=0.9, threshold=0.8, confidence=0.5, families=["repetition", "timing"], reasons=[],
        at_stake=AtStake(1, 1.0, 1), could_also_be=[], ruled_out=[], outcome_coverage=0.0, history=History(1, 1),
        summary="", runbook_url=None, produced_by=ProducedBy("1", "c", "m"), source={"file": "f", "line": 1},
    )  # fmt: skip


def covers(told: Alert, user: str = "ann", day: int = 1, **fields: Any) -> bool:
    """Whether a call on that day of the week (0 is Monday) is under the alert."""
    flags = Recorded()
    flags.note(told)
    event = Decoder().decode(json.dumps(call(1, user, day=day, session_id="s", **fields)).encode())
    assert isinstance(event, Invocation)
    return flags.covers(event)


@pytest.mark.parametrize(
    ("work", "fields", "within", "before"),
    [
        (Workload("s", None, None, None, None), {}, True, True),
        (Workload("other", None, "a", "p", None), {"agent": "a", "project": "p"}, False, False),
        (Workload(None, "r", None, None, "t"), {"root_id": "r"}, True, True),
        (Workload("other", None, "a", "p", "t"), {"template_hash": "t"}, True, False),
        (Workload(None, None, "a", "p", "t"), {"template_hash": "u", "agent": "a", "project": "p"}, False, False),
        (Workload(None, None, "a", "p", None), {"agent": "a", "project": "p"}, True, False),
        (Workload(None, None, "a", "p", None), {"agent": "a", "project": "q"}, False, False),
    ],
)
def test_an_alert_covers_its_workload(work: Workload, fields: dict[str, str], within: bool, before: bool) -> None:  # noqa: FBT001 -- columns of the table
    """A named session or tree counts from its start; a template, or a line without one, only while the alert fired."""
    assert covers(alert(work), **fields) is within
    assert covers(alert(work), day=0, **fields) is before


def test_spikes_and_other_people_are_not_covered() -> None:
    """A spike is no waste, faulty telemetry is no work, and nobody answers for another's session."""
    work = Workload("s", None, None, None, None)
    assert not covers(alert(work, "spike"))
    assert not covers(alert(work, "data_quality"))
    assert not covers(alert(work), "bob")
    assert covers(alert(work, "tokenmaxxing"))


def test_a_person_wide_alert_names_no_work() -> None:
    """An alert without any workload covers only what carries no agent and project either."""
    assert not covers(alert(NOTHING), agent="a", project="p")
