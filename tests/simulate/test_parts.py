"""Every persona and behaviour is there, does what it says, and can be told apart by what it says separates it."""

import re
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import fmean, median

import pytest

from detector.simulate import BEHAVIOURS, EVASIONS, INTENSITIES, PERSONAS, PRESETS, Company, Disguise, Gamer, Mix
from tests.simulate.played import calls, decode, fates, played, users, workloads

TYPOLOGIES = {
    "unproductive_loop", "low_yield_burn", "unattended_burn", "duplicate_prompting", "fan_out", "minimum_hugging",
    "window_burst", "micro_call_flood", "shared_template", "context_inflation", "keep_alive", "peer_calibration",
    "spend_spike", "telemetry_fault",
}  # fmt: skip


def part(name, mix="everybody"):
    """Calls and outcomes of everybody who plays a part, and of nobody else, in the order of time."""
    company, _, events = played(mix)
    own = {user for user, line in users(company).items() if line["persona"] == name}
    return (
        sorted((call for call in calls(events) if call.user_id in own), key=lambda call: call.at),
        sorted((fate for fate in fates(events) if fate.user_id in own), key=lambda fate: fate.at),
    )


def gaming(name):
    """The calls of a behaviour's workloads, in the order of time."""
    company, _, _ = played("everybody")
    sessions = {session for line in workloads(company) if line["behaviour"] == name for session in line["session_ids"]}
    return [call for call in part(name)[0] if call.session_id in sessions]


def alone(*gamers, **how):
    """The workload's calls and the outcomes of a company with these gamers from the first day on."""
    company = Company(**{"seed": "alone", "people": 8, "days": 8, **how}, mix=Mix(gamers=gamers, onset=0))
    events = [decode(line) for line in company.records()]
    sessions = {session for line in workloads(company) for session in line["session_ids"]}
    return [call for call in calls(events) if call.session_id in sessions], fates(events)


def test_catalogue_is_complete():
    """Look-alikes 1-16 and the behaviours that one person can show, none missing."""
    assert {int(re.match(r"L(\d+)_", name)[1]) for name in PERSONAS} == set(range(17))
    wanted = {*range(1, 24), 26}
    assert {int(re.match(r"G(\d+)_", name)[1]) for name in BEHAVIOURS} == wanted


def test_presets_hold_what_they_say():
    """Honest has no part, look-alikes every persona thrice, gamers every behaviour, intensity and evasion."""
    counts = {name: Company(seed="presets", mix=name).casts for name in PRESETS}
    assert not [cast for cast in counts["honest"] if cast.persona or cast.gamer]
    personas = Counter(cast.persona.name for cast in counts["lookalikes"] if cast.persona)
    assert set(personas) == set(PERSONAS)
    assert min(personas.values()) == 3
    found = {
        (cast.gamer.behaviour, cast.gamer.intensity, cast.gamer.disguise) for cast in counts["gamers"] if cast.gamer
    }
    assert found == {(name, share, hidden) for name in BEHAVIOURS for share in INTENSITIES for hidden in EVASIONS}
    default = counts["default"]
    assert sum(cast.gamer is not None for cast in default) == 6
    assert len({cast.persona.name for cast in default if cast.persona}) > 40


def test_expectations_are_the_contracts_names():
    """A detector may lead with typologies that exist; what is never about one person says so."""
    for behaviour in BEHAVIOURS.values():
        assert behaviour.expected
        assert behaviour.expected <= TYPOLOGIES
        assert not behaviour.person_alert or behaviour.expected - {"keep_alive", "peer_calibration"}


@pytest.mark.parametrize("name", PERSONAS)
def test_every_persona_leaves_records(name):
    """Nobody is cast who does nothing."""
    assert part(name)[0]


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_every_behaviour_leaves_a_workload(name):
    """Every way of gaming burns something."""
    assert gaming(name)


def test_gamers_work_honestly_too():
    """Most of a quarter-gamer's calls are work, on days before and after the onset."""
    company, _, _ = played("everybody")
    working = [
        line["invocations"] for line in users(company).values()
        if not line["honest"] and line["gaming_share"] < 0.9 and line["invocations"] > 50
    ]  # fmt: skip
    assert len(working) > 15


def test_loops_repeat_and_work_does_not():
    """In an endless task the templates of fifty calls are a handful; in long honest sessions they are not."""

    def variety(calls_):
        sessions = defaultdict(list)
        for call in calls_:
            sessions[call.session_id].append(call.template_hash)
        return fmean(len(set(found[:50])) for found in sessions.values() if len(found) >= 50)

    loops, _ = alone(Gamer("G01_endless_task", 0.75))
    assert variety(loops) < 15 < variety(part("L6_long_agentic")[0])


def test_floods_are_regular_tiny_and_endless():
    """A micro flood never sleeps an hour; autocompletion sleeps every night."""
    flood, typing = gaming("G16_micro_flood"), part("L0_autocomplete")[0]
    assert median(call.input_tokens + call.output_tokens for call in flood) < 700
    assert max(b.at - a.at for a, b in pairwise(flood)) < 3_600
    assert max(b.at - a.at for a, b in pairwise(typing)) > 6 * 3_600


def test_duplicates_follow_success():
    """Doubled prompts come after an answer; a retry storm's come after an error."""

    def after(calls_):
        last, found = {}, Counter()
        for call in calls_:
            if call.prompt_hash in last:
                found[last[call.prompt_hash]] += 1
            last[call.prompt_hash] = call.status
        return found

    doubled, _ = alone(Gamer("G14_duplicates", 0.75))
    assert after(doubled)["ok"] > len(doubled) / 3
    storm = after([call for call in part("L16_retry_storm")[0] if call.output_tokens == 0 or call.status == "ok"])
    assert storm["rate_limited"] + storm["error"] > 50


def test_counter_bugs_show_as_they_do():
    """One answer's id under several invocations; or runs of identical usage without one; or a replayed history."""
    same = Counter(call.response_id for call in part("L10_same_response")[0] if call.response_id)
    assert sum(count > 1 for count in same.values()) > 10
    usage = Counter(
        (call.input_tokens, call.output_tokens, call.cache_read_tokens, call.prompt_hash)
        for call in part("L10_identical_usage")[0] if call.response_id is None and call.output_tokens
    )  # fmt: skip
    assert sum(count >= 3 for count in usage.values()) > 10
    sessions = defaultdict(set)
    for call in part("L10_fork_replay")[0]:
        sessions[call.prompt_hash, call.output_tokens, call.cache_read_tokens].add(call.session_id)
    assert sum(len(found) > 1 for found in sessions.values()) > 10


def test_client_bug_clusters_by_version():
    """The buggy version is run by the whole circle, in the same three days, and by nobody else."""
    company, _, events = played("everybody")
    buggy = [call for call in calls(events) if call.client_version == "2.15.1"]
    assert {users(company)[call.user_id]["persona"] for call in buggy} == {"L9_client_bug"}
    assert len({call.user_id for call in buggy}) == PERSONAS["L9_client_bug"].group
    assert max(call.at for call in buggy) - min(call.at for call in buggy) < 4.5 * 86_400


def test_cohorts_move_together():
    """A hackathon takes one team's whole circle on one day; a script goes to five people within days."""
    company, _, _ = played("everybody")
    found = [line for line in users(company).values() if line["persona"] == "L4_hackathon"]
    assert max(Counter(line["team_id"] for line in found).values()) >= 5
    script = [line for line in workloads(company) if line["behaviour"] == "G26_shared_script"]
    assert len({line["user_id"] for line in script}) == 5
    assert len({line["circle"] for line in script}) == 1


def test_services_and_pipelines_say_so():
    """The review bot is a service; the pipeline's calls are declared as such."""
    assert {call.identity for call in part("L1_review_bot")[0]} == {"service"}
    assert sum(call.trigger == "ci" for call in part("L1_ci_bot")[0]) > 100


def test_digests_are_read_in_the_morning():
    """A nightly digest's result is opened within hours, a weekend batch's on Monday."""
    reads = [fate for fate in part("L8_nightly_digest")[1] if fate.outcome == "read"]
    assert len(reads) >= 5 or not part("L8_nightly_digest")[1]
    mix = Mix("digests", {"L8_nightly_digest": 6, "L8_weekend_batch": 6})
    company = Company(seed="digests", people=20, mix=mix)
    people = users(company)
    monday = [
        event for event in fates([decode(line) for line in company.records()])
        if people[event.user_id]["persona"] == "L8_weekend_batch" and event.outcome == "accepted"
        and event.occurred_at.weekday() == 0
    ]  # fmt: skip
    assert monday


def test_disguises_hide_what_they_say():
    """Each trick changes what it names: pace, words, outcomes, triggers, sessions."""

    def run(**tricks):
        own, outcomes = alone(*(Gamer("G01_endless_task", 0.5, Disguise(**tricks)),) * 4)
        good = [fate for fate in outcomes if fate.outcome == "accepted" and fate.invocation_id
                in {call.invocation_id for call in own}]  # fmt: skip
        return own, good

    plain, good = run()
    assert not good
    assert {call.trigger for call in plain} == {"manual", "agent"} or "unknown" in {call.trigger for call in plain}
    assert len({call.prompt_hash for call in run(paraphrase=True)[0]}) > 3 * len({call.prompt_hash for call in plain})
    assert run(fake=True)[1]
    assert "agent" not in {call.trigger for call in run(manual=True)[0]}
    scattered = run(scatter=True)[0]
    assert len({call.session_id for call in scattered}) == len(scattered)


def test_keep_alive_is_never_about_a_person():
    """Behaviours that cost nothing, or are budget matters, are not to be paged about."""
    silent = {name[:3] for name, behaviour in BEHAVIOURS.items() if not behaviour.person_alert}
    assert silent == {"G06", "G08", "G09", "G10"}
