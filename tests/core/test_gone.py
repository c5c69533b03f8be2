"""Forgotten sessions: what became of them finds their work days later, however many began since."""

from detector.gone import DAY_MASK, Gone, bury, named, note_end, numbered
from detector.limits import GONE_DAYS, MAX_GONE, MAX_GONE_AUTOMATED
from detector.names import short_hash
from detector.profile import Profile
from detector.work import Session
from tests.streams import DAY, MONDAY, call, lines, outcome, play

ANN = "7:default:ann"


def forgetful(sessions: int, *, declared: bool = False) -> Profile:
    """Ann, of whom so many sessions were forgotten today, four days before the count of days begins again."""
    profile = Profile.new(ANN)
    profile.day = 5 * (DAY_MASK + 1) - 4
    for n in range(sessions):
        bury(profile, f"s:{n}", Session("l:a", n, 0.0, declared=declared))
    return profile


def found(profile: Profile, n: int) -> Gone | None:
    """The session of that number, by its name and by its ordinal, which are the same."""
    by_name = named(profile, f"s:{n}")
    assert by_name == numbered(profile, n)
    return by_name


def test_as_many_as_are_remembered_are_found():
    """The latest of each kind; the first one over is not."""
    for declared, most in ((False, MAX_GONE), (True, MAX_GONE_AUTOMATED)):
        profile = forgetful(most + 1, declared=declared)
        assert found(profile, 0) is None
        assert {found(profile, n).declared for n in (1, most // 2, most)} == {declared}


def test_automation_does_not_crowd_out_its_person():
    """Hundreds of jobs later, what the person did is still known."""
    profile = forgetful(1)
    for n in range(1, 2 * MAX_GONE_AUTOMATED):
        bury(profile, f"s:{n}", Session("l:a", n, 0.0, declared=True))
    assert found(profile, 0).line == short_hash("l:a")


def test_an_end_is_noted_where_it_belongs():
    """Of the one session, and of no other."""
    profile = forgetful(9, declared=True)
    note_end(profile, found(profile, 4), 2)
    assert [found(profile, n).end for n in range(9)] == [0, 0, 0, 0, 2, 0, 0, 0, 0]


def test_what_is_too_old_is_forgotten_for_good():
    """Nine days later, though the count of days began again in between."""
    profile = forgetful(3)
    profile.day += GONE_DAYS
    bury(profile, "s:3", Session("l:a", 3, 0.0))
    assert found(profile, 0) is not None
    profile.day += 1
    bury(profile, "s:4", Session("l:a", 4, 0.0))
    assert [found(profile, n) is not None for n in range(5)] == [False, False, False, True, True]


def test_a_night_of_jobs_thrown_away_on_friday():
    """Seventy jobs a night for five nights; all are thrown away at the end of the week, one after another."""
    jobs = [(night, n, f"{night}-{n}") for night in range(5) for n in range(70)]
    ran = [
        call(MONDAY + night * DAY + n * 300, name, session_id=name, trigger="scheduled", agent="a", project="p")
        for night, n, name in jobs
    ]
    thrown = [
        outcome(MONDAY + 5 * DAY + 150 * at, name, session_id=name, outcome="discarded")
        for at, (_, _, name) in enumerate(jobs)
    ]
    profile = play(lines([*ran, *thrown])).profiles[ANN]
    (line,) = [profile.line(key) for key in profile.kept if key.startswith("a:")]
    assert (line.fruit.answered, line.fruit.useless) == (350, 350)


def test_a_session_that_outlives_hundreds_of_others():
    """What its latest call came to is credited to it, and to none of the jobs that began and ended in between."""
    jobs = [
        call(MONDAY + n * 300, n, session_id=f"job{n}", trigger="scheduled", agent="a", project="p") for n in range(300)
    ]
    held = [call(MONDAY + n * 3000 + 10, f"main{n}", session_id="main", trigger="manual") for n in range(31)]
    records = sorted([*jobs, *held], key=lambda record: record["occurred_at"])
    said = outcome(MONDAY + 31 * 3000, "main30", outcome="accepted", invocation_id=held[-1]["invocation_id"])
    profile = play(lines([*records, said])).profiles[ANN]
    useful = {key[0]: profile.line(key).fruit.useful for key in profile.kept if key[0] in "la"}
    assert useful == {"l": 1, "a": 0}
