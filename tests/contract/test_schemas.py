"""The schemas, their examples and the decoder say the same of every record."""

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from detector.event import Decoder, Event, Invocation, Label, Outcome, Reason, Rejection

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = SCHEMAS / "examples"
INPUTS = {"invocation": Invocation, "outcome": Outcome, "label": Label}
NAMES = [*INPUTS, "alert"]


def load(name):
    return json.loads((SCHEMAS / f"{name}.v1.schema.json").read_text())


VALIDATORS = {name: Draft202012Validator(load(name)) for name in NAMES}


def files(folder, suffix=".json"):
    found = sorted(path for path in (EXAMPLES / folder).rglob(f"*{suffix}"))
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in found]


def record(path):
    return path.parent.name


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_a_2020_12_schema(name):
    """Each schema obeys draft 2020-12 and says which record and version it is."""
    schema = load(name)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"] == f"urn:tokenmaxxing:{name}:v1"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_explained(name):
    """Each field has a description and an example that is itself valid; each number says its unit."""
    validator = VALIDATORS[name]
    for example in validator.schema["examples"]:
        validator.validate(example)
    for field in fields(validator.schema):
        assert field["description"]
        for example in field.get("examples", []):
            validator.evolve(schema=field).validate(example)
        if {"integer", "number"} & types(field):
            assert field["x-unit"]


def fields(schema):
    """Every property at any depth."""
    for part in [schema, *schema.get("oneOf", [])]:
        for field in part.get("properties", {}).values():
            yield field
            yield from fields(field)
            yield from fields(field.get("items", {}))


def types(field):
    kind = field.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


@pytest.mark.parametrize("path", files("valid"))
def test_valid_example_passes_both(path):
    """What the schema calls valid, the decoder makes an event of."""
    VALIDATORS[record(path)].validate(json.loads(path.read_text()))
    if record(path) in INPUTS:
        assert isinstance(Decoder().decode(path.read_bytes()), INPUTS[record(path)])


@pytest.mark.parametrize("path", files("invalid"))
def test_invalid_example_fails_both(path):
    """What the schema refuses, the decoder refuses too, for the field that the file name says."""
    assert not VALIDATORS[record(path)].is_valid(json.loads(path.read_text()))
    if record(path) in INPUTS:
        assert_refused_for(path)


@pytest.mark.parametrize("path", files("invalid-beyond-schema"))
def test_beyond_schema_example_fails_the_decoder_alone(path):
    """What a schema can't express is refused by the decoder and known as a limit of the schema."""
    VALIDATORS[record(path)].validate(json.loads(path.read_text()))
    assert_refused_for(path)


def assert_refused_for(path):
    refusal = Decoder().decode(path.read_bytes())
    assert isinstance(refusal, Rejection)
    field = path.stem.split(".")[0]
    if field == "kind":
        assert refusal.reason is Reason.UNKNOWN_KIND
    elif "half-surrogate" in path.stem:
        assert refusal.reason is Reason.NOT_JSON
    else:
        assert refusal.reason is Reason.INVALID
        assert field in refusal.detail


@pytest.mark.parametrize("path", files("invalid", ".txt"))
def test_what_is_no_record_is_refused_for_its_reason(path):
    """Bytes that are no JSON object are refused for the reason that the file name says."""
    refusal = Decoder().decode(path.read_bytes())
    assert isinstance(refusal, Rejection)
    assert refusal.reason == path.stem.split(".")[0]


@pytest.mark.parametrize("path", files("invalid") + files("invalid-beyond-schema"))
def test_invalid_example_has_one_fault(path):
    """An invalid example differs from some valid one in the one field that its name says."""
    bad = json.loads(path.read_text())
    good = [json.loads(other.read_text()) for other in (EXAMPLES / "valid" / record(path)).iterdir()]
    assert any(differing(bad, one) <= {path.stem.split(".")[0]} for one in good)


def differing(one, other):
    gone = object()
    return {key for key in one.keys() | other.keys() if not same(one.get(key, gone), other.get(key, gone))}


def same(one, other):
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("kind", ["valid", "invalid"])
@pytest.mark.parametrize("name", NAMES)
def test_examples_are_many(kind, name):
    """A record has enough examples to learn from: the loops above can't pass on an empty folder."""
    assert len(list((EXAMPLES / kind / name).iterdir())) >= 8


def flat(field, definitions):
    """One property as its rules alone, whichever of the equal JSON Schema spellings it came in."""
    if "$ref" in field:
        return flat(definitions[field["$ref"].rsplit("/", 1)[1]], definitions) | flat(rest(field, "$ref"), definitions)
    if "anyOf" in field:
        merged = {"type": set(), "enum": set()}
        for part in (flat(part, definitions) for part in field["anyOf"]):
            merged |= part | {key: merged[key] | part.get(key, set()) for key in ("type", "enum")}
        return merged | ({"default": field["default"]} if "default" in field else {})
    values = {value for value in field.get("enum", [field["const"]] if "const" in field else []) if value is not None}
    kinds = types(field) or ({"string"} if values else set())
    limits = ("minLength", "maxLength", "minimum", "maximum", "pattern", "default")
    return {"type": kinds, "enum": values} | {key: field[key] for key in limits if key in field}


def rest(field, *left_out):
    return {key: value for key, value in field.items() if key not in left_out}


@pytest.mark.parametrize("name", INPUTS)
def test_struct_and_schema_agree_both_ways(name):
    """Fields, required ones, types, enums, limits, patterns and defaults are those of `detector/event.py`."""
    (top,), definitions = msgspec.json.schema_components([INPUTS[name]])
    struct = definitions[top["$ref"].rsplit("/", 1)[1]]
    schema = load(name)
    ours = {field: flat(rules, definitions) for field, rules in struct["properties"].items()}
    theirs = {field: flat(rules, {}) for field, rules in schema["properties"].items()}
    for field in ("occurred_at", "expires_at"):  # the struct's type checks the form, the schema needs a pattern
        theirs.get(field, {}).pop("pattern", None)
    assert theirs == ours
    assert set(schema["required"]) == set(struct["required"])
    assert schema["additionalProperties"] is True


def test_every_event_has_a_schema():
    """A record kind that the decoder knows can't be left out of `schemas/`."""
    assert set(INPUTS.values()) == set(Event.__args__)


def test_alert_is_closed_and_whole():
    """What we emit has every field, always, and no other, at every depth."""
    objects = [part for part in [load("alert"), *fields(load("alert"))] if "properties" in part]
    objects += [one for part in fields(load("alert")) for one in part.get("oneOf", [])]
    assert len(objects) >= 6
    for part in objects:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])


def test_label_can_name_any_alert():
    """An alert's id, tenant and user fit the label that speaks of it."""
    alert, label = load("alert")["properties"], load("label")["properties"]
    for field in ("alert_id", "tenant_id", "user_id"):
        assert (alert[field]["minLength"], alert[field]["maxLength"]) == (
            label[field]["minLength"],
            label[field]["maxLength"],
        )
