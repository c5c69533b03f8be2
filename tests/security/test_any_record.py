"""Whatever valid records come, of every kind and in any order: each is judged, and what is told of them is an alert."""

import json
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from detector.alert import KafkaSource
from detector.event import Decoder, Rejection
from detector.pipeline import Pipeline
from detector.policy import Policy
from detector.profile import Profile
from tests.contract.test_dirt import records

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "alert.v1.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
PIPELINE, DECODER = Pipeline(Policy()), Decoder()


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(records(), min_size=1, max_size=12))
def test_any_records_of_one_user_are_judged(told):
    """One user's story of invocations, outcomes and labels: nothing raises, alerts fit their schema."""
    profile = Profile.new("1:t:u")
    for offset, record in enumerate(told):
        event = DECODER.decode(json.dumps(record | {"user_id": "u", "tenant_id": "t"}).encode())
        assert not isinstance(event, Rejection)
        assert event.key == "1:t:u"
        step = PIPELINE.step(profile, event, KafkaSource("t", 0, offset))
        assert step.disposition in {"judged", "repeat", "late"}
        for alert in step.alerts:
            VALIDATOR.validate(json.loads(msgspec.json.encode(alert)))
        profile = Profile.loads(event.key, profile.dumps())
