"""The scoring itself, on runs made by hand: what counts as caught, as false, as late."""

from datetime import UTC, datetime, timedelta

import pytest

from detector.evaluate.played import Named, Peak, Played, Story, Telling, Trace
from detector.evaluate.score import Candidate, at_budget, candidates, cases, false_alerts, fate, honest_days
from detector.evaluate.truth import Person, Workload

ONSET = datetime(2026, 5, 6, tzinfo=UTC)
GAMER, HONEST = ("default", "g"), ("default", "h")
GAMING = Named(session_id="s-gaming")


def told(hours: float, named: Named = GAMING, category: str = "tokenmaxxing") -> Telling:
    at = (ONSET + timedelta(hours=hours)).timestamp()
    return Telling(at, category, "unproductive_loop", named, 0.9, ("repetition", "yield"), "")


def played(*stories: Story, peaks: tuple[Peak, ...] = ()) -> Played:
    """A world of one gamer, whose ten calls an hour apart cost a dollar each, and one honest person, five days each."""
    times = [(ONSET + timedelta(hours=h)).timestamp() for h in range(10)]
    work = Workload(
        tenant_id="default", user_id="g", behaviour="G01_endless_task", intensity=0.25, evasive=[], onset=ONSET,
        end=ONSET + timedelta(hours=9), invocations=10, cost_usd=10.0, expected=frozenset({"unproductive_loop"}),
    )  # fmt: skip
    trace = Trace(
        times, [1.0] * 10, frozenset({"s-gaming"}), frozenset({"r-gaming"}), frozenset({"t"}), frozenset({("a", "p")})
    )
    people = [Person(tenant_id=t, user_id=u, honest=u == "h") for t, u in (GAMER, HONEST)]
    return Played(
        world="company", mix="gamers", seed=1, days=5, records=20, seconds=0.0, people=people, workloads=[work],
        active_days={GAMER: 5, HONEST: 5}, stories=list(stories), peaks=list(peaks), traces=[trace],
    )  # fmt: skip


def test_a_gamer_is_caught_by_an_alert_about_the_gaming() -> None:
    """The delay counts from the first gaming call, in calls, hours and dollars."""
    (case,) = cases(played(Story("a", GAMER, [told(3.5)])))
    assert (case.caught, case.events, case.hours, case.burned, case.alerts) == (True, 4, 3.5, 0.4, 1)


@pytest.mark.parametrize("named", [Named(session_id="s-honest"), Named(root_id="r-honest"), Named(agent="b")])
def test_an_alert_about_other_work_of_a_gamer_catches_nobody(named: Named) -> None:
    """It is no false alert either: the person does game."""
    run = played(Story("a", GAMER, [told(3.5, named)]))
    assert not cases(run)[0].caught
    assert not false_alerts(run)
    assert fate(run.stories[0], run.gaming[GAMER]) == "astray"


@pytest.mark.parametrize("named", [Named(), Named(root_id="r-gaming"), Named(template_hash="t"), Named(agent="a")])
def test_the_narrowest_name_decides(named: Named) -> None:
    """A root, a template or an agent of the gaming is enough where no session is named."""
    assert cases(played(Story("a", GAMER, [told(3.5, named)])))[0].caught


def test_before_onset_a_gamer_is_honest() -> None:
    """An alert from before is false, and the same alert told again after onset is right."""
    run = played(Story("a", GAMER, [told(-2)]))
    assert [fate(s, run.gaming[GAMER]) for s in run.stories] == ["early"]
    assert len(false_alerts(run)) == 1
    assert not false_alerts(played(Story("a", GAMER, [told(-2), told(2)])))


def test_waste_is_no_accusation() -> None:
    """Only `tokenmaxxing` counts, in recall and in false alerts, from when an alert becomes it."""
    waste = told(1, category="waste")
    run = played(Story("a", GAMER, [waste]), Story("b", HONEST, [waste]))
    assert not cases(run)[0].caught
    assert not false_alerts(run)
    assert cases(played(Story("a", GAMER, [waste, told(5.5)])))[0].hours == 5.5


def test_honest_days_are_those_of_honest_people() -> None:
    """A gamer's days are nobody's denominator."""
    assert honest_days(played()) == 5


def test_peaks_below_the_threshold_count_at_another() -> None:
    """A peak of an honest person is a false candidate, one about the gaming a right one, suppressed ones are none."""

    def peak(user: tuple[str, str], score: float, suppressed: str | None = None) -> Peak:
        at = ONSET.timestamp() + 60
        return Peak(user, "k", "unproductive_loop", 0, at, score, True, GAMING, {}, suppressed)  # noqa: FBT003 -- array-like

    run = played(peaks=(peak(GAMER, 0.4), peak(HONEST, 0.5), peak(HONEST, 0.9, "ci")))
    assert sorted((c.score, c.wrong) for c in candidates([run])) == [(0.4, False), (0.5, True)]


def test_a_budget_is_spent_to_its_end() -> None:
    """With 2 alerts allowed, the threshold stands at the third best wrong score."""
    wrong = [Candidate(s, ("r", HONEST), True) for s in (0.9, 0.8, 0.7, 0.6)]  # noqa: FBT003 -- array-like
    right = [Candidate(s, ("r", ("default", str(s))), False) for s in (0.95, 0.71, 0.69)]  # noqa: FBT003 -- array-like
    bar, caught = at_budget(wrong + right, 2.0, 1000)
    assert bar == 0.7
    assert len(caught) == 2
