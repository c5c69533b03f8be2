"""The other world keeps its promises: same seed same bytes, decodable records, a truth that the records bear out."""

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from functools import cache

import msgspec
import pytest

from detector.evaluate.otherworld import OtherWorld
from detector.evaluate.otherworld.gaming.catalogue import SCHEMES
from detector.evaluate.otherworld.lookalikes.catalogue import PERSONAS
from detector.evaluate.truth import read
from detector.event import Decoder, Invocation, Outcome, Rejection

MIXES = ("default", "honest", "lookalikes", "gamers")


@cache
def played(mix, people=60, days=7, seed=11):
    """A small world's records and truth, played once a test run."""
    world = OtherWorld(seed, people=people, days=days, mix=mix)
    return list(world.records()), world.truth()


@cache
def cast_of(mix):
    """The truth of a world of the preset's ordinary size."""
    return played(mix, 150, 7, 7)[1]


def calls_and_outcomes(records):
    """The decoded records, the repeats of at-least-once delivery taken out."""
    decoder, calls, outcomes = Decoder(), {}, {}
    for record in records:
        event = decoder.decode(record)
        if isinstance(event, Invocation):
            calls[event.invocation_id] = event
        elif isinstance(event, Outcome):
            outcomes[event.outcome_id] = event
    return calls, outcomes


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_same_seed_same_bytes_in_every_process(hash_seed):
    """Records and truth are equal to the byte in another process with another hash seed."""
    records, truth = played("default", 40, 4, 3)
    expected = hashlib.sha256(b"\n".join(records) + msgspec.json.encode(truth)).hexdigest()
    program = (
        "import hashlib, msgspec\n"
        "from detector.evaluate.otherworld import OtherWorld\n"
        "world = OtherWorld(3, people=40, days=4, mix='default')\n"
        "records = b'\\n'.join(world.records())\n"
        "print(hashlib.sha256(records + msgspec.json.encode(world.truth())).hexdigest())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip() == expected


def test_truth_does_not_depend_on_whether_the_records_were_read():
    """Asking for the truth first plays the world by itself."""
    _, truth = played("default", 40, 4, 3)
    assert OtherWorld(3, people=40, days=4).truth() == truth


def test_another_seed_is_another_company():
    """No user of one seed exists under another."""
    users = [{line["user_id"] for line in played("default", 40, 4, seed)[1]} for seed in (3, 4)]
    assert not users[0] & users[1]


@pytest.mark.parametrize("mix", MIXES)
def test_the_decoder_accepts_every_record(mix):
    """Not one record of any preset is refused."""
    records, _ = played(mix)
    decoder = Decoder()
    assert records
    assert [event for event in map(decoder.decode, records) if isinstance(event, Rejection)] == []


@pytest.mark.parametrize("mix", MIXES)
def test_the_evaluator_reads_the_truth(mix):
    """Every line fits the benchmark's structs, and only people of the truth send records."""
    records, truth = played(mix)
    people, workloads = read(truth)
    calls, outcomes = calls_and_outcomes(records)
    assert len(people) == len({person.key for person in people}) == 60
    assert {(event.tenant_id, event.user_id) for event in (calls | outcomes).values()} <= {p.key for p in people}
    assert bool(workloads) == (mix in {"default", "gamers"})


def test_workloads_are_in_the_records():
    """Each invocation of a workload was sent once by its user, between onset and end, in the sessions named."""
    records, truth = played("gamers")
    calls, _ = calls_and_outcomes(records)
    for line in truth:
        if line["kind"] != "workload":
            continue
        own = [calls[identity] for identity in line["invocation_ids"]]
        assert len(own) == line["invocations"] > 0
        assert {(call.tenant_id, call.user_id) for call in own} == {(line["tenant_id"], line["user_id"])}
        sessions = {call.session_id for call in own if call.session_id is not None}
        assert sessions <= set(line["session_ids"])
        times = [call.at for call in own]
        assert min(times) == pytest.approx(datetime.fromisoformat(line["onset"]).timestamp(), abs=0.01)
        assert max(times) == pytest.approx(datetime.fromisoformat(line["end"]).timestamp(), abs=0.01)


def test_workload_dollars_are_the_sum_of_its_calls():
    """Where the client reports every cost, the truth's dollars are what the records add up to."""
    records, truth = played("gamers")
    calls, _ = calls_and_outcomes(records)
    checked = 0
    for line in truth:
        if line["kind"] == "workload":
            costs = [calls[identity].cost_usd for identity in line["invocation_ids"]]
            if None not in costs:
                checked += 1
                assert sum(costs) == pytest.approx(line["cost_usd"], abs=1e-4)
    assert checked > 10


def test_honest_people_have_no_workload_and_gamers_have():
    """`honest` and the workload lines say the same."""
    _, truth = played("gamers")
    gamers = {line["user_id"] for line in truth if line["kind"] == "workload"}
    for line in truth:
        if line["kind"] == "user":
            assert line["honest"] == (line["user_id"] not in gamers)
            assert (line["behaviour"] in SCHEMES) != line["honest"]


def test_intensity_is_the_share_of_dollars():
    """Gamers who work enough come near the share that was planned: within a factor of 1.6 for most of them."""
    near = [
        1 / 1.6 < line["share"] / line["intensity"] < 1.6
        for line in cast_of("gamers")
        if line["kind"] == "workload" and line["behaviour"] not in {"G07", "G09", "G10"} and line["cost_usd"] > 3
    ]
    assert len(near) > 20
    assert sum(near) / len(near) > 0.7


def test_the_gamers_preset_has_every_behaviour():
    """All 23 behaviours that one person's stream can show, plain and evasive, at three intensities."""
    workloads = [line for line in cast_of("gamers") if line["kind"] == "workload"]
    assert {line["behaviour"] for line in workloads} == set(SCHEMES)
    assert {line["intensity"] for line in workloads} == {0.05, 0.25, 0.75}
    assert {bool(line["evasive"]) for line in workloads} == {True, False}
    assert len(SCHEMES) == 23


def test_shared_scripts_are_shared():
    """A G26 group has several people of one tenant, and one script's template in common where it is reported."""
    groups = defaultdict(set)
    for line in cast_of("gamers"):
        if line["kind"] == "workload" and line["behaviour"] == "G26":
            groups[line["group"]].add((line["tenant_id"], line["user_id"]))
    assert groups
    assert max(len(members) for members in groups.values()) >= 3
    assert all(len({tenant for tenant, _ in members}) == 1 for members in groups.values())


def test_the_lookalikes_preset_has_every_persona():
    """All personas L1-L16 and the others appear, and nobody games."""
    users = [line for line in cast_of("lookalikes") if line["kind"] == "user"]
    assert {line["persona"] for line in users} == set(PERSONAS)
    assert all(line["honest"] for line in users)
    assert {int(name[1:3]) for name in PERSONAS if name.startswith("L")} == set(range(1, 17))


def test_identifiers_do_not_tell():
    """User, tenant and team ids are of one pattern for honest people and gamers."""
    _, truth = played("gamers")
    for line in truth:
        if line["kind"] == "user":
            assert len(line["user_id"]) == 10
            assert int(line["user_id"], 16) >= 0
            assert int(line["tenant_id"], 16) >= 0


def test_the_register_names_what_is_sent():
    """Published templates and registered projects of the catalogue do occur in the records."""
    records, _ = played("lookalikes", 150, 7, 7)
    catalogue = OtherWorld(7, people=150, days=7, mix="lookalikes").catalogue()
    calls, _ = calls_and_outcomes(records)
    assert set(catalogue["registered_projects"]) <= {call.project for call in calls.values()}
    assert set(catalogue["registered_templates"]) & {call.template_hash for call in calls.values()}
