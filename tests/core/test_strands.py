"""What is asked again and again is one thing, however much else its person asks in between."""

from itertools import count

import pytest

from detector.evidence.fruit import PILE_CAP, piled
from detector.names import id_hash, key_of
from detector.policy import Policy
from detector.pool import gather, is_machine_like
from tests.streams import DAY, HOUR, MONDAY, call, lines, outcome, play

BEAT = key_of("t", id_hash("beat"))


def daemon(at, number, **fields):
    """One call of a script that asks the same with each beat and gets a page each time."""
    return call(at, number, **{"agent": "daemon", "template_hash": "beat", "output_tokens": 700} | fields)


def watched(days, others=40):
    """A daemon's beat each half hour, and by day so many different things that its person asks in between."""
    number = count()
    for beat in range(48 * days):
        at = MONDAY + beat * HOUR / 2
        yield daemon(at, next(number), trigger="agent")
        if at % DAY < 10 * HOUR:
            for other in range(others):
                asked = next(number)
                yield call(
                    at + 20.0 * (other + 1), asked, template_hash=f"t{asked}", output_tokens=30 + 97 * asked % 900
                )


def profile_of(records):
    """Ann, after these."""
    return play(lines(records)).profiles["7:default:ann"]


def test_a_slow_daemon_is_not_forgotten_between_its_beats():
    """Each of its first four beats is forgotten before the next; three show that it is one; then each is counted."""
    strand = profile_of(watched(days=3)).strand(BEAT)
    assert strand.calls == 3 * 48 - 4 - 3
    assert is_machine_like(strand)


@pytest.mark.parametrize(("written", "judged"), [(12, False), (700, True)])
def test_who_calls_it_a_heartbeat_and_writes_a_page_each_time_works(written, judged):
    """A heartbeat says that there is nothing to do."""
    beats = (daemon(MONDAY + n * HOUR / 2, n, trigger="heartbeat", output_tokens=written) for n in range(40))
    profile = profile_of(beats)
    assert (gather(profile, profile.strand(BEAT)) is not None) is judged


@pytest.mark.parametrize(("every", "machine"), [(1, False), (3, True)])
def test_a_walk_names_a_new_thing_with_each_call(every, machine):
    """A migration goes over its files; a swarm that names a file now and then is none."""
    calls = (daemon(MONDAY + n, n, target_hash=None if n % every else f"file-{n}") for n in range(60))
    assert is_machine_like(profile_of(calls).strand(BEAT)) is machine


def walked(ends):
    """A session an hour, each over five new files; how it ended is known after a quarter of an hour."""
    for number, end in enumerate(ends):
        at, name = MONDAY + number * HOUR, f"s{number}"
        for file in range(5):
            yield daemon(at + 9 * file, f"{number}-{file}", session_id=name, target_hash=f"file-{number}-{file}")
        yield outcome(at + 900, number, session_id=name, outcome=end)


@pytest.mark.parametrize(
    ("ends", "judged"),
    [(["discarded"] * 4, False), (["discarded"] * 5, True), ([*["discarded"] * 9, "merged"], False)],
)
def test_a_walk_of_which_nothing_was_wanted_is_no_migration(ends, judged):
    """Merges follow a migration, among whatever was thrown away."""
    profile = profile_of(walked(ends))
    assert (gather(profile, profile.strand(BEAT)) is not None) is judged


@pytest.mark.parametrize(("things", "again"), [(4, True), (999, False)])
def test_who_goes_over_ever_new_things_asks_none_of_them_twice(things, again):
    """Four files again and again, or a new one with each call, by hand as far as the record says."""
    records = [
        record | {"trigger": "manual", "target_hash": f"file-{number % things}"}
        if record["kind"] == "invocation" else record
        for number, record in enumerate(walked(["discarded"] * 40))
    ]  # fmt: skip
    accused = [alert for alert in play(lines(records), Policy()).told if alert.category == "tokenmaxxing"]
    assert accused
    assert ("duplicate_prompting" in {alert.typology for alert in accused}) is again


def test_a_walk_in_vain_says_nothing_of_others_who_run_the_same():
    """Where it is wanted it is no repeated work, so its good ends count for nobody: its bad ones must not either."""
    kinds = set()
    play(lines(walked(["discarded"] * 40)), seen=lambda step, _: kinds.update(c.split("|")[1] for c, _ in step.counts))
    assert "people" in kinds
    assert not kinds & {"bad", "good", "barren"}


@pytest.mark.parametrize(("trigger", "most"), [("agent", 0.0), ("manual", PILE_CAP)])
def test_a_pile_that_agents_made_says_nothing(trigger, most):
    """A critic reads what its builder wrote; nobody types the same six hundred times."""
    profile = profile_of(daemon(MONDAY + n, n, trigger=trigger) for n in range(600))
    pool = gather(profile, profile.strand(BEAT))
    assert piled(pool) == most
