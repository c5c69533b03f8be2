"""Habits: what counts as asking again, and as a trifle at a dear price."""

import pytest

from detector.evidence.habit import rest_good
from detector.names import id_hash
from detector.policy import Policy
from detector.prior import PRICES
from detector.work import Yield
from tests.streams import DAY, HOUR, MONDAY, call, in_order, lines, outcome, play

ANN = "7:default:ann"
FRESH, WRITTEN = PRICES[:2]


def hex_of(number):
    """A similarity hash that is near no other number's."""
    return f"{id_hash(f'low {number}') << 32 | id_hash(f'high {number}'):016x}"


def asked(targets, words):
    """One session a target, a prompt each: the same words to the letter where they have the same number."""
    for number, (target, said) in enumerate(zip(targets, words, strict=True)):
        yield call(
            MONDAY + number * HOUR, number, session_id=f"s{number}", trigger="manual", prompt_chars=120,
            output_tokens=300, target_hash=target, prompt_hash=f"p{said}", simhash=hex_of(said),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("targets", "words", "again"),
    [
        ([None] * 6, [1] * 6, 5),
        (["file"] * 6, [1] * 6, 5),
        ([f"ticket {n}" for n in range(6)], [1] * 6, 0),
        (["file"] * 6, range(6), 0),
    ],
    ids=["the same, of nothing", "the same, of one file", "the same, of one ticket each", "other words"],
)
def test_the_same_words_about_another_thing_are_another_question(targets, words, again):
    """Whoever answers tickets by a set phrase asks each of them once."""
    habits = play(lines(asked(targets, words))).profiles[ANN].habits
    assert (habits["again"].again if "again" in habits else 0) == again


def paid(*, tier, cached, written, chars):
    """Thirty sessions at the list price, much of it cached, then ten at `tier` times it."""
    for number in range(40):
        odd = number >= 30
        read = cached if odd else 40_000
        out, times = (written, tier) if odd else (400, 1.0)
        price = times * (900 * FRESH + out * WRITTEN + read * PRICES[2])
        yield call(
            MONDAY + number * HOUR, number, session_id=f"s{number}", trigger="manual",
            prompt_chars=chars if odd else 400, input_tokens=900, output_tokens=out, cache_read_tokens=read,
            cost_usd=price,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("how", "dear"),
    [
        ({"tier": 1.67, "cached": 40_000, "written": 60, "chars": 400}, 10),
        ({"tier": 1.67, "cached": 0, "written": 2_500, "chars": 30}, 10),
        ({"tier": 1.67, "cached": 0, "written": 2_500, "chars": 400}, 0),
        ({"tier": 1.0, "cached": 0, "written": 60, "chars": 30}, 0),
        ({"tier": 1.1, "cached": 40_000, "written": 60, "chars": 30}, 0),
    ],
    ids=["a short answer", "a short question", "real work", "an empty cache", "a small change of price"],
)
def test_a_trifle_is_dear_by_its_model_and_by_nothing_else(how, dear):
    """The next tier of models costs 1.67 times as much; a call without a cache costs more a token and means nothing."""
    habits = play(lines(paid(**how))).profiles[ANN].habits
    assert (habits["dear"].fruit.sessions if "dear" in habits else 0) == dear


def unwanted(questions):
    """Forty sessions of good work; then for five days twelve a day that ask one of so many questions, in other words
    each time and answered at another length, of which every sixth is known to have been thrown away.
    """
    for number in range(100):
        good = number < 40
        at = MONDAY + (number // 12 - 3) * DAY + number % 12 * HOUR
        said = number if good else 1000 + number % questions
        yield call(
            at, number, session_id=f"s{number}", trigger="manual", agent="ide" if good else "chat", project="api",
            prompt_chars=120, output_tokens=20 + 613 * number % 1900, prompt_hash=f"p{number}", simhash=hex_of(said),
        )  # fmt: skip
        if good or number % 6 == 0:
            yield outcome(at + 600, number, session_id=f"s{number}", outcome="accepted" if good else "discarded")


def honed():
    """Beside that, five sessions a day elsewhere that hone one prompt, each of use."""
    for number in range(40):
        at = MONDAY + (number // 5 - 3) * DAY + number % 5 * 2 * HOUR + 1800
        yield call(
            at, f"honed{number}", session_id=f"honed{number}", trigger="manual", agent="ide", project="prompts",
            prompt_chars=120, output_tokens=20 + 613 * number % 1900, prompt_hash=f"h{number}", simhash=hex_of("honed"),
        )  # fmt: skip
        yield outcome(at + 600, f"honed{number}", session_id=f"honed{number}", outcome="accepted")


@pytest.mark.parametrize(
    ("questions", "beside", "gaming"),
    [(5, [], True), (120, [], False), (5, list(honed()), False)],
    ids=["asked again", "asked once", "asked again, as what is of use elsewhere"],
)
def test_what_a_session_shows_speaks_beside_a_line_that_bears_nothing(questions, beside, gaming):
    """Too few ends of what is asked again are known to judge it by them, but its line has run dry beyond doubt. Who
    hones prompts asks again all day, and uses what comes of it.
    """
    told = play(in_order([*unwanted(questions), *beside]), Policy()).told
    accused = [alert for alert in told if alert.category == "tokenmaxxing"]
    assert bool(accused) is gaming
    if gaming:
        assert accused[0].typology == "duplicate_prompting"
        assert set(accused[0].families) >= {"repetition", "yield"}


def test_a_persons_sessions_are_measured_by_their_own():
    """Of what somebody asked half was used; that a bot under their name merges all day says nothing of it."""
    own = (
        record
        for n in range(20)
        for record in (
            call(MONDAY + n * HOUR, n, session_id=f"s{n}", trigger="manual", project="api", prompt_chars=90),
            outcome(MONDAY + n * HOUR + 600, n, session_id=f"s{n}", outcome="accepted" if n % 2 else "discarded"),
        )
    )
    bot = (
        record
        for n in range(60)
        for record in (
            call(MONDAY + n * 1200, f"b{n}", session_id=f"b{n}", trigger="ci", agent="bot", project="api"),
            outcome(MONDAY + n * 1200 + 300, f"b{n}", session_id=f"b{n}", outcome="merged"),
        )
    )
    ann = play(in_order([*own, *bot])).profiles[ANN]
    assert (ann.automated.useful, ann.fruit.useful, ann.fruit.useless) == (60, 10, 10)
    assert rest_good(Yield(), ann) < 0.6
