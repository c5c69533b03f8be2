"""Law 3: scores are finite and within [0, 1]; an alert is what the contract says, and says what it rests on."""

import json
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from detector.alert import Alert
from detector.event import Rejection
from detector.policy import Policy
from tests.streams import EAGER, play
from tests.worlds import law, slice_of_company, streams

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "alert.v1.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def assert_valid(played):
    for record in (json.loads(a) for told in played.alerts.values() for a in told):
        VALIDATOR.validate(record)
        numbers = [record["score"], record["threshold"], record["confidence"], record["outcome_coverage"]]
        numbers += [reason["contribution"] for reason in record["reasons"]]
        assert all(0 <= number <= 1 for number in numbers)
        if record["category"] == "tokenmaxxing":
            assert len(record["families"]) >= 2
            assert "yield" in record["families"]
        assert record["families"] == sorted(set(record["families"]))
        contributions = [reason["contribution"] for reason in record["reasons"]]
        assert contributions == sorted(contributions, reverse=True)
        assert sum(contributions) == pytest.approx(1, abs=0.001 * len(contributions))
        assert record["summary"].isprintable()


def checked(stream, policy=EAGER):
    """Play a stream, looking at every verdict, also those that never become an alert."""

    def seen(step, _):
        for verdict in () if isinstance(step, Rejection) else step.verdicts:
            scores = [verdict.score, *(finding.score for finding in verdict.evidence.findings)]
            assert all(isfinite(score) and 0 <= score <= 1 for score in scores), verdict
            assert all(isfinite(finding.value) for finding in verdict.evidence.findings), verdict

    played = play(stream, policy, seen=seen)
    assert_valid(played)
    return played


@law
@given(streams())
def test_random_streams(stream):
    """On any stream, under a policy that alerts early."""
    checked(stream)


@pytest.mark.parametrize("policy", [EAGER, Policy(), Policy(runbook_base="https://runbooks.example/r")])
def test_company(policy):
    """On simulated people, under this policy and the shipped one; alerts have come, or nothing was tested."""
    played = checked(slice_of_company(), policy)
    assert {alert.status for alert in played.told} == {"firing", "resolved"}
    assert all(isinstance(alert, Alert) for alert in played.told)
