"""Sums to figures: one tenant and week, then the series that leads to it. Knows no clock and reads nothing."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from detector.report.chance import ratio_interval, wilson
from detector.report.model import Adoption, Coverage, Index, Row, Share, TenantFigures, TrendWeek
from detector.report.sums import Person, PersonWeek, Tenant
from detector.report.teams import LEAST_PEOPLE, calibration, members_by_team, spend_by_week, team_table
from detector.report.weeks import name
from detector.report.words import TRAILING, findings, limits

TREND: Final = 26
"""Most weeks of the series: half a year fits a page."""
BOARD: Final = 20
"""Most rows of a board."""
BUSY: Final = 0.05
"""A week with fewer active people than this share of the busiest one's is a broken clock, not a week of the data."""


class Asked(msgspec.Struct, frozen=True):
    """What the report is about: the week, the share of people that should be active, and the seed of the intervals."""

    week: int
    target: float
    seed: str = "1"


def last_complete_week(tenants: Mapping[str, Tenant]) -> int | None:
    """The last ISO week that the data holds whole: with a record on its Sunday or after it. The last one of all when
    there is no such week; None without any call.
    """
    active: dict[int, int] = {}
    for tenant in tenants.values():
        for person in tenant.people.values():
            for week in person.weeks:
                active[week] = active.get(week, 0) + 1
    weeks = [week for week, people in active.items() if people >= BUSY * max(active.values())]
    if not weeks:
        return None
    last = max(weeks)
    if any(last in tenant.sundays for tenant in tenants.values()) or len(weeks) == 1:
        return last
    return max(week for week in weeks if week != last)


def figures(tenant_id: str, tenant: Tenant, asked: Asked) -> TenantFigures:
    """Everything about one tenant. The week may be one without any record: then all shares are of nobody."""
    week, seed = asked.week, f"{asked.seed}|{tenant_id}"
    active = _active(tenant.people, week)
    teams, hidden = members_by_team(active)
    spend = spend_by_week(tenant.people, week)
    found = TenantFigures(
        tenant_id=tenant_id,
        adoption=adoption(tenant, week, asked.target),
        index=index(active, week, seed),
        keep_alive=_keep_alive(active, week),
        leaderboard_usd=_board(active, week, lambda w: (w.usd, w.clear_usd)),
        leaderboard_tokens=_board(active, week, lambda w: (w.tokens, w.clear_tokens)),
        teams=team_table(teams, active, week),
        calibration=[calibration(team, users, spend, seed) for team, users in teams.items()],
        trend=_trend(tenant, asked, seed),
        coverage=_coverage(tenant, active, week, hidden),
        findings=[],
        limits=[],
    )
    return msgspec.structs.replace(found, findings=findings(found), limits=limits(found))


def adoption(tenant: Tenant, week: int, target: float) -> Adoption:
    """Weekly active share of one week, raw and authentic."""
    trailing = range(week - TRAILING + 1, week + 1)
    known = sum(
        any(at in person.weeks and person.weeks[at].calls for at in trailing) for person in tenant.people.values()
    )
    active = _active(tenant.people, week).values()
    authentic = sum(person.weeks[week].is_authentic() for person in active)
    return Adoption(target, share(len(active), known), share(authentic, known))


def index(active: Mapping[str, Person], week: int, seed: str) -> Index:
    """The authenticity index of one week, its interval by resampling people."""
    weeks = [person.weeks[week] for _, person in sorted(active.items())]
    raw, clear = sum(w.usd for w in weeks), sum(w.clear_usd for w in weeks)
    twice = sum(w.twice_usd for w in weeks)
    ends = ratio_interval([(w.clear_usd, w.usd) for w in weeks], f"{seed}|{week}")
    return Index(
        value=round(clear / raw, 4) if raw > 0 else None,
        low=round(ends[0], 4) if ends else None,
        high=round(ends[1], 4) if ends else None,
        raw_usd=round(raw, 2),
        authentic_usd=round(clear, 2),
        under_alert_usd=round(raw - clear - twice, 2) + 0.0,
        counted_twice_usd=round(twice, 2),
        people=len(weeks),
        people_touched=sum(w.flagged for w in weeks),
    )


def share(count: int, of: int) -> Share:
    """A share with its interval, rounded to a hundredth of a percent."""
    low, high = wilson(count, of)
    return Share(count, of, round(count / of, 4) if of else 0.0, round(low, 4), round(high, 4))


def _active(people: Mapping[str, Person], week: int) -> dict[str, Person]:
    return {user: person for user, person in people.items() if week in person.weeks and person.weeks[week].calls}


def _keep_alive(active: Mapping[str, Person], week: int) -> Share | None:
    if len(active) < LEAST_PEOPLE:
        return None
    return share(sum(person.weeks[week].is_keep_alive() for person in active.values()), len(active))


def _board(active: Mapping[str, Person], week: int, amounts: Callable[[PersonWeek], tuple[float, float]]) -> list[Row]:
    """The first rows by raw amount; equal amounts are ranked by name, so that the same data gives the same board."""
    told = {user: amounts(person.weeks[week]) for user, person in active.items()}
    by_raw = sorted(told, key=lambda user: (-told[user][0], user))
    by_clear = sorted(told, key=lambda user: (-told[user][1], user))
    authentic_rank = {user: rank for rank, user in enumerate(by_clear, 1)}
    return [
        Row(user, active[user].team, round(told[user][0], 2), round(told[user][1], 2), rank, authentic_rank[user])
        for rank, user in enumerate(by_raw[:BOARD], 1)
    ]


def _trend(tenant: Tenant, asked: Asked, seed: str) -> list[TrendWeek]:
    there = {week for person in tenant.people.values() for week in person.weeks}
    return [
        TrendWeek(
            name(week),
            len(there & set(range(week - TRAILING + 1, week + 1))),
            adoption(tenant, week, asked.target),
            index(_active(tenant.people, week), week, seed),
        )
        for week in range(asked.week - TREND + 1, asked.week + 1)
        if week in there
    ]


def _coverage(tenant: Tenant, active: Mapping[str, Person], week: int, hidden: int) -> Coverage:
    there = {at for person in tenant.people.values() for at in person.weeks}
    tokens = sum(person.weeks[week].tokens for person in active.values())
    return Coverage(
        outcomes=share(sum(person.weeks[week].outcomes > 0 for person in active.values()), len(active)),
        weeks=sum(at <= week for at in there),
        trailing_weeks=sum(week - TRAILING < at <= week for at in there),
        complete=week in tenant.sundays or any(at > week for at in there),
        service_usd=round(tenant.service_usd.get(week, 0.0), 2),
        cache_read_share=round(tenant.cache_read.get(week, 0) / tokens, 4) if tokens else 0.0,
        teams_hidden=hidden,
    )
