"""Law 7: no input stops the stream or is lost: it is judged, a repeat, late, or refused with its reason."""

import json

from hypothesis import given
from hypothesis import strategies as st

from detector.event import Decoder, Reason, Rejection
from tests.streams import Line, lines, play
from tests.worlds import DIRT, law, slice_of_company, streams

WAYS = {"judged", "repeat", "late", "rejected"}


def assert_counted(stream):
    played = play(stream)
    assert played.counts.total() == len(stream)
    assert set(played.counts) <= WAYS
    return played


@law
@given(streams(dirt=True), st.lists(st.tuples(st.integers(0), st.binary(max_size=60)), max_size=20))
def test_any_bytes_between(stream, thrown):
    """Any bytes anywhere between records: all are counted, and what is judged is as if they had not come."""
    dirty = list(stream)
    for place, value in thrown:
        dirty.insert(place % (len(dirty) + 1), Line(10**9, value))
    with_dirt, without = assert_counted(dirty), play(stream)
    assert with_dirt.alerts == without.alerts
    assert with_dirt.states == without.states


@law
@given(streams(users=2), st.integers(0), st.integers(0, 255))
def test_damaged_records(stream, place, value):
    """A byte of every third record damaged: whatever still is a record is judged, everything is counted."""
    damaged = [
        Line(n, v[: place % len(v)] + bytes([value]) + v[place % len(v) + 1 :]) if n % 3 == 0 else Line(n, v)
        for n, v in stream
    ]
    assert_counted(damaged)


FIELDS = json.loads(slice_of_company(1)[0].value).keys()


@law
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(FIELDS)), st.integers(-1, 10**13) | st.text(max_size=9) | st.none())
    )
)
def test_fields_of_any_value(changes):
    """Simulated records with fields replaced by anything."""
    base = [json.loads(line.value) for line in slice_of_company(200)]
    changed = lines(base[n % len(base)] | change for n, change in enumerate(changes))
    assert_counted(changed)


def test_every_refusal_has_its_reason():
    """Nothing is refused without one of the published reasons."""
    refusals = [Decoder().decode(value) for value in DIRT]
    assert all(isinstance(r, Rejection) and isinstance(r.reason, Reason) and r.detail for r in refusals)


def test_company_among_dirt():
    """Simulated people among dirt: every record and every bad line is counted."""
    stream = list(slice_of_company())
    dirty = [line for n, record in enumerate(stream) for line in (record, Line(0, DIRT[n % len(DIRT)]))]
    played = assert_counted(dirty)
    assert played.counts["rejected"] == len(stream)
    assert played.alerts == play(stream).alerts
