"""The consumer's side of the contract: what the schemas allow is understood, what they forbid is told apart."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from detector.alert import Alert
from detector.subscribe import News, NotAnAlertError, Seen

SCHEMAS = Path(__file__).parents[2] / "schemas"
SCHEMA = json.loads((SCHEMAS / "alert.v1.schema.json").read_text("utf-8"))
VALID = sorted((SCHEMAS / "examples/valid/alert").glob("*.json"))
WRONG_TYPE = sorted(
    path
    for path in (SCHEMAS / "examples/invalid/alert").glob("*.json")
    if ".missing" in path.name or "unknown-value" in path.name or "null" in path.name
)
ASYNCAPI = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_valid_example_is_understood(path: Path) -> None:
    """To the last field: what is read and written again says the same, and still fits the schema."""
    news = News.of(b"key", path.read_bytes())
    told = msgspec.to_builtins(news.alert)
    assert told == json.loads(path.read_bytes())
    Draft202012Validator(SCHEMA).validate(told)


def test_the_client_knows_every_field_of_the_schema_and_no_other() -> None:
    """A field added to the schema is added here, or the client would hide it."""
    assert set(Alert.__struct_fields__) == set(SCHEMA["properties"]) == set(SCHEMA["required"])


def test_the_asyncapi_document_leads_to_what_the_client_reads() -> None:
    """Its alert message has this schema, and its key is the alert's id."""
    message = ASYNCAPI["components"]["messages"]["alert"]
    assert message["payload"]["schema"]["$ref"] == "./alert.v1.schema.json"
    assert "alert_id" in ASYNCAPI["components"]["messageBindings"]["keyedByAlert"]["kafka"]["key"]["description"]
    schema = json.loads((SCHEMAS / message["payload"]["schema"]["$ref"]).read_text("utf-8"))
    assert schema["examples"]
    for example in schema["examples"]:
        assert News.of(b"k", json.dumps(example).encode()).alert is not None


def test_a_later_detectors_field_is_passed_over() -> None:
    """The contract lets a later detector add one."""
    later = json.loads(VALID[0].read_bytes()) | {"a_later_field": {"x": 1}}
    assert News.of(b"k", json.dumps(later).encode()).alert is not None


@pytest.mark.parametrize("path", WRONG_TYPE, ids=lambda path: path.stem)
def test_what_is_no_alert_is_said(path: Path) -> None:
    """Missing, null where nothing may be, a word nobody knows: refused where the type says so."""
    value = path.read_bytes()
    known_later = {"families.unknown-value", "typology.unknown-value", "ends_at.null-though-resolved"}
    if path.stem in known_later:
        assert News.of(b"k", value).alert is not None  # open lists of names: a later detector may know more
    else:
        with pytest.raises(NotAnAlertError):
            News.of(b"k", value)


def test_keys_are_of_the_revision() -> None:
    """Each revision has its own, an erased alert has one too."""
    alert = VALID[0].read_bytes()
    news = News.of(b"k", alert)
    assert news.alert is not None
    assert news.key == f"{news.alert.alert_id}:{news.alert.revision}"
    assert News.of(b"a-1", None).key == "a-1:erased"


def test_memory_is_bounded() -> None:
    """The alert longest without news is forgotten first; what is erased is told, and forgotten."""
    seen = Seen(most=2)
    assert all(seen.is_news(name, 1) for name in "ab")
    assert seen.is_news("a", 2)
    assert seen.is_news("c", 1)
    assert not seen.is_news("a", 2)
    assert seen.is_news("b", 1)
    assert seen.takes(News.of(b"b", None))
    assert seen.is_news("b", 1)
