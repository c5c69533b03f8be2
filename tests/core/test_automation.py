"""Automation: what belongs to it, what its ends say, and that it is a line of work of its own."""

import pytest

from detector.policy import Policy
from tests.streams import DAY, HOUR, MONDAY, call, in_order, lines, outcome, play

ANN = "7:default:ann"
STEPS = ("scheduled", "agent", "unknown", "agent")


def sessions(*ends, triggers=STEPS, first=0):
    """One session an hour, a call each ten seconds, its end known a minute later."""
    for number, end in enumerate(ends, first):
        at, name = MONDAY + number * HOUR, f"s{number}"
        for step, trigger in enumerate(triggers):
            yield call(
                at + 10 * step, f"{number}-{step}", session_id=name, trigger=trigger, agent="coder",
                project="shop", prompt_chars=90, output_tokens=200,
            )  # fmt: skip
        yield outcome(at + 100, number, session_id=name, outcome=end)


def profile_of(*records):
    """Ann, after all of that."""
    return play(lines(records)).profiles[ANN]


@pytest.mark.parametrize(
    ("triggers", "whole", "useful", "useless"),
    [
        (STEPS, "automated", 1, 1),
        (("agent", *STEPS), "fruit", 0, 3),
        ((*STEPS, "manual"), "fruit", 0, 3),
        ((*STEPS, "manual", "scheduled"), "fruit", 0, 1),
    ],
    ids=["what agents do in it", "an agent began it", "a person came in", "a person came in and left"],
)
def test_who_began_it_says_whose_it_is(triggers, whole, useful, useless):
    """Automation hopes for nothing to do, and is wanted where it is read; a person who steps in is who asked. What then
    comes by itself hopes for nothing to do again.
    """
    fruit = getattr(profile_of(*sessions("no_op", "error", "discarded", "read", triggers=triggers)), whole)
    assert (fruit.answered, fruit.useful, fruit.useless) == (4, useful, useless)


def test_it_is_a_line_of_its_own():
    """The same agent is asked by hand on the same project, and other things come of it."""
    asked = sessions(*["accepted"] * 6, triggers=("manual", "agent"))
    profile = profile_of(*asked, *sessions(*["discarded"] * 6, first=6))
    found = {key[0]: profile.line(key).fruit for key in profile.kept if key[0] in "la"}
    assert {kind: (fruit.useful, fruit.useless) for kind, fruit in found.items()} == {"l": (6, 0), "a": (0, 6)}


def test_it_is_remembered_beside_whatever_its_person_does():
    """Jobs at night, and a dozen projects in the day."""
    jobs = sessions(*["discarded"] * 2)
    own = [
        call(
            MONDAY + (10 + n) * HOUR, f"own{n}", session_id=f"own{n}", agent="coder", project=f"p{n}", trigger="manual"
        )
        for n in range(12)
    ]
    profile = profile_of(*jobs, *own, *sessions("discarded", first=30))
    assert [profile.line(key).fruit.useless for key in profile.kept if key.startswith("a:")] == [3]


def test_calls_without_a_session_are_a_persons_or_automations():
    """Two sessions, though nothing names them: no beat becomes a person's because somebody asks in between."""
    triggers = ("scheduled", "manual", "scheduled", "manual")
    records = [
        call(MONDAY + n * HOUR, n, trigger=trigger, agent="a", project="p") for n, trigger in enumerate(triggers)
    ]
    profile = profile_of(*records)
    declared = [profile.session(key).declared for key in profile.kept if key.startswith("s:")]
    assert sorted(declared) == [False, True]


@pytest.mark.parametrize("trigger", ["ci", "heartbeat", "scheduled"])
def test_what_began_it_is_what_it_is(trigger):
    """Whatever its agents do last: a build that is thrown away stays a build."""
    profile = profile_of(*sessions("discarded", "discarded", triggers=(trigger, "agent", "unknown")))
    assert [profile.line(key).trigger for key in profile.kept if key.startswith("a:")] == [trigger]


def watch(days):
    """A watcher that looks at a deployment every quarter of an hour for some days, and finds nothing to do."""
    for day in range(days):
        for n in range(30):
            at, name = MONDAY + day * DAY + n * 900, f"{day}-{n}"
            yield call(
                at, name, session_id=f"w{day}", trigger="scheduled", agent="watch", project="shop",
                template_hash="look", prompt_hash="look", output_tokens=120 + n % 5,
            )  # fmt: skip
            yield outcome(at + 5, name, invocation_id=f"i-{name}", outcome="no_op")


@pytest.mark.parametrize(("days", "told"), [(2, False), (5, True)])
def test_a_watcher_of_two_days_is_not_looked_at(days, told):
    """A deployment is watched for hours, at times over midnight; what runs for a week in vain is another thing."""
    raised = [alert for alert in play(lines(watch(days))).told if "yield" in alert.families]
    assert bool(raised) is told


@pytest.mark.parametrize("own", [None, "read"])
def test_a_heartbeat_in_its_persons_session_says_nothing_of_them(own):
    """An assistant with its published defaults: it beats in the main session each half hour, day and night, and finds
    nothing to do; its person asks it things all week, which nobody reports on or which are read.
    """
    beats = [
        record
        for n in range(14 * 48)
        for record in (
            call(
                MONDAY + n * 1800, n, session_id="main", trigger="heartbeat", agent="claw", template_hash="beat",
                prompt_hash="beat", output_tokens=20 + n % 3, cost_usd=0.001,
            ),
            outcome(MONDAY + n * 1800 + 4, n, session_id="main", invocation_id=f"i-{n}", outcome="no_op"),
        )
    ]  # fmt: skip
    asked = [
        call(
            MONDAY + day * DAY + n * HOUR + 300, f"{day}-{n}", session_id="main", trigger="manual", agent="claw",
            prompt_chars=90, template_hash=f"{day}-{n}", output_tokens=40 + 613 * n, cost_usd=0.05,
        )
        for day in range(12)
        for n in range(6)
    ]  # fmt: skip
    ends = [outcome(MONDAY + n * DAY + 900, f"e{n}", session_id="main", outcome=own) for n in range(12) if own]
    played = play(in_order([*beats, *asked, *ends]), Policy())
    profile = played.profiles[ANN]
    assert (profile.fruit.useless, profile.sour) == (0, 0)
    assert [alert.typology for alert in played.told if alert.category in {"tokenmaxxing", "waste"}] == []
