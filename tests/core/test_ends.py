"""How sessions end: what was read was not therefore wanted, unless it came unasked, or is how a person's work ends."""

import pytest

from tests.streams import HOUR, MONDAY, call, lines, outcome, play

ANN = "7:default:ann"


def sessions(*ends, trigger="manual", first=0):
    """One session an hour, its end known a minute later."""
    for number, end in enumerate(ends, first):
        at, name = MONDAY + number * HOUR, f"s{number}"
        yield call(at, number, session_id=name, trigger=trigger, prompt_chars=90, output_tokens=200)
        yield outcome(at + 60, number, session_id=name, outcome=end)


def profile_of(*ends, **how):
    """Ann, after sessions that ended so."""
    return play(lines(sessions(*ends, **how))).profiles[ANN]


@pytest.mark.parametrize(
    ("trigger", "whole", "useful", "read"),
    [("manual", "fruit", 0, 1), ("agent", "fruit", 0, 1), ("scheduled", "automated", 1, 0)],
)
def test_only_what_came_unasked_is_wanted_because_it_was_read(trigger, whole, useful, read):
    """Who asked looks at the answer, whatever becomes of it; a digest that nobody wants is not opened."""
    fruit = getattr(profile_of("read", trigger=trigger), whole)
    assert (fruit.answered, fruit.useful, fruit.read, fruit.useless) == (1, useful, read, 0)


@pytest.mark.parametrize(("end", "useful", "useless"), [("discarded", 0, 1), ("accepted", 1, 0)])
def test_looking_at_it_neither_hides_nor_makes_an_end(end, useful, useless):
    """Read and thrown away is thrown away; read and used is used; either is one answered session."""
    ended = outcome(MONDAY + 300, "end", session_id="s0", outcome=end)
    fruit = play(lines([*sessions("read"), ended])).profiles[ANN].fruit
    assert (fruit.answered, fruit.read, fruit.useful, fruit.useless) == (1, 1, useful, useless)


def test_a_late_look_at_a_forgotten_session_counts_once():
    """The session of Monday is long forgotten when somebody reads it, and read again, and throws it away."""
    busy = [*sessions(*["accepted"] * 20, first=1)]
    late = [outcome(MONDAY + 30 * HOUR + n, f"late{n}", session_id="s0", outcome=end)
            for n, end in enumerate(("read", "read", "discarded"))]  # fmt: skip
    first = call(MONDAY, 0, session_id="s0", trigger="manual", output_tokens=200)
    fruit = play(lines([first, *busy, *late])).profiles[ANN].fruit
    assert (fruit.answered, fruit.read, fruit.useful, fruit.useless) == (21, 1, 20, 1)


def test_reading_speaks_for_whose_work_usually_ends_so():
    """Two people throw three of their last nine away; one of them mostly reads what was asked, the other uses it."""
    run = ("discarded", "read", "read") * 3
    reader, maker = profile_of(*["read"] * 40, *run), profile_of(*["accepted"] * 40, *run)
    assert reader.usual_read > 0.6
    assert maker.usual_read < 0.1
    assert reader.sour < 0.5 * maker.sour


def test_sessions_side_by_side_are_two_and_not_one_a_turn():
    """Two windows on one agent and project take turns, and so does what both ask: two sessions of thirty calls."""
    turns = (
        call(MONDAY + 30 * n, n, session_id=f"s{n % 2}", agent="ide", project="api", template_hash="t", output_tokens=9)
        for n in range(60)
    )
    ann = play(lines(turns)).profiles[ANN]
    works = [ann.line(key) or ann.strand(key) for key in ann.kept if key[:2] in {"l:", "t:"}]
    assert len(works) == 2
    assert [work.fruit.sessions for work in [ann, *works]] == [2, 2, 2]


@pytest.mark.parametrize(
    ("end", "known"), [("accepted", (1, 1, 0, 0)), ("discarded", (1, 0, 1, 0)), ("read", (1, 0, 0, 1))]
)
def test_what_ended_before_it_was_asked_again_has_ended(end, known):
    """A session is answered at its first turn and asks the same seven times from then on: neither its habit nor its
    strand is silent, and neither good nor bad is forgotten.
    """
    asking = {"session_id": "s", "prompt_hash": "p", "prompt_chars": 90, "trigger": "manual", "output_tokens": 200}
    turns = [call(MONDAY + 60 * n, n, **asking) for n in range(8)]
    ann = play(lines([turns[0], outcome(MONDAY + 30, 0, session_id="s", outcome=end), *turns[1:]])).profiles[ANN]
    strands = [strand for key in ann.kept if key.startswith("t:") and (strand := ann.strand(key)) is not None]
    assert len(strands) == 1
    for fruit in (ann.fruit, ann.habits["again"].fruit, strands[0].fruit):
        assert (fruit.sessions, fruit.answered, fruit.useful, fruit.useless, fruit.read) == (1, *known)
