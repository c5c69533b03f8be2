"""Same words, same bytes; every record decodes; arrival is as asked; the truth is borne out by the records."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime

import msgspec
import pytest

from detector.simulate import BEHAVIOURS, MODELS, PERSONAS, Company, Gamer, Mix
from detector.simulate.catalogue import AGENTS, named_agent
from tests.simulate.played import calls, cost, fates, played, rejections, users, workloads

SMALL = {"people": 25, "days": 4}
DIGEST = """
import hashlib, msgspec
from detector.simulate import Company
company = Company(seed="hash", people=25, days=4)
digest = hashlib.sha256(b"\\n".join(company.records()))
digest.update(msgspec.json.encode([company.truth(), company.catalogue()]))
print(digest.hexdigest())
"""
REPLAYS = {"L10_same_response", "L10_identical_usage", "L10_fork_replay"}
"""Personas whose client reports calls twice: the truth counts what was really called."""


def test_hash_seed_changes_nothing():
    """Processes with different hash seeds write the same records, truth and catalogue."""
    told = {
        subprocess.run([sys.executable, "-c", DIGEST], env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
                       capture_output=True, text=True).stdout
        for seed in ("0", "1", "4711")
    }  # fmt: skip
    assert len(told) == 1


def test_seed_changes_everything():
    """Two seeds share no invocation and no user."""
    one, other = (Company(seed=seed, mix="honest", **SMALL) for seed in ("a", "b"))
    assert not set(one.records()) & set(other.records())
    assert not set(users(one)) & set(users(other))


def test_every_record_decodes():
    """The detector's own decoder takes every record of every persona and behaviour."""
    _, lines, events = played("everybody")
    assert len(lines) > 50_000
    assert rejections(events) == []


def test_disorder_stays_within_its_bound():
    """No record arrives later than asked after a younger one; some do arrive late."""
    newest, late = 0.0, 0
    for event in played("everybody")[2]:
        assert event.at > newest - 60.0
        late += event.at < newest
        newest = max(newest, event.at)
    assert late > 100


def test_without_disorder_time_only_grows():
    """With no disorder and no duplicates the records come in the order in which they happened."""
    company = Company(seed="ordered", disorder=0.0, duplicates=0.0, mix="honest", **SMALL)
    times = [datetime.fromisoformat(msgspec.json.decode(line)["occurred_at"]) for line in company.records()]
    assert times == sorted(times)


def test_duplicates_repeat_bytes_and_change_nothing_else():
    """A twentieth more lines, all of them copies; without them the same records."""
    plain = list(Company(seed="twice", duplicates=0.0, mix="honest", **SMALL).records())
    doubled = list(Company(seed="twice", duplicates=0.05, mix="honest", **SMALL).records())
    assert len(set(plain)) == len(plain)
    assert set(doubled) == set(plain)
    assert 0.04 < len(doubled) / len(plain) - 1 < 0.06


@pytest.mark.parametrize("drop", [0.3, 0.6, 0.9, 1.0])
def test_dropped_outcomes_are_a_subset(drop):
    """The share of outcomes asked for is lost, no other outcome changes, every call stays."""
    whole, rest = (
        set(Company(seed="drop", outcome_drop=share, duplicates=0.0, mix="honest", **SMALL).records())
        for share in (0.0, drop)
    )
    outcomes = [{line for line in lines if line.startswith(b'{"kind":"outcome"')} for lines in (whole, rest)]
    assert rest <= whole
    assert whole - outcomes[0] == rest - outcomes[1]
    assert len(outcomes[1]) / len(outcomes[0]) == pytest.approx(1 - drop, abs=0.06)


def test_truth_counts_what_was_sent():
    """Each user's calls and dollars are those of the records."""
    company, _, events = played("everybody")
    count, dollars = Counter(), defaultdict(float)
    for event in calls(events):
        count[event.user_id] += 1
        dollars[event.user_id] += cost(event)
    for user, line in users(company).items():
        if line["persona"] not in REPLAYS:
            assert count[user] == line["invocations"], line["persona"]
            assert dollars[user] == pytest.approx(line["cost_usd"], rel=0.05, abs=0.01)  # list prices fell on the way


def test_workloads_are_whole_and_alone_in_their_sessions():
    """A workload's sessions hold its calls and no other, between its onset and its end."""
    company, _, events = played("everybody")
    sessions = defaultdict(list)
    for event in calls(events):
        sessions[event.session_id].append(event)
    for line in workloads(company):
        own = [event for session in line["session_ids"] for event in sessions[session]]
        assert len(own) == line["invocations"]
        assert {event.user_id for event in own} == {line["user_id"]}
        assert min(event.occurred_at for event in own) == datetime.fromisoformat(line["onset"])
        assert max(event.occurred_at for event in own) == datetime.fromisoformat(line["end"])


def test_truth_is_consistent_with_itself():
    """Gamers have a workload, honest people have none, shares are what was burned."""
    company, _, _ = played("everybody")
    burned = {line["user_id"]: line for line in workloads(company)}
    for user, line in users(company).items():
        assert line["honest"] == (line["persona"] not in BEHAVIOURS)
        assert (user in burned) == (line["gaming_cost_usd"] > 0)
        assert not (line["honest"] and user in burned)
        if user in burned:
            assert burned[user]["cost_usd"] == line["gaming_cost_usd"]
            assert burned[user]["behaviour"] == line["persona"]


def test_intensity_is_the_share_of_the_spend():
    """Loops at 5, 25 and 75 % burn about those shares of their people's spend."""
    for intensity in (0.05, 0.25, 0.75):
        mix = Mix("share", gamers=(Gamer("G01_endless_task", intensity),) * 12, onset=0)
        lines = [line for line in users(Company(seed="share", people=18, mix=mix)).values() if not line["honest"]]
        share = sum(line["gaming_cost_usd"] for line in lines) / sum(line["cost_usd"] for line in lines)
        assert share == pytest.approx(intensity, abs=0.04 + 0.3 * intensity)


def test_records_do_not_tell():
    """Gaming uses the agents, models and projects that honest people use too, and no record names a part."""
    company, lines, events = played("everybody")
    gaming = {session for line in workloads(company) for session in line["session_ids"]}
    agents = {agent.name for agent in AGENTS} | {named_agent(number).name for number in range(384)}
    for event in calls(events):
        if event.session_id in gaming:
            assert event.agent in agents
            assert event.model in {model.name for model in MODELS}
    words = [name.partition("_")[2].encode() for name in (*PERSONAS, *BEHAVIOURS)] + [b"gam", b"honest", b"persona"]
    assert not [word for word in words for line in lines[::50] if word in line.replace(b"heartbeat", b"")]


def test_outcomes_speak_of_calls_that_were_made():
    """An outcome names a session or call of the same user, never one of the future; few of before the records begin."""
    events = played("everybody")[2]
    made = {event.invocation_id: event for event in calls(events)}
    sessions = {(event.user_id, event.session_id) for event in made.values()}
    by_session = unknown = 0
    for fate in fates(events):
        call = made.get(fate.invocation_id)
        assert call is None or (call.user_id == fate.user_id and call.at <= fate.at + 1.0)
        by_session += call is None
        unknown += call is None and (fate.user_id, fate.session_id) not in sessions
    assert by_session > 100
    assert unknown < 20


def test_tenants_share_nobody():
    """Teams are spread over the tenants, and each user belongs to one."""
    company = Company(seed="tenants", people=60, days=2, mix="honest", tenants=("east", "west"))
    found = {(line["tenant_id"], line["team_id"], line["user_id"]) for line in users(company).values()}
    assert {tenant for tenant, _, _ in found} == {"east", "west"}
    assert len({team for _, team, _ in found}) == len({(tenant, team) for tenant, team, _ in found})
