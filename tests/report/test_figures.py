"""Figures of tiny companies, each number worked out by hand."""

from itertools import count
from typing import Any

import pytest

from detector.report.figures import Asked, figures, last_complete_week
from detector.report.model import TenantFigures
from detector.report.sums import Sums
from detector.report.weeks import name
from tests.report.tiny import WEEK, call, outcome, sums, work

ASKED = Asked(WEEK, 0.8)


def told(found: Sums, tenant: str = "default") -> TenantFigures:
    """The figures of one tenant in the usual week."""
    return figures(tenant, found.tenants[tenant], ASKED)


def test_active_share_is_of_the_people_of_four_weeks() -> None:
    """Nine people seen in four weeks, one five weeks ago; six active now, one only under an alert, one pinging."""
    flagged = work(1, "gamer", 5.0)
    records = [
        *flagged,
        call(1, "pinger"),
        *(record for n in range(4) for record in work(10 + n, f"active{n}", 2.0)),
        *(record for n in range(3) for record in work(20 + n, f"away{n}", 2.0, week=WEEK - 3)),
        *work(30, "gone", 2.0, week=WEEK - 4),
    ]
    found = told(sums(records, flagged[:1]))
    raw, authentic = found.adoption.raw, found.adoption.authentic
    assert (raw.count, raw.of, raw.value) == (6, 9, 0.6667)
    assert (raw.low, raw.high) == (0.3542, 0.8794)  # Wilson, by hand: (0.6667 + 0.2134 +- 0.3741) / 1.4268
    assert (authentic.count, authentic.of) == (4, 9)
    assert found.keep_alive is not None
    assert (found.keep_alive.count, found.keep_alive.of) == (1, 6)


def test_index_is_what_is_left_of_the_dollars() -> None:
    """Twelve dollars, of which the whole flagged session counts, the half before the flag too, and an answer twice."""
    flagged = work(1, "gamer", 4.0)
    twice = [call(n, "ann", response_id="r", session_id="s") for n in (1, 2)]
    found = told(sums([*flagged, *work(2, "gamer", 1.0), *twice, *work(3, "bob", 5.0)], flagged[1:])).index
    assert (found.raw_usd, found.authentic_usd) == (12.0, 7.0)
    assert (found.under_alert_usd, found.counted_twice_usd) == (4.0, 1.0)
    assert found.value == pytest.approx(7 / 12, abs=1e-4)
    assert (found.people, found.people_touched) == (3, 1)
    assert found.low is not None
    assert found.high is not None
    assert 0.2 <= found.low < found.value < found.high <= 1.0


def test_a_record_that_comes_twice_counts_once() -> None:
    """Redelivered records change neither dollars nor the shape of a keep-alive week."""
    once = [call(1, "ann"), *work(1, "bob", 3.0)]
    assert told(sums([*once, *once])) == told(sums(once))


@pytest.mark.parametrize(
    ("records", "trivial"),
    [
        ([call(1, "ann")], True),
        ([call(1, "ann"), call(2, "ann", day=3)], True),
        ([call(n, "ann", day=n) for n in range(3)], False),
        ([call(1, "ann", session_id="s"), call(2, "ann", session_id="s")], False),
        ([call(1, "ann", input_tokens=5_000)], False),
        ([call(1, "ann"), outcome("ann", invocation_id="i1")], False),
        ([call(1, "ann", day=6), outcome("ann", week=WEEK + 1, day=2, session_id="s1")], False),
        ([call(1, "ann", day=6), *work(9, "ann", 1, week=WEEK + 1),
          outcome("ann", week=WEEK + 1, day=2, session_id="w9")], True),
    ],
    ids=["one ping", "two pings", "three", "two prompts", "much read", "read", "read next week", "other work read"],
)  # fmt: skip
def test_keep_alive_is_one_or_two_short_sessions_without_outcome(records: list[dict[str, Any]], trivial: bool) -> None:  # noqa: FBT001 -- a case of the table
    """Each condition by itself takes somebody out of keep-alive."""
    others = [record for n in range(4) for record in work(50 + n, f"u{n}", 1.0)]
    found = told(sums([*records, *others])).keep_alive
    assert found is not None
    assert (found.count, found.of) == (int(trivial), 5)


def test_boards_rank_raw_beside_authentic() -> None:
    """The largest spender, half under an alert, falls behind; equal amounts keep the order of their names."""
    flagged = work(1, "first", 6.0)
    records = [*flagged, *work(2, "first", 4.0), *work(3, "second", 8.0), *work(4, "third", 5.0), *work(5, "also", 5.0)]
    rows = told(sums(records, flagged)).leaderboard_usd
    assert [(row.user_id, row.raw, row.authentic, row.raw_rank, row.authentic_rank) for row in rows] == [
        ("first", 10.0, 4.0, 1, 4),
        ("second", 8.0, 8.0, 2, 1),
        ("also", 5.0, 5.0, 3, 2),
        ("third", 5.0, 5.0, 4, 3),
    ]


def test_boards_end_at_twenty_rows() -> None:
    """Thirty people, twenty rows; the last ones are nobody's business."""
    records = [record for n in range(30) for record in work(n, f"u{n:02}", 1.0 + n)]
    found = told(sums(records))
    assert len(found.leaderboard_usd) == len(found.leaderboard_tokens) == 20
    assert found.leaderboard_usd[0].user_id == "u29"


def test_small_teams_are_not_shown() -> None:
    """Five active people make a team; four, or five of whom one was away, do not."""
    records = [record for n in range(5) for record in work(n, f"a{n}", 2.0, team_id="five")]
    records += [record for n in range(4) for record in work(10 + n, f"b{n}", 2.0, team_id="four")]
    records += work(20, "b4", 2.0, team_id="four", week=WEEK - 1)
    found = told(sums(records))
    assert [(team.team_id, team.people, team.raw_usd) for team in found.teams] == [("five", 5, 10.0)]
    assert [team.note for team in found.calibration] == ["not enough windows"]
    assert found.coverage.teams_hidden == 1


def test_services_are_nobody() -> None:
    """A service identity is in no share and no sum of people, but told."""
    found = told(sums([*work(1, "ann", 2.0), call(7, "bot", identity="service", cost_usd=100.0)]))
    assert (found.adoption.raw.of, found.index.raw_usd, found.coverage.service_usd) == (1, 2.0, 100.0)


def test_tenants_do_not_mix() -> None:
    """The same user id in two tenants is two people."""
    found = sums([*work(1, "ann", 2.0, tenant_id="a"), *work(2, "ann", 6.0, tenant_id="b")])
    assert [told(found, tenant).index.raw_usd for tenant in ("a", "b")] == [2.0, 6.0]


def test_last_complete_week() -> None:
    """A week without its Sunday is not over; one record with a broken clock makes no week."""
    people = [record for n in range(30) for record in work(n, f"u{n}", 1.0, day=6)]
    begun = [record for n in range(30) for record in work(100 + n, f"u{n}", 1.0, week=WEEK + 1, day=4)]
    broken = [call(1, "u1", week=WEEK + 3_000, day=6)]
    assert last_complete_week(sums([*people, *begun, *broken]).tenants) == WEEK
    assert last_complete_week(sums(begun).tenants) == WEEK + 1  # all there is
    assert last_complete_week({}) is None


def test_a_week_short_of_its_end_says_so() -> None:
    """Limits in words: an unfinished week, and too few weeks before it."""
    limits = " ".join(told(sums(work(1, "ann", 1.0, day=2))).limits)
    assert "ends before the week does" in limits
    assert "Only 1 of the four weeks" in limits
    full = [record for n in range(4) for record in work(n, "ann", 1.0, week=WEEK - n, day=6)]
    limits = " ".join(told(sums(full)).limits)
    assert "ends before" not in limits
    assert "of the four weeks" not in limits


def team_of(tracker: bool) -> list[dict[str, Any]]:  # noqa: FBT001 -- the one thing that differs
    """Eight people, ten weeks: seven go their own ways; the eighth spends 4 % more than the median of them, or not."""
    ways = ([7, 2, 9, 4, 1, 8, 3, 6, 5, 10], [3, 8, 1, 9, 5, 2, 10, 4, 7, 6], [5, 4, 8, 2, 9, 6, 1, 7, 10, 3],
            [2, 9, 3, 6, 10, 1, 5, 8, 4, 7], [9, 1, 6, 10, 2, 7, 4, 3, 8, 5], [4, 6, 10, 1, 8, 3, 9, 5, 2, 7],
            [6, 10, 4, 8, 3, 9, 7, 2, 1, 5])  # fmt: skip
    numbers, records = count(), []
    for week in range(10):
        spent = sorted(way[week] for way in ways)
        last = spent[3] * 1.04 if tracker else 12.0 - ways[0][week]
        for user, usd in enumerate([*(way[week] for way in ways), last]):
            records += work(next(numbers), f"u{user}", float(usd), week=WEEK - 9 + week, team_id="team")
    return records


def test_a_member_who_follows_the_median_stands_out() -> None:
    """The permutation test sees a steady gap to the others' median, and none where everybody goes their own way."""
    (followed,), (free,) = (told(sums(team_of(tracker))).calibration for tracker in (True, False))
    assert (followed.people, followed.windows, followed.note) == (8, 10, None)
    assert followed.p_value is not None
    assert followed.p_value < 0.05  # after Bonferroni over eight members
    assert free.p_value is not None
    assert free.p_value > 0.2
    assert free.gap_mads is not None
    assert free.gap_mads > 0


def test_same_seed_same_figures() -> None:
    """Everything is repeatable; another seed moves only the ends of resampled intervals."""
    records = [record for n in range(12) for record in work(n, f"u{n}", 1.0 + n)]
    found = sums(records, records[::8])
    first, again = told(found), told(found)
    other = figures("default", found.tenants["default"], Asked(WEEK, 0.8, "other"))
    assert first == again
    assert other.adoption == first.adoption
    assert other.index.value == first.index.value
    assert [at.week for at in first.trend] == [name(WEEK)]
