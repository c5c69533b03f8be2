"""A published version never breaks those who use it: old producers for what we read, old subscribers for what we write.

What we read may only accept more than it did; what we write may only be a part of what it was, plus new fields.
"""

import json
from functools import reduce
from math import inf
from operator import getitem
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "schemas"
PRODUCED = {"invocation": False, "outcome": False, "label": False, "alert": True}
ANNOTATIONS = {"title", "description", "examples", "$comment", "x-unit"}
FLOORS = ("minLength", "minimum", "minItems")
CEILINGS = ("maxLength", "maximum", "maxItems")
JUDGED = {*ANNOTATIONS, *FLOORS, *CEILINGS, "type", "enum", "const", "required", "properties", "items"}


def load(name, folder="."):
    return json.loads((SCHEMAS / folder / f"{name}.v1.schema.json").read_text())


def published(name):
    return load(name, "published")


def breaks(old, new, *, produced, at="$"):
    """Every way in which `new` breaks who relied on `old`; a rule that can't be judged must not change at all."""
    wide, narrow = (new, old) if produced else (old, new)
    yield from (f"{at}.{field}: removed" for field in properties(old).keys() - properties(new).keys())
    yield from (f"{at}: {what}" for what in narrowings(wide, narrow))
    frozen = (old.keys() | new.keys()) - JUDGED
    yield from (f"{at}: {rule} changed" for rule in frozen if bare(old.get(rule, ...)) != bare(new.get(rule, ...)))
    for field in properties(old).keys() & properties(new).keys():
        yield from breaks(properties(old)[field], properties(new)[field], produced=produced, at=f"{at}.{field}")
    if "items" in old or "items" in new:
        yield from breaks(old.get("items", {}), new.get("items", {}), produced=produced, at=f"{at}[]")


def narrowings(wide, narrow):
    """What `narrow` refuses and `wide` accepts, in the rules of this one level."""
    if types(wide) - types(narrow):
        yield f"type is {types(narrow)}, not {types(wide)}"
    if values(narrow) is not None and (values(wide) is None or values(wide) - values(narrow)):
        yield "values are fewer"
    if set(narrow.get("required", ())) - set(wide.get("required", ())):
        yield "more fields are required"
    for rule in FLOORS:
        if narrow.get(rule, -inf) > wide.get(rule, -inf):
            yield f"{rule} is higher"
    for rule in CEILINGS:
        if narrow.get(rule, inf) < wide.get(rule, inf):
            yield f"{rule} is lower"


def types(schema):
    """The JSON types accepted; a number accepts integers too, and no `type` accepts all."""
    kinds = schema.get("type", ["null", "boolean", "object", "array", "number", "string"])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    return kinds | ({"integer"} if "number" in kinds else set())


def values(schema):
    """The values accepted, spelled as JSON; None when any is."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if listed is None else {json.dumps(value) for value in listed}


def properties(schema):
    return schema.get("properties", {})


def bare(part):
    """Without annotations, at any depth; true and 1 stay apart."""
    if isinstance(part, dict):
        return {key: bare(value) for key, value in part.items() if key not in ANNOTATIONS}
    if isinstance(part, list):
        return [bare(one) for one in part]
    return (type(part), part)


@pytest.mark.parametrize("name", PRODUCED)
def test_working_schema_keeps_the_published_promise(name):
    """The schema in force breaks nobody who relied on the published one."""
    assert list(breaks(published(name), load(name), produced=PRODUCED[name])) == []


@pytest.mark.parametrize("name", PRODUCED)
def test_published_schema_accepts_the_valid_examples(name):
    """The published copy is a schema that works, not a file that only has the right name."""
    validator = Draft202012Validator(published(name))
    examples = sorted((SCHEMAS / "examples" / "valid" / name).iterdir())
    assert examples
    for path in examples:
        validator.validate(json.loads(path.read_text()))


def places(schema, path=()):
    """The paths of all schemas below (and with) this one that are reached by fields and list items alone."""
    yield path
    for field, rules in properties(schema).items():
        yield from places(rules, (*path, "properties", field))
    if "items" in schema:
        yield from places(schema["items"], (*path, "items"))


def lose_null(rules):
    rules["type"].remove("null")


def gain_null(rules):
    if isinstance(rules["type"], list):
        raise KeyError
    rules["type"] = [rules["type"], "null"]


def lose_value(rules):
    rules["enum"] = rules["enum"][1:]


def gain_value(rules):
    rules["enum"] = [*rules["enum"], "something new"]


def require(rules):
    rules["required"] = [*rules["required"], min(properties(rules).keys() - set(rules["required"]))]


def make_optional(rules):
    rules["required"] = rules["required"][1:]


def shift(names, step):
    def shift_limit(rules):
        rules[next(name for name in names if name in rules)] += step

    shift_limit.__name__ = f"{names[1]}{step:+}"
    return shift_limit


def remove_field(rules):
    del rules["properties"][max(rules["properties"])]


def swap_type(rules):
    rules["type"] = "boolean" if rules["type"] else None


def change_default(rules):
    rules["default"] = [rules["default"], "other"]


def change_pattern(rules):
    rules["pattern"] += "|^$"


def swap_extra_fields(rules):
    rules["additionalProperties"] = not rules["additionalProperties"]


def add_rule(rules):
    rules["not"] = {"const": "something odd"}


def reword(rules):
    rules["description"] += " In other words."


def add_field(rules):
    rules["properties"]["brand_new"] = {"type": "string"}


NARROWING = [lose_null, lose_value, require, shift(FLOORS, 1), shift(CEILINGS, -1)]
WIDENING = [gain_null, gain_value, make_optional, shift(FLOORS, -1), shift(CEILINGS, 1)]
ALWAYS_BREAKING = [remove_field, swap_type, change_default, change_pattern, swap_extra_fields, add_rule]
NEVER_BREAKING = [reword, add_field]


def edits(change, name):
    """Every edit of this kind that the schema has a place for: (place, edited schema)."""
    for place in places(published(name)):
        edited = published(name)
        if edit(edited, place, change):
            yield place, edited


def spelled(place):
    """A place as `breaks` names it: `$.reasons[].text`."""
    return "$" + "".join({"properties": ".", "items": "[]"}.get(step, step) for step in place)


BREAKING = {name: (WIDENING if produced else NARROWING) + ALWAYS_BREAKING for name, produced in PRODUCED.items()}
HARMLESS = {name: (NARROWING if produced else WIDENING) + NEVER_BREAKING for name, produced in PRODUCED.items()}


def cases(kinds):
    return [pytest.param(name, kind, id=f"{name}-{kind.__name__}") for name in PRODUCED for kind in kinds[name]]


@pytest.mark.parametrize(("name", "change"), cases(BREAKING))
def test_breaking_edit_is_refused_wherever_it_is_made(name, change):
    """Each kind of breaking edit, at every place of the schema that has one, is seen and named by its place."""
    for place, edited in edits(change, name):
        found = list(breaks(published(name), edited, produced=PRODUCED[name]))
        assert any(one.startswith(spelled(place)) for one in found), (place, found)


@pytest.mark.parametrize(("name", "change"), cases(HARMLESS))
def test_harmless_edit_is_let_through(name, change):
    """What breaks nobody is no reason for a new version."""
    for place, edited in edits(change, name):
        assert list(breaks(published(name), edited, produced=PRODUCED[name])) == [], place


@settings(derandomize=True, deadline=None)
@given(st.data())
def test_one_breaking_edit_is_seen_among_harmless_ones(data):
    """Any harmless edits pass together, and one breaking edit among them is still refused."""
    name = data.draw(st.sampled_from(list(PRODUCED)))
    schema = published(name)
    anywhere = st.sampled_from(list(places(schema)))
    for place, kind in data.draw(st.lists(st.tuples(anywhere, st.sampled_from(HARMLESS[name])), max_size=6)):
        edit(schema, place, kind)
    assert list(breaks(published(name), schema, produced=PRODUCED[name])) == []
    if edit(schema, data.draw(anywhere), data.draw(st.sampled_from(ALWAYS_BREAKING))):
        assert list(breaks(published(name), schema, produced=PRODUCED[name]))


def edit(schema, place, kind):
    """Edits in place; false when this place has no such rule (any more)."""
    try:
        kind(reduce(getitem, place, schema))
    except (LookupError, AttributeError, ValueError, StopIteration):
        return False
    return True


@pytest.mark.parametrize("change", [*NARROWING, *WIDENING, *ALWAYS_BREAKING, *NEVER_BREAKING])
def test_every_kind_of_edit_finds_a_place(change):
    """The loops above can't pass because an edit fits nowhere."""
    assert any(True for name in PRODUCED for _ in edits(change, name))
