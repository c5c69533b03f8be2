"""Dirt and oddities seen on real topics, one by one, with the answer that each must get."""

from datetime import UTC, datetime

import pytest

from detector.event import MAX_RECORD_BYTES, Decoder, Reason, Record, Rejection

CALL = b'{"kind":"invocation","invocation_id":"i","occurred_at":"2026-05-04T09:12:31Z","user_id":"u"}'
DECODER = Decoder()


def with_text(text):
    return CALL[:-1] + b"," + text + b"}"


REFUSED = {
    "tombstone": (None, Reason.EMPTY),
    "nothing": (b"", Reason.EMPTY),
    "5 MB of a valid record": (with_text(b'"x":"' + b"a" * 5_000_000 + b'"'), Reason.TOO_LARGE),
    "one byte over the limit": (CALL + b" " * (MAX_RECORD_BYTES + 1 - len(CALL)), Reason.TOO_LARGE),
    "byte order mark": (b"\xef\xbb\xbf" + CALL, Reason.NOT_JSON),
    "UTF-16": (CALL.decode().encode("utf-16"), Reason.NOT_UTF8),
    "UTF-16 without a mark": (CALL.decode().encode("utf-16-be"), Reason.NOT_JSON),
    "UTF-32": (CALL.decode().encode("utf-32"), Reason.NOT_UTF8),
    "latin-1": (with_text('"user_id":"é"'.encode("latin-1")), Reason.NOT_UTF8),
    "surrogate spelled in UTF-8": (with_text(b'"user_id":"\xed\xa0\x80"'), Reason.NOT_UTF8),
    "overlong NUL": (with_text(b'"user_id":"\xc0\x80"'), Reason.NOT_UTF8),
    "half a surrogate pair": (with_text(rb'"user_id":"\ud800 and more"'), Reason.NOT_JSON),
    "two halves the wrong way round": (with_text(rb'"user_id":"\udc00\ud800"'), Reason.NOT_JSON),
    "NaN": (with_text(b'"cost_usd":NaN'), Reason.NOT_JSON),
    "minus infinity": (with_text(b'"cost_usd":-Infinity'), Reason.NOT_JSON),
    "a number past any float": (with_text(b'"cost_usd":1e999'), Reason.INVALID),
    "an exponent past any integer": (with_text(b'"input_tokens":1e999999999'), Reason.INVALID),
    "10,000 digits": (with_text(b'"input_tokens":' + b"9" * 10_000), Reason.INVALID),
    "100,000 lists deep": (with_text(b'"x":' + b"[" * 100_000 + b"]" * 100_000), Reason.NOT_JSON),
    "100,000 objects deep": (with_text(b'"x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000), Reason.NOT_JSON),
    "lists alone": (b"[" * 100_000, Reason.UNKNOWN_KIND),
    "second kind": (with_text(b'"kind":"outcome"'), Reason.UNKNOWN_KIND),
    "second user that is none": (with_text(b'"user_id":null'), Reason.INVALID),
    "raw NUL after the record": (CALL + b"\0", Reason.NOT_JSON),
    "raw NUL in a text": (with_text(b'"user_id":"a\0b"'), Reason.NOT_JSON),
}


@pytest.mark.parametrize(("value", "reason"), REFUSED.values(), ids=REFUSED)
def test_known_dirt_is_refused_for_its_reason(value, reason):
    """Each kind of dirt seen on real topics has its reason."""
    answer = DECODER.decode(value)
    assert isinstance(answer, Rejection)
    assert answer.reason is reason


ACCEPTED = {
    "at the limit of size": (CALL + b" " * (MAX_RECORD_BYTES - len(CALL)), "u"),
    "last of two users": (with_text(b'"user_id":"second"'), "second"),
    "NUL in an id": (with_text(rb'"user_id":"a\u0000b"'), "a\0b"),
    "surrogate pair": (with_text(rb'"user_id":"\ud83d\ude00"'), "\U0001f600"),
    "100 lists deep in an extra field": (with_text(b'"x":' + b"[" * 100 + b"]" * 100), "u"),
    "10,000 digits in an extra field": (with_text(b'"x":' + b"9" * 10_000), "u"),
    "white space around": (b"\r\n\t " + CALL + b"\n", "u"),
    "minus zero": (with_text(b'"input_tokens":-0'), "u"),
}


@pytest.mark.parametrize(("value", "user"), ACCEPTED.values(), ids=ACCEPTED)
def test_odd_but_valid_records_pass(value, user):
    """Strict is not narrow: odd JSON that is still JSON passes, and its ids can be encoded."""
    assert DECODER.decode(value, user.encode()).user_id == user


TIMES = {
    "2026-05-04T09:12:31Z": (9, 12, 31, 0),
    "2026-05-04t09:12:31z": (9, 12, 31, 0),
    "2026-05-04 09:12:31Z": (9, 12, 31, 0),
    "2026-05-04T23:12:31+14:00": (9, 12, 31, 0),
    "2026-05-03T21:12:31-12:00": (9, 12, 31, 0),
    "2026-05-04T14:57:31+05:45": (9, 12, 31, 0),
    "2026-05-04T09:12:31-00:00": (9, 12, 31, 0),
    "2026-05-04T09:12:31.000001Z": (9, 12, 31, 1),
    "2026-05-04T09:12:31.1Z": (9, 12, 31, 100_000),
    "2026-05-04T09:12:31.123456789Z": (9, 12, 31, 123_457),
}


@pytest.mark.parametrize("written", TIMES)
def test_times_are_read_as_rfc_3339_has_them(written):
    """Upper or lower case, any offset, any fraction: one instant in UTC, rounded to the microsecond."""
    event = DECODER.decode(CALL.replace(b"2026-05-04T09:12:31Z", written.encode()))
    assert event.occurred_at == datetime(2026, 5, 4, *TIMES[written], tzinfo=UTC)


@pytest.mark.parametrize("key", [b"", b"U", b"u ", b"\xff"])
def test_a_foreign_key_is_refused(key):
    """A record that sits under another user's key is refused; with no key at all (a file) it passes."""
    assert DECODER.decode(CALL, key).reason is Reason.KEY_MISMATCH
    assert isinstance(DECODER.decode(CALL), Record)
