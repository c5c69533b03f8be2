"""What is known of people in general: counts that add up in any order, and what they change in a judgement."""

import json
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cohort import LAG_DAYS, NOBODY, Cohorts, counted
from detector.evidence import Evidence, Finding
from detector.evidence.spend_spike import usual_day
from detector.lessons import kind_of
from detector.policy import Policy, PolicyError
from detector.prior import DAY_BURN
from detector.profile import Profile
from detector.verdict import decide
from tests.stories.telling import stories, told
from tests.streams import DAY, label, lines, play
from tests.worlds import law

DAY_0 = 20_577
GAMING = Evidence(
    "low_yield_burn", "person", None,
    (Finding("structure", "price_shift", 0.9, 3.0, "deviations", 0.0, None, "x"),
     Finding("yield", "run_of_bad_outcomes", 0.9, 99.0, "odds", 0.6, 0.6, "y")),
)  # fmt: skip
SPIKE = Evidence(
    "spend_spike", "d:1", None, (Finding("volume", "day_burn", 1.0, 99.0, "USD", 1.0, 6.0, "z"),)
)  # fmt: skip
NAMES = st.tuples(
    st.integers(DAY_0, DAY_0 + 9), st.sampled_from(["people", "busy", "moved", "barren", "bad"]),
    st.sampled_from(["a", "b|c"]),
)  # fmt: skip


def cohort(*counts, day=DAY_0):
    """The cohort that is read two days after these counts."""
    cohorts = Cohorts()
    cohorts.add(counts)
    return cohorts.of("a", day + LAG_DAYS)


def verdict(evidence, known):
    """What a new user's evidence comes to beside this cohort; None for nothing."""
    found = decide(Profile.new("1:a:ann"), DAY_0 * DAY, [evidence], Policy(), known)
    return found[0] if found else None


@law
@given(st.lists(NAMES, max_size=40), st.integers(0, 99))
def test_counts_add_up_in_any_order(names, seed):
    """Whatever order the counts come in, and from however many workers, the cohort is the same."""
    counts = [counted(day, what, tenant, "7") for day, what, tenant in names]
    shuffled = counts.copy()
    Random(seed).shuffle(shuffled)  # noqa: S311 a seeded test, no secret
    one, other = Cohorts(), Cohorts()
    one.add(counts)
    for count in shuffled:
        other.add([count])
    for tenant in ("a", "b|c", "nobody"):
        assert one.of(tenant, DAY_0 + 9) == other.of(tenant, DAY_0 + 9)


def test_a_day_is_read_when_it_is_closed():
    """Day D reads D-2 and before, of its own tenant; what comes later changes nothing that was read."""
    cohorts = Cohorts()
    cohorts.add([counted(DAY_0, "people", "a", times=30)])
    assert cohorts.of("a", DAY_0 + 1) == NOBODY
    assert cohorts.of("a", DAY_0 + 2).lessons.days == 30
    assert cohorts.of("b", DAY_0 + 2) == NOBODY
    cohorts.add([counted(DAY_0, "people", "a", times=5)])
    assert cohorts.of("a", DAY_0 + 2).lessons.days == 30
    assert cohorts.of("a", DAY_0 + 3).lessons.days == 35
    assert cohorts.of("a", DAY_0 + 40) == NOBODY


def test_a_shift_of_all_is_nobodys_doing():
    """When the price of a token moved for half of the company, it speaks against no one; a third person's rest does."""
    busy = counted(DAY_0, "busy", "a", times=20)
    few = cohort(busy, counted(DAY_0, "moved", "a", "price", 3))
    most = cohort(busy, counted(DAY_0, "moved", "a", "price", 10))
    assert verdict(GAMING, few).category == "tokenmaxxing"
    assert most.shifted == {"price"}
    assert verdict(GAMING, most) is None
    volume = cohort(counted(DAY_0, "people", "a", times=20), counted(DAY_0, "moved", "a", "volume", 10))
    assert verdict(SPIKE, few).suppressed is None
    assert verdict(SPIKE, volume).suppressed == "cohort_shift"


@pytest.mark.parametrize(("said", "sign"), [("confirmed", 1), ("false_alarm", -1), ("bug", -1)])
def test_labels_re_rank(said, sign):
    """Confirmed alerts lift the score of the like of them, mistaken ones lower it; other kinds of alert barely move."""
    kind = kind_of(0.7, "low_yield_burn", ["structure", "yield"])
    known = cohort(counted(DAY_0, "people", "a", times=9_000), counted(DAY_0, "label", "a", f"{said}/{kind}", 6))
    same, other = (known.lessons.opinion(name, ["structure", "yield"]) for name in ("low_yield_burn", "fan_out"))
    assert sign * same > sign * other
    assert sign * same > 0.5
    plain = verdict(GAMING, NOBODY).score
    moved = verdict(GAMING, known)
    assert moved is None if sign < 0 else moved.score > plain


def test_the_budget_raises_the_threshold():
    """Where labels say that more alerts were wrong than the budget allows, alerts need a higher score; else not."""
    people = counted(DAY_0, "people", "a", times=2_000)
    wrong = [
        counted(DAY_0, "label", "a", f"false_alarm/{kind_of(s, 'fan_out', ['yield'])}") for s in (0.61, 0.66, 0.72)
    ]
    assert cohort(people, *wrong[:2]).lessons.raise_at(0.6, 1.0) == 0.6
    assert cohort(people, *wrong).lessons.raise_at(0.6, 1.0) == pytest.approx(0.65)
    assert cohort(people, *wrong).lessons.raise_at(0.6, 0.1) == pytest.approx(0.7)
    assert cohort(people, *wrong).lessons.raise_at(0.6, 5.0) == 0.6
    for known in (NOBODY, cohort(people, *wrong)):
        assert known.lessons.raise_at(1.0, 0.1) == 1.0, "a policy that asks for more is not lowered"


def test_labels_are_counted_by_what_they_speak_of():
    """A label on an alert, even on one that ended, tells of its score, typology and families, and of no person."""
    story = dict(stories())[
        "unproductive_loop: an agent asks the same of the same file for hours, and everything is thrown away"
    ]
    records = told(story)
    last = [alert for alert in play(records, Policy()).told if alert.status == "firing"][-1]
    at = json.loads(records[-1].value)["occurred_at"]
    said = label(0, 1, last.alert_id, verdict="confirmed") | {"occurred_at": at}
    counts = []
    stream = records + lines([said])
    play(stream, Policy(), seen=lambda step, _: counts.extend(getattr(step, "counts", ())))
    kinds = [name for name, _ in counts if "|label|" in name]
    assert len(kinds) == 1
    assert f"|confirmed/{kind_of(last.score, last.typology, last.families)}|" in kinds[0]
    assert "ann" not in msgspec.json.encode(counts).decode()


def test_days_of_the_calendar_are_nobodys():
    """On a day of a tenant's calendar nobody's work is judged."""
    records = told(next(story for name, story in stories() if name.startswith("low_yield_burn") and story["raises"]))
    first, last = (json.loads(records[n].value)["occurred_at"][:10] for n in (0, -1))
    assert play(records, Policy()).told
    for tenant, raised in ((None, False), ("default", False), ("another", True)):
        entry = {"first": first, "last": last, "tenant": tenant}
        assert bool(play(records, msgspec.convert({"calendar": [entry]}, Policy)).told) is raised


def test_a_calendar_that_ends_before_it_begins(tmp_path):
    """Refused in one sentence that names the setting."""
    path = tmp_path / "policy.toml"
    path.write_text("[policy]\ncalendar = [{first = 2026-05-13, last = 2026-05-12}]\n")
    with pytest.raises(PolicyError, match="calendar: 2026-05-12 is before 2026-05-13"):
        Policy.load(path)


def test_what_a_day_burns_is_the_tenants():
    """Five times a person's usual day is a spike where everybody's days are alike, and none where they differ a lot."""
    days = [(DAY_0 - 9 + n, burn) for n, burn in enumerate((9.0, 11.0, 10.0, 10.0, 9.0, 11.0))]
    person = msgspec.structs.replace(Profile.new("1:a:ann"), day=DAY_0, days=days)
    found = {}
    for spread, squares in (("narrow", 5_400), ("wide", 9_300)):
        burn = [
            counted(DAY_0, "burn", "a", name, n)
            for name, n in (("n", 900), ("sum", 900 * 2_300), ("square", 900 * squares))
        ]
        people = cohort(*burn).day_burn(DAY_BURN)
        found[spread] = usual_day(person, Policy(), people)
    assert found["narrow"][0] == found["wide"][0] == pytest.approx(2.3, abs=0.1)
    assert found["narrow"][1] < found["wide"][1] / 2
    assert usual_day(person, Policy()) == usual_day(person, Policy(), cohort().day_burn(DAY_BURN))
