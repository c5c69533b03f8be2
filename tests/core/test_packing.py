"""Packed hashes come back as they were, and no bytes give anything else than hashes or a `ValueError`."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from detector.packing import pack_hashes, pack_ids, unpack_hashes, unpack_ids
from tests.streams import law

hashes = st.integers(0, 2**32 - 1)


@law
@given(st.dictionaries(hashes, st.integers(0, 2_000), max_size=130), st.integers(0, 2_000))
def test_ids_come_back_or_are_not_packed(ids, newest):
    """In their order, whatever the ordinals: what does not fit in a byte is left to the profile's plain form."""
    packed = pack_ids(ids, newest)
    fits = all(not ordinal or 0 < newest - ordinal + 1 <= 255 for ordinal in ids.values())
    assert bool(packed) == (fits and bool(ids))
    if packed:
        assert list(unpack_ids(packed, newest).items()) == list(ids.items())


@law
@given(st.lists(hashes, unique=True, max_size=30))
def test_hashes_come_back(some):
    """In their order."""
    assert list(unpack_hashes(pack_hashes(dict.fromkeys(some)))) == some


@law
@given(st.binary(max_size=60), st.integers(-(2**63), 2**64))
def test_any_bytes_are_read_or_refused(junk, newest):
    """Nothing but `ValueError` comes out of them."""
    for read in (lambda: unpack_ids(junk, newest), lambda: unpack_hashes(junk)):
        with suppress(ValueError):
            assert len(read()) <= len(junk)


@law
@given(st.dictionaries(st.integers(0, 2**64), st.integers(-(2**63), 2**64), max_size=5), st.integers(0, 2**64))
def test_numbers_of_nobody_are_not_packed(ids, newest):
    """A forged profile with any numbers can still be dumped."""
    assert isinstance(pack_ids(ids, newest), bytes)
