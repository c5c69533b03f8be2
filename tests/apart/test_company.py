"""The synthetic company keeps its promises: contract, determinism, shares of spend, catalogue, even reporting."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from tests.apart.almanac import draw_calendar
from tests.apart.behaviours import BEHAVIOURS
from tests.apart.clock import DAY
from tests.apart.company import Life, gaming_life, lives, lookalike_life
from tests.apart.dice import Dice
from tests.apart.lookalikes import CASES
from tests.apart.prompts import blur, typed
from tests.apart.world import Apart, arrivals

Record = dict[str, Any]

TRIGGERS = {"manual", "scheduled", "heartbeat", "event", "agent", "ci", "unknown"}
STATUSES = {"ok", "error", "rate_limited", "cancelled"}
OUTCOMES = {"accepted", "rejected", "merged", "discarded", "no_op", "read", "error"}
TYPOLOGIES = {
    *("unproductive_loop", "low_yield_burn", "unattended_burn", "duplicate_prompting", "fan_out", "minimum_hugging"),
    *("window_burst", "micro_call_flood", "shared_template", "context_inflation", "telemetry_fault"),
}
SHARE_TOLERANCE = 1 / 3
COVERAGE_TOLERANCE = 0.06
SEED = 5
DAYS = 21


@pytest.fixture(scope="module")
def gamers() -> list[Life]:
    return [life for life in lives(SEED, 40, DAYS, "gamers") if not life.honest]


@pytest.fixture(scope="module")
def odd_ones() -> list[Life]:
    """Two lives of each look-alike."""
    calendar = draw_calendar(SEED)
    return [lookalike_life(SEED, 3 * number + 2, DAYS, calendar, CASES[number % len(CASES)]) for number in range(32)]


def records(lives_: Iterable[Life]) -> list[Record]:
    return [json.loads(line) for life in lives_ for _, line in arrivals(life)]


def check_invocation(record: Record) -> None:
    assert 1 <= len(record["invocation_id"]) <= 128
    assert 1 <= len(record["user_id"]) <= 256
    assert record["trigger"] in TRIGGERS
    assert record["status"] in STATUSES
    assert record["identity"] in {"human", "service", "unknown"}
    assert record["effort"] in {"low", "medium", "high", None}
    assert len(record["simhash"]) == 16
    assert int(record["simhash"], 16) >= 0
    counts = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "prompt_chars", "duration_ms")
    assert all(isinstance(record[name], int) and record[name] >= 0 for name in counts)
    assert record["cost_usd"] >= 0


def check_outcome(record: Record) -> None:
    assert 1 <= len(record["outcome_id"]) <= 128
    assert record["outcome"] in OUTCOMES
    assert record["session_id"] or record["invocation_id"]


def test_every_record_satisfies_the_contract(gamers: list[Life], odd_ones: list[Life]) -> None:
    for people in (gamers, odd_ones):
        made = records(people)
        for record in made:
            assert record["occurred_at"].endswith("+00:00")
            check_invocation(record) if record["kind"] == "invocation" else check_outcome(record)
        for kind, name in (("invocation", "invocation_id"), ("outcome", "outcome_id")):
            ids = [record[name] for record in made if record["kind"] == kind]
            assert len(ids) == len(set(ids))


def test_an_outcome_is_of_something_known_and_comes_after_it(gamers: list[Life]) -> None:
    for life in gamers[:8]:
        made = records([life])
        calls = {record["invocation_id"]: record for record in made if record["kind"] == "invocation"}
        sessions = {record["session_id"] for record in calls.values()}
        for record in made:
            if record["kind"] == "outcome":
                assert record["session_id"] in sessions
                call = calls.get(record["invocation_id"])
                assert call is None or call["occurred_at"] <= record["occurred_at"]


def test_same_seed_same_bytes() -> None:
    one, two = (Apart(3, "honest", people=8, days=7) for _ in range(2))
    assert list(one.records()) == list(two.records())
    assert list(one.truth()) == list(two.truth())
    calendar = draw_calendar(3)
    first, second = (gaming_life(3, 8, 14, calendar) for _ in range(2))
    assert arrivals(first) == arrivals(second)
    assert list(first.truths()) == list(second.truths())


def test_records_come_in_order_of_arrival_and_mostly_in_order_of_time() -> None:
    latest: dict[str, str] = defaultdict(str)
    late = total = 0
    for line in Apart(3, "honest", people=8, days=7).records():
        record = json.loads(line)
        if record["kind"] == "invocation":
            total += 1
            late += record["occurred_at"] < latest[record["user_id"]]
            latest[record["user_id"]] = max(latest[record["user_id"]], record["occurred_at"])
    assert late < 0.03 * total


def test_one_more_person_changes_nobody_else() -> None:
    few, more = (list(lives(4, people, 7, "honest")) for people in (4, 6))
    assert [arrivals(life) for life in few] == [arrivals(life) for life in more[:4]]


def test_everything_of_both_catalogues_is_played(gamers: list[Life], odd_ones: list[Life]) -> None:
    assert {life.persona for life in gamers} == {behaviour.name for behaviour in BEHAVIOURS}
    assert {life.persona for life in odd_ones} == {case.name for case in CASES}
    assert {case.name[:3] for case in CASES} == {f"L{number:02d}" for number in range(1, 17)}
    assert all(life.diary.calls for life in odd_ones)


def test_a_workload_has_its_share_of_the_spend(gamers: list[Life]) -> None:
    for life in gamers:
        (workload,) = life.workloads
        gaming = {call.identity for call in workload.calls}
        since = [call for call in life.diary.calls if workload.first_day * DAY <= call.moment < DAYS * DAY]
        spent = sum(call.cost for call in since)
        share = sum(call.cost for call in since if call.identity in gaming) / spent
        assert share == pytest.approx(workload.intensity, rel=SHARE_TOLERANCE), life.persona


def test_the_truth_names_what_was_played(gamers: list[Life]) -> None:
    for life in gamers:
        person, workload = life.truths()
        assert person["honest"] is False
        assert workload["user_id"] == person["user_id"]
        assert set(workload["expected"]) <= TYPOLOGIES
        assert workload["invocations"] == len(workload["invocation_ids"]) > 0
        assert workload["onset"] < workload["end"]


def user(life: Life) -> str:
    return life.diary.person.user


def surplus(life: Life, sessions: set[str]) -> float:
    """By how many more of the sessions than the person's reporting of such work promises something is known."""
    person, kinds = life.diary.person, life.diary.kinds
    known = {outcome.session for outcome in life.diary.outcomes}
    return len(known & sessions) - sum(person.reporting(kinds[session]) for session in sessions)


def test_gaming_is_reported_as_honest_work_of_its_kind_is(gamers: list[Life]) -> None:
    # Trees report every child and stretched sessions every day, so that something is known of nearly all of them.
    once = [life for life in gamers if life.persona[:3] not in {"G12", "G19"}]
    gaming = {user(life): {call.session for call in life.workloads[0].calls} for life in once}
    honest = {user(life): {call.session for call in life.diary.calls} - gaming[user(life)] for life in once}
    for part in (gaming, honest):
        more = sum(surplus(life, part[user(life)]) for life in once)
        assert abs(more / sum(map(len, part.values()))) < COVERAGE_TOLERANCE


def test_reworded_prompts_stay_near_and_strangers_far() -> None:
    dice = Dice(1)
    prompt, stranger = typed(dice, dice.bits(64)), typed(dice, dice.bits(64))
    assert (prompt.meaning ^ prompt.again_in_other_words(dice).meaning).bit_count() <= 5
    assert (prompt.meaning ^ blur(prompt.meaning, 3, dice)).bit_count() <= 3
    assert 16 <= (prompt.meaning ^ stranger.meaning).bit_count() <= 48
