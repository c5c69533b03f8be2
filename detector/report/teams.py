"""Team figures: only of teams large enough that no sum is one person's."""

from collections import defaultdict
from collections.abc import Mapping
from statistics import median
from typing import Final

from detector.report.chance import Tracking, middle_and_spread
from detector.report.model import Calibration, TeamRow
from detector.report.sums import Person

LEAST_PEOPLE: Final = 5
"""People a team must have active to be shown at all: below that a sum gives its members away."""
LEAST_WINDOWS: Final = 6
"""Weeks a member's gap must be known for: with fewer, steadiness is luck."""
MOST_WINDOWS: Final = 12
"""Weeks looked back: a quarter."""

Spend = Mapping[int, Mapping[str, float]]
"""Dollars above zero by week and user."""


def members_by_team(active: Mapping[str, Person]) -> tuple[dict[str, list[str]], int]:
    """The people of each team large enough, in order, and how many teams are too small."""
    teams: dict[str, list[str]] = defaultdict(list)
    for user, person in sorted(active.items()):
        if person.team is not None:
            teams[person.team].append(user)
    shown = {team: users for team, users in sorted(teams.items()) if len(users) >= LEAST_PEOPLE}
    return shown, len(teams) - len(shown)


def team_table(teams: Mapping[str, list[str]], people: Mapping[str, Person], week: int) -> list[TeamRow]:
    """The teams by raw dollars."""
    sums: dict[str, tuple[int, int, float, float]] = {}
    for team, users in teams.items():
        weeks = [people[user].weeks[week] for user in users]
        sums[team] = (
            sum(w.tokens for w in weeks), sum(w.clear_tokens for w in weeks),
            sum(w.usd for w in weeks), sum(w.clear_usd for w in weeks),
        )  # fmt: skip
    by_raw = sorted(sums, key=lambda team: (-sums[team][2], team))
    by_clear = {team: rank for rank, team in enumerate(sorted(sums, key=lambda team: (-sums[team][3], team)), 1)}
    return [
        TeamRow(team, len(teams[team]), sums[team][0], sums[team][1], round(sums[team][2], 2), round(sums[team][3], 2),
                rank, by_clear[team])
        for rank, team in enumerate(by_raw, 1)
    ]  # fmt: skip


def spend_by_week(people: Mapping[str, Person], week: int) -> Spend:
    """Everybody's dollars in each week of the last quarter."""
    quarter = range(week - MOST_WINDOWS + 1, week + 1)
    return {
        at: {user: p.weeks[at].usd for user, p in people.items() if at in p.weeks and p.weeks[at].usd} for at in quarter
    }


def _own(users: list[str], spend: Spend) -> dict[str, dict[int, float]]:
    """The members' dollars by user and week, as multiples of the median of people outside the team where there are
    enough: growth that the whole company shares is no tracking.
    """
    own: dict[str, dict[int, float]] = defaultdict(dict)
    for at, everybody in spend.items():
        inside = {user: everybody[user] for user in users if user in everybody}
        outside = [usd for user, usd in everybody.items() if user not in inside]
        usual = median(outside) if len(outside) >= LEAST_PEOPLE else 1.0
        for user, usd in inside.items():
            own[user][at] = usd / usual
    return own


def calibration(team: str, users: list[str], spend: Spend, seed: str) -> Calibration:
    """The peer-calibration statistic of one team."""
    own = _own(users, spend)
    windows = len({at for weeks in own.values() for at in weeks})
    tracks = {user: tracking for user in own if (tracking := _track(user, own)) is not None}
    if len(tracks) < LEAST_PEOPLE:
        return Calibration(team, len(users), windows, None, None, None, "not enough windows")
    least = min(tracking.p_value(f"{seed}|{team}|{user}") for user, tracking in tracks.items())
    return Calibration(
        team_id=team,
        people=len(users),
        windows=windows,
        gap_mads=round(median(t.distance for t in tracks.values()), 4),
        gap_variance=round(median(t.variance for t in tracks.values()), 4),
        p_value=round(min(1.0, least * len(tracks)), 4),
        note=None,
    )


def _track(user: str, own: Mapping[str, Mapping[int, float]]) -> Tracking | None:
    """One member against the others, where at least four of them were active; None with too few weeks."""
    values, middles, spreads = [], [], []
    for at, value in sorted(own[user].items()):
        others = [weeks[at] for mate, weeks in own.items() if mate != user and at in weeks]
        if len(others) >= LEAST_PEOPLE - 1:
            middle, spread = middle_and_spread(others)
            values.append(value)
            middles.append(middle)
            spreads.append(spread)
    return Tracking(values, middles, spreads) if len(values) >= LEAST_WINDOWS else None
