"""Law 4: users never touch each other's profiles, whoever's records stand between."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from detector.event import Decoder, Rejection
from tests.streams import Line, lines, play
from tests.worlds import law, slice_of_company, streams


def by_user(stream):
    """Every user's own lines, in order."""
    decoder, apart = Decoder(), {}
    for line in stream:
        if not isinstance(event := decoder.decode(line.value), Rejection):
            apart.setdefault(event.key, []).append(line)
    return apart


def assert_apart(stream):
    together = play(stream)
    for key, own in by_user(stream).items():
        alone = play(own)
        assert alone.alerts.get(key) == together.alerts.get(key)
        assert alone.states == {key: together.states[key]}
    return together


@law
@given(streams())
def test_alone_and_interleaved(stream):
    """A user's alerts and state are the same alone and among the others."""
    assert_apart(stream)


@law
@given(streams(), st.randoms(use_true_random=False))
def test_any_interleaving(stream, rng):
    """And the same under any other interleaving of the same stories."""
    stories = [list(reversed(own)) for own in by_user(stream).values()]
    shuffled: list[Line] = []
    while any(stories):
        shuffled.append(rng.choice([story for story in stories if story]).pop())
    one, other = play(stream), play(shuffled)
    assert one.alerts == other.alerts
    assert one.states == other.states


@law
@given(streams(users=1), st.text(min_size=1, max_size=8).filter(lambda t: t.isascii() and t.isprintable()))
def test_tenants_with_the_same_user(stream, tenant):
    """The same user id in two tenants is two people: each is judged as if the other were not there."""
    assume(tenant != "default")
    theirs = [Line(line.number, json.dumps(json.loads(line.value) | {"tenant_id": tenant}).encode()) for line in stream]
    both = play([line for pair in zip(stream, theirs, strict=True) for line in pair])
    assert len(both.profiles) == 2
    for own in (stream, theirs):
        alone = play(own)
        for key, state in alone.states.items():
            assert both.states[key] == state
            assert both.alerts.get(key) == alone.alerts.get(key)


def test_ids_that_look_alike():
    """Tenants and users whose ids run together to the same letters keep apart."""
    pairs = [("a:b", "c"), ("a", "b:c"), ("a", "b\x1fc"), ("a\x1fb", "c"), ("1:a", "b"), ("1", "a:b"), ("a", "B:c")]
    base = json.loads(slice_of_company(1)[0].value)
    played = play(lines(base | {"tenant_id": tenant, "user_id": user} for tenant, user in pairs))
    assert len(played.profiles) == len(pairs)
    assert played.counts == {"judged": len(pairs)}


def test_company():
    """Simulated people, each alone."""
    assert assert_apart(slice_of_company()).told
