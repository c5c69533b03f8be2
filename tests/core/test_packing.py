"""Packed hashes come back as they were, and no bytes give anything else than hashes or a `ValueError`."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from detector.packing import pack_hashes, pack_ids, unpack_hashes, unpack_ids
from tests.streams import law

hashes = st.integers(0, 2**32 - 1)


@law
@given(st.dictionaries(hashes, st.integers(0, 2**16 + 1), max_size=130))
def test_ids_come_back_or_are_not_packed(ids):
    """In their order; an ordinal that does not fit in two bytes is left to the profile's plain form."""
    packed = pack_ids(ids)
    assert bool(packed) == (bool(ids) and max(ids.values()) < 2**16)
    if packed:
        assert list(unpack_ids(packed).items()) == list(ids.items())


@law
@given(st.lists(hashes, unique=True, max_size=30))
def test_hashes_come_back(some):
    """In their order."""
    assert list(unpack_hashes(pack_hashes(dict.fromkeys(some)))) == some


@law
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(junk):
    """Nothing but `ValueError` comes out of them."""
    for read in (unpack_ids, unpack_hashes):
        with suppress(ValueError):
            assert len(read(junk)) <= len(junk)


@law
@given(st.dictionaries(st.integers(0, 2**64), st.integers(-(2**63), 2**64), max_size=5))
def test_numbers_of_nobody_are_not_packed(ids):
    """A forged profile with any numbers can still be dumped."""
    assert isinstance(pack_ids(ids), bytes)
