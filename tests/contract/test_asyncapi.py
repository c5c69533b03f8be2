"""The AsyncAPI document, the table of topics and the schemas name the same things."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.contract import TARGET, text
from detector.edge.topics import Topics
from detector.event import MAX_RECORD_BYTES, Reason

SCHEMAS = Path(__file__).parents[2] / "schemas"
DOCUMENT = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text())
TOPICS = {topic["name"]: topic for topic in json.loads((SCHEMAS / "topics.json").read_text())["topics"]}
CONTRACT = {
    "meshclaw.invocations.v1": {"invocation", "outcome"},
    "tokenmaxxing.labels.v1": {"label"},
    "tokenmaxxing.alerts.v1": {"alert"},
    "tokenmaxxing.dead-letters.v1": {"deadLetter"},
}
BATCH_OVERHEAD_BYTES = 12
"""What Kafka's default message.max.bytes has above 1 MiB."""


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def resolve(reference):
    name, _, pointer = reference.partition("#")
    found = json.loads((SCHEMAS / name).read_text()) if name else DOCUMENT
    for step in pointer.strip("/").split("/") if pointer else ():
        found = found[step]
    return found


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_reference_resolves(reference):
    """Every `$ref` leads somewhere, in the document or in a file beside it."""
    assert resolve(reference)


def test_document_has_the_parts_of_version_3():
    """Version, title and the known top-level parts; operations send or receive on a channel of the document."""
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"].keys() >= {"title", "version"}
    assert DOCUMENT.keys() <= {"asyncapi", "id", "info", "defaultContentType", "channels", "operations", "components"}
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] in {"send", "receive"}
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def test_channels_are_the_contracts_topics():
    """Four topics, each with its own messages and one operation; the detector reads two and writes two."""
    assert {channel["address"]: set(channel["messages"]) for channel in DOCUMENT["channels"].values()} == CONTRACT
    actions = {resolve(one["channel"]["$ref"])["address"]: one["action"] for one in DOCUMENT["operations"].values()}
    assert [actions[topic] for topic in CONTRACT] == ["receive", "receive", "send", "send"]


@pytest.mark.parametrize("name", ["invocation", "outcome", "label", "alert"])
def test_message_carries_its_schema_and_key(name):
    """A message's payload is its schema file; its key's limits are those of the field that the key is."""
    message = DOCUMENT["components"]["messages"][name]
    schema = resolve(message["payload"]["schema"]["$ref"])
    assert schema["$id"] == f"urn:tokenmaxxing:{name}:v1"
    key = resolve(message["bindings"]["$ref"])["kafka"]["key"]
    field = schema["properties"]["alert_id" if name == "alert" else "user_id"]
    assert (key["minLength"], key["maxLength"]) == (field["minLength"], field["maxLength"])


def test_dead_letter_headers_know_every_reason():
    """The reason header's values are the decoder's; seven headers are always there, one where a value was cut."""
    headers = resolve(DOCUMENT["components"]["messages"]["deadLetter"]["headers"]["$ref"])
    Draft202012Validator.check_schema(headers)
    assert headers["properties"]["tokenmaxxing.errors.reason"]["enum"] == list(Reason)
    names = {"reason", "detail", "topic", "partition", "offset", "timestamp", "detector_version"}
    assert set(headers["required"]) == {f"tokenmaxxing.errors.{name}" for name in names}
    assert set(headers["properties"]) - set(headers["required"]) == {"tokenmaxxing.errors.truncated"}


def test_the_page_for_reading_is_that_of_the_document():
    """Run `python -m deploy.contract` after a change of the document or a schema."""
    assert TARGET.read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("channel", DOCUMENT["channels"].values(), ids=lambda channel: channel["address"])
def test_channel_is_configured_as_topics_json_says(channel):
    """Partitions and topic settings are the same in both places."""
    binding, topic = channel["bindings"]["kafka"], TOPICS[channel["address"]]
    assert binding["topic"] == channel["address"]
    assert binding["partitions"] == topic["partitions"]
    settings = binding["topicConfiguration"]
    spelled = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in settings.items()}
    assert spelled == topic["config"]


def test_topics_fit_together():
    """No topic more or less; labels are co-partitioned; a dead letter has room for the largest record and headers."""
    assert TOPICS.keys() == CONTRACT.keys()
    assert TOPICS["tokenmaxxing.labels.v1"]["partitions"] == TOPICS["meshclaw.invocations.v1"]["partitions"]
    room = {name: int(topic["config"]["max.message.bytes"]) for name, topic in TOPICS.items()}
    assert room["meshclaw.invocations.v1"] == MAX_RECORD_BYTES + BATCH_OVERHEAD_BYTES
    assert room["tokenmaxxing.dead-letters.v1"] >= 2 * MAX_RECORD_BYTES
    assert all(topic["key"] and topic["why"] for topic in TOPICS.values())


def test_what_the_detector_sets_is_what_topics_json_says():
    """`detector topics` wants the same four topics, and no setting that the table doesn't have."""
    wanted = Topics.under("").wanted()
    assert wanted.keys() == TOPICS.keys()
    for name, settings in wanted.items():
        assert settings.items() <= TOPICS[name]["config"].items(), name
