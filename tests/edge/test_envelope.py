"""State bytes are believed only when they are whole, ours, this user's and of this history."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.edge.envelope import (
    FORMAT,
    HEADER,
    LZ4,
    MAGIC,
    MAX_STATE_BYTES,
    RIVERS,
    Envelope,
    EnvelopeError,
    Unreadable,
    _tag,
)

KEY, OTHER = b"k" * 32, b"o" * 32
BODY = b"state " * 500


def refusal(envelope: Envelope, sealed: bytes, owner: str = "ann", world: int = 7) -> Unreadable:
    """Why the bytes are refused."""
    with pytest.raises(EnvelopeError) as caught:
        envelope.open(owner, world, sealed)
    return caught.value.reason


@given(st.text(), st.binary(max_size=5_000), st.integers(0, 2**64 - 1))
def test_what_is_sealed_opens(owner, body, world):
    """Any owner, body and world come back."""
    envelope = Envelope(KEY, codec=1)
    assert envelope.open(owner, world, envelope.seal(owner, world, body)) == body


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_reason(junk):
    """Nothing but the envelope's own error comes out of junk."""
    refusal(Envelope(KEY, codec=1), junk)


@pytest.mark.parametrize("body", [b"short", BODY], ids=["plain", "compressed"])
def test_any_flipped_bit_is_refused(body):
    """Each single byte matters, in header, tag and body."""
    envelope = Envelope(KEY, codec=1)
    sealed = envelope.seal("ann", 7, body)
    for at in range(len(sealed)):
        refusal(envelope, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])


def test_any_cut_is_refused():
    """A write that was cut short is not believed."""
    envelope = Envelope(KEY, codec=1)
    sealed = envelope.seal("ann", 7, BODY)
    for size in range(len(sealed)):
        refusal(envelope, sealed[:size])


def test_bytes_can_not_be_given_to_another_user():
    """The owner is part of what is authenticated, and so is where the name ends."""
    envelope = Envelope(KEY, codec=1)
    assert refusal(envelope, envelope.seal("bob", 7, BODY)) is Unreadable.FORGED
    assert refusal(envelope, envelope.seal("an", 7, b"n" + b"x")) is Unreadable.FORGED


def test_another_key_is_a_forgery():
    """Who does not have the key can't make a profile; a key that is being replaced still opens."""
    sealed = Envelope(OTHER, codec=1).seal("ann", 7, BODY)
    assert refusal(Envelope(KEY, codec=1), sealed) is Unreadable.FORGED
    assert Envelope(KEY, codec=1, previous=OTHER).open("ann", 7, sealed) == BODY


def test_a_lost_history_is_not_believed():
    """Profiles of a world whose positions were lost would count its records twice."""
    envelope = Envelope(KEY, codec=1)
    assert refusal(envelope, envelope.seal("ann", 6, BODY)) is Unreadable.WORLD


def test_another_codec_is_told_as_such():
    """A layout that this build does not read resets, and says why."""
    assert refusal(Envelope(KEY, codec=2), Envelope(KEY, codec=1).seal("ann", 7, BODY)) is Unreadable.CODEC


def test_another_format_is_told_as_such():
    """So does an envelope of the future."""
    sealed = bytearray(Envelope(KEY, codec=1).seal("ann", 7, BODY))
    struct.pack_into(">B", sealed, 2, 9)
    assert refusal(Envelope(KEY, codec=1), bytes(sealed)) is Unreadable.FORMAT


def test_a_river_that_can_not_go_on_is_told_as_such(monkeypatch):
    """State of a River release whose numbers mean something else is not carried on."""
    monkeypatch.setattr("river.__version__", "0.19.2")
    sealed = Envelope(KEY, codec=1).seal("ann", 7, BODY)
    assert refusal(Envelope(KEY, codec=1), sealed) is Unreadable.RIVER


def test_a_compression_of_another_time_is_told_as_such():
    """A body packed in a way that this build does not know is another format; nobody guesses what it holds."""
    for flags in (1, 3, 255):
        header = HEADER.pack(MAGIC, FORMAT, flags, 1, *next(iter(RIVERS)), 7)
        assert refusal(Envelope(KEY, codec=1), header + _tag(KEY, header, "ann", BODY) + BODY) is Unreadable.FORMAT


def test_a_body_never_grows_beyond_its_limit():
    """Neither a length that lies nor packed bytes that are none give anything but the envelope's own refusal."""
    header = HEADER.pack(MAGIC, FORMAT, LZ4, 1, *next(iter(RIVERS)), 7)
    lies = {
        b"": Unreadable.DAMAGED,
        b"\xff\xff\xff\x7fabc": Unreadable.TOO_LARGE,
        (MAX_STATE_BYTES + 1).to_bytes(4, "little") + b"a" * 9: Unreadable.TOO_LARGE,
        b"\x10\x00\x00\x00abc": Unreadable.DAMAGED,
    }
    for body, reason in lies.items():
        sealed = header + _tag(KEY, header, "ann", body) + body
        assert refusal(Envelope(KEY, codec=1), sealed) is reason


def test_compression_pays_or_is_not_used():
    """A body that does not shrink is stored as it is."""
    envelope = Envelope(KEY, codec=1)
    assert len(envelope.seal("ann", 7, BODY)) < len(BODY) / 10
    noise = bytes((n * n * 37 + n // 7) % 251 for n in range(900))
    assert len(envelope.seal("ann", 7, noise)) == HEADER.size + 16 + len(noise)
