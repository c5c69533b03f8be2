"""What the other world does otherwise: field habits, delivery, caches, rhythm, and the shapes of a few stories."""

from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from itertools import pairwise

import msgspec
import pytest

from detector.evaluate.otherworld import OtherWorld

CONSTANT_TEXTS = {"G02", "G15", "G19", "G21", "G23", "G26"}
"""Behaviours that send one text, unless they reword it."""


@cache
def played(mix):
    """Records as dictionaries, and the truth."""
    world = OtherWorld(23, people=80, days=7, mix=mix)
    return [msgspec.json.decode(record) for record in world.records()], world.truth()


def calls_by_user(mix):
    """Each user's calls in order of arrival, repeats taken out."""
    users, seen = defaultdict(list), set()
    for record in played(mix)[0]:
        if record["kind"] == "invocation" and record["invocation_id"] not in seen:
            seen.add(record["invocation_id"])
            users[record["user_id"]].append(record)
    return users


def people(mix, persona):
    """The ids of the users who are that."""
    return [line["user_id"] for line in played(mix)[1] if line["kind"] == "user" and line["persona"] == persona]


@pytest.mark.parametrize(
    "field",
    [
        "session_id",
        "template_hash",
        "simhash",
        "target_hash",
        "cost_usd",
        "parent_id",
        "root_id",
        "response_id",
        "project",
    ],
)
def test_some_clients_leave_the_field_out(field):
    """Some programs never send the field in many calls, others do."""
    calls = defaultdict(list)
    for record in played("default")[0]:
        if record["kind"] == "invocation":
            calls[record.get("client_version", "/").split("/")[0]].append(field in record)
    assert {any(sent) for sent in calls.values() if len(sent) > 100} == {True, False}


def test_some_clients_always_say_the_same_trigger():
    """There are people all of whose many calls are `unknown`, and people with all kinds."""
    triggers = [{call["trigger"] for call in calls} for calls in calls_by_user("honest").values() if len(calls) > 30]
    assert {"unknown"} in triggers
    assert any({"manual", "agent"} <= words for words in triggers)


def test_outcomes_vary_by_client():
    """Words and granularity differ: `read` only, yes and no only, sessions only, nothing at all."""
    words, ends = defaultdict(set), defaultdict(set)
    for record in played("honest")[0]:
        if record["kind"] == "outcome":
            words[record["user_id"]].add(record["outcome"])
            ends[record["user_id"]].add("call" if "invocation_id" in record else "session")
    assert {"read"} in words.values()
    assert {"accepted", "rejected"} in words.values()
    assert {"session"} in ends.values()
    assert {"call"} in ends.values()
    assert len(words) < len(calls_by_user("honest"))


def test_delivery_repeats_and_disorders_a_little():
    """Up to 1 % of records come twice, some come late, and nothing comes from after the end."""
    calls = [record for record in played("default")[0] if record["kind"] == "invocation"]
    twice = len(calls) - len({call["invocation_id"] for call in calls})
    assert 0 < twice < 0.01 * len(calls)
    times = [datetime.fromisoformat(call["occurred_at"]).timestamp() for call in calls]
    late = sum(before - after > 60 for before, after in pairwise(times))
    assert 0 < late < 0.03 * len(times)


def test_most_input_is_cache_reads():
    """80 to 97 % of all input comes from the cache, as it does in agentic clients."""
    total = Counter()
    for calls in calls_by_user("honest").values():
        for call in calls:
            total.update({key: call[key] for key in ("input_tokens", "cache_read_tokens", "cache_write_tokens")})
    assert 0.80 < total["cache_read_tokens"] / total.total() < 0.97


def test_use_is_unequal():
    """The tenth heaviest of a hundred honest people uses at least three times the median."""
    counts = sorted(len(calls) for calls in calls_by_user("honest").values())
    assert counts[int(0.9 * len(counts))] > 3 * counts[len(counts) // 2]


def test_heartbeats_beat_all_day_with_one_text():
    """A heartbeat persona sends 24 or 48 beats a day, nearly all of one prompt, whatever else it does."""
    for user in people("lookalikes", "L08_heartbeat"):
        beats = [call for call in calls_by_user("lookalikes")[user] if call["trigger"] == "heartbeat"]
        assert len({call["prompt_hash"] for call in beats}) == 1
        assert len(beats) >= 24 * 5


def test_replayed_history_keeps_answer_ids_and_forks_do_not():
    """Resumed calls repeat the provider's id where there is one; forked ones only their usage."""
    for user in people("lookalikes", "L10_replayed_history"):
        answers = Counter(call.get("response_id") for call in calls_by_user("lookalikes")[user])
        answers.pop(None, None)
        assert not answers or max(answers.values()) > 1
    for user in people("lookalikes", "L10_forked_session"):
        answers = Counter(call.get("response_id") for call in calls_by_user("lookalikes")[user])
        answers.pop(None, None)
        assert not answers or max(answers.values()) == 1


def test_newcomers_are_silent_before_they_join():
    """A newcomer's first call comes after the first day of the stream."""
    first = min(record["occurred_at"][:10] for record in played("lookalikes")[0])
    newcomers = people("lookalikes", "L05_newcomer")
    assert newcomers
    for user in newcomers:
        days = {call["occurred_at"][:10] for call in calls_by_user("lookalikes")[user]}
        assert first not in days


def test_evasive_daemons_do_not_say_the_same_twice():
    """Who paraphrases sends new exact hashes each time, with similarity bits that stay near."""
    checked = 0
    for line in played("gamers")[1]:
        if line["kind"] == "workload" and line["behaviour"] in CONSTANT_TEXTS and "paraphrase" in line["evasive"]:
            own = set(line["invocation_ids"])
            calls = [call for call in calls_by_user("gamers")[line["user_id"]] if call["invocation_id"] in own]
            calls = [call for call in calls if "prompt_hash" in call and call["tool"] is None]
            hashes = [call["prompt_hash"] for call in calls]
            assert len(set(hashes)) == len(hashes)
            bits = [int(call["simhash"], 16) for call in calls if "simhash" in call]
            assert all((one ^ other).bit_count() < 24 for one, other in pairwise(bits))
            checked += len(bits) > 1
    assert checked
