"""Whatever comes in, the decoder gives an event or a refusal that keeps the record's words to itself."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from detector.event import EARLIEST, LATEST, Decoder, Event, Reason, Record, Rejection

SCHEMAS = Path(__file__).parents[2] / "schemas"
VALID = [
    path.read_bytes()
    for path in sorted((SCHEMAS / "examples" / "valid").rglob("*.json"))
    if path.parent.name != "alert"
]
VALIDATORS = {
    kind: Draft202012Validator(json.loads((SCHEMAS / f"{kind}.v1.schema.json").read_text()))
    for kind in ("invocation", "outcome", "label")
}
CALL = b'{"kind":"invocation","invocation_id":"i","occurred_at":"2026-05-04T09:12:31Z","user_id":"u"}'
DECODER = Decoder()
dirt = settings(derandomize=True, deadline=None, max_examples=300)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(2020, 1, 2), datetime(2099, 12, 30), timezones=offsets)  # noqa: DTZ001 hypothesis takes naive bounds


@st.composite
def records(draw):
    """A valid record of any kind, from its schema: every limit and every value that the schema allows."""
    kind = draw(st.sampled_from(list(VALIDATORS)))
    schema = VALIDATORS[kind].schema
    fields = {name: draw(of_rules(rules)) for name, rules in schema["properties"].items()}
    kept = draw(st.sets(st.sampled_from(list(fields)))) | set(schema["required"])
    record = {name: value for name, value in fields.items() if name in kept}
    assume(VALIDATORS[kind].is_valid(record))  # an outcome may have lost both of its ids
    return record


def of_rules(rules):
    if "const" in rules or "enum" in rules:
        return st.sampled_from(rules.get("enum") or [rules["const"]])
    nothing = st.none() if "null" in rules["type"] else st.nothing()
    if rules.get("format") == "date-time":
        return nothing | times.map(datetime.isoformat)
    if "integer" in rules["type"]:
        return nothing | st.integers(rules["minimum"], rules["maximum"])
    if "number" in rules["type"]:
        return nothing | st.floats(rules["minimum"], rules["maximum"])
    if "pattern" in rules:
        return nothing | st.from_regex(rules["pattern"].replace("$", r"\Z"))
    return nothing | st.text(
        st.characters(codec="utf-8"), min_size=rules.get("minLength", 0), max_size=min(rules["maxLength"], 40)
    )


def assert_answered(value, key=None):
    """The one promise for all input: an event whose ids can be used, or a refusal fit for a header and a log line."""
    answer = DECODER.decode(value, key)
    if isinstance(answer, Rejection):
        assert answer.detail.isprintable()
        assert 0 < len(answer.detail) < 200
    else:
        assert isinstance(answer, Event)
        assert answer.key.encode()
        assert EARLIEST <= answer.occurred_at < LATEST
    return answer


@dirt
@given(st.none() | st.binary(), st.none() | st.binary(max_size=9))
@example(None, None)
def test_any_bytes_are_answered(value, key):
    """Nothing raises, whatever the bytes; None is a tombstone."""
    assert_answered(value, key)


@dirt
@given(json_values)
def test_any_json_is_answered(value):
    """Nor whatever the JSON, nor as the record's kind."""
    assert_answered(json.dumps(value).encode())
    assert_answered(json.dumps({"kind": value}).encode())


@dirt
@given(records())
def test_a_decoded_event_encoded_decodes_to_the_same(record):
    """A valid record passes; what it became survives another journey; its time is kept as UTC to the microsecond."""
    event = assert_answered(json.dumps(record).encode())
    assert isinstance(event, Record)
    assert DECODER.decode(msgspec.json.encode(event), record["user_id"].encode()) == event
    assert event.occurred_at == datetime.fromisoformat(record["occurred_at"])
    assert event.occurred_at.tzinfo is UTC
    assert event.at == event.occurred_at.timestamp()


@dirt
@given(st.sampled_from(VALID), st.data())
def test_damaged_bytes_are_answered(value, data):
    """Bits flip, bytes go missing, come twice or come from elsewhere: still an answer."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(value)))
        end = data.draw(st.integers(start, min(len(value), start + 30)))
        bit = bytes([value[start] ^ 1 << data.draw(st.integers(0, 7))]) if start < len(value) else b""
        middle = data.draw(
            st.sampled_from([b"", bit, value[start:end] * 2, b"\0", b"\xff", b"\\ud800", b"1e999", b"NaN"])
        )
        value = value[:start] + middle + value[end if middle != bit else start + 1 :]
    assert_answered(value)


@dirt
@given(records(), st.data())
def test_schema_and_decoder_agree_on_any_field_of_any_type(record, data):
    """With one field replaced by anything, the schema and the decoder give the same answer."""
    kind = record["kind"]
    field = data.draw(
        st.sampled_from(sorted(set(VALIDATORS[kind].schema["properties"]) - {"kind", "occurred_at", "expires_at"}))
    )
    value = data.draw(json_values | st.integers(-1, 10**12 + 1) | st.floats(-1, 1e6 + 1) | st.text(max_size=600))
    assume(not (isinstance(value, float) and value.is_integer()))  # 1.0 is an integer for a schema, not for the decoder
    record[field] = value
    accepted = isinstance(assert_answered(json.dumps(record).encode("utf-8", "surrogatepass")), Record)
    assert accepted == VALIDATORS[kind].is_valid(record)


@dirt
@given(records(), st.dictionaries(words | st.just("\0at") | st.just("at"), json_values))
def test_extra_fields_change_nothing(record, extra):
    """Fields that no record has are ignored, whatever their names and values, before or after the known ones."""
    assume(not extra.keys() & VALIDATORS[record["kind"]].schema["properties"].keys())
    plain = DECODER.decode(json.dumps(record).encode())
    assert (
        plain
        == DECODER.decode(json.dumps(record | extra).encode())
        == DECODER.decode(json.dumps(extra | record).encode())
    )


@dirt
@given(st.sampled_from(VALID), st.data())
def test_a_refusal_never_quotes_the_record(value, data):
    """Neither values nor names that a producer chose reach the detail, however the record is broken."""
    record = json.loads(value)
    word, number = "zq-secret-zq", 918273645918
    odd = [
        word,
        number,
        -number,
        number + 0.5,
        [word],
        {word: word},
        {word: {word: number}},
        f"' - at `$.{word}`",
        f"{word}\n",
        word * 99,
    ]
    for field in data.draw(st.lists(st.sampled_from([*sorted(record), word, f"a'{word}"]), min_size=1, max_size=4)):
        record[field] = data.draw(st.sampled_from(odd))
    raw = json.dumps(record)
    ending = data.draw(
        st.sampled_from(["", f',"kind":"{word}"}}', f',"{word}":NaN}}', f',"kind":"a\'{word}"}}', f' "{word}"'])
    )
    raw = (raw[:-1] if ending.endswith("}") else raw) + ending
    raw = data.draw(st.sampled_from([raw, f'{{"kind":"{word}",{raw[1:]}', raw[: len(raw) - 9]]))
    answer = DECODER.decode(raw.encode(), data.draw(st.sampled_from([None, word.encode()])))
    if isinstance(answer, Rejection):
        assert "zq" not in answer.detail
        assert "918273645" not in answer.detail


@dirt
@given(words, words, words, words)
@example("a:b", "c", "a", "b:c")
@example("a\x1fb", "c", "a", "b\x1fc")
@example("1:a", "b", "1", "a:b")
def test_profiles_are_told_apart(tenant, user, other_tenant, other_user):
    """Two records share a profile's key only when tenant and user are equal, whatever separators the ids hold."""
    one = msgspec.structs.replace(DECODER.decode(CALL), tenant_id=tenant, user_id=user)
    other = msgspec.structs.replace(one, tenant_id=other_tenant, user_id=other_user)
    assert (one.key == other.key) == ((tenant, user) == (other_tenant, other_user))


@dirt
@given(words, words)
def test_pseudonyms_hide_the_user_and_nothing_else(tenant, user):
    """With a key the user's id is gone, the same each time, another in each tenant; the Kafka key is still checked."""
    value = json.dumps(json.loads(CALL) | {"tenant_id": tenant, "user_id": user}).encode()
    decoder = Decoder(pseudonym_key=b"k" * 32)
    event = decoder.decode(value, user.encode())
    assert event == msgspec.structs.replace(DECODER.decode(value), user_id=event.user_id)
    assert event.user_id.startswith("p-")
    assert len(event.user_id) == 26
    assert event.user_id == decoder.decode(value).user_id
    assert event.user_id != Decoder(pseudonym_key=b"other").decode(value).user_id
    elsewhere = json.dumps(json.loads(value) | {"tenant_id": tenant + "x"}).encode()
    assert event.user_id != decoder.decode(elsewhere).user_id
    assert decoder.decode(value, user.encode() + b"x").reason is Reason.KEY_MISMATCH
