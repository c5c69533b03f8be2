"""The report as a record: what `--format json` writes, and what text and HTML are drawn from.

Shares are 0-1, money is US dollars, intervals are 95 %. `schema` is `detector.report/1`: fields are added within a
version, never renamed or given another meaning.
"""

import msgspec

SCHEMA = "detector.report/1"


class Share(msgspec.Struct, frozen=True):
    """`count` of `of` people, with the Wilson interval."""

    count: int
    of: int
    value: float
    low: float
    high: float


class Adoption(msgspec.Struct, frozen=True):
    """Weekly active share: people with any call that week, of the people known in the four weeks that end with it.

    `authentic` leaves out who was active by keep-alive alone or by work under alerts alone.
    """

    target: float
    raw: Share
    authentic: Share


class Index(msgspec.Struct, frozen=True):
    """Authentic dollars / raw dollars. `value` and its interval are null when nothing was spent.

    raw = authentic + under alerts + counted twice. `people_touched` had any work under an alert.
    """

    value: float | None
    low: float | None
    high: float | None
    raw_usd: float
    authentic_usd: float
    under_alert_usd: float
    counted_twice_usd: float
    people: int
    people_touched: int


class Row(msgspec.Struct, frozen=True):
    """One person on a board: raw and authentic amount and rank; the authentic rank is among all people of the week."""

    user_id: str
    team_id: str | None
    raw: float
    authentic: float
    raw_rank: int
    authentic_rank: int


class TeamRow(msgspec.Struct, frozen=True):
    """One team with at least five people active in the week, amounts summed."""

    team_id: str
    people: int
    raw_tokens: int
    authentic_tokens: int
    raw_usd: float
    authentic_usd: float
    raw_rank: int
    authentic_rank: int


class Calibration(msgspec.Struct, frozen=True):
    """How closely a team's members follow the median of the others' weekly dollars; no statement about any of them.

    `gap_mads` is the middle member's mean distance, in median absolute deviations; `gap_variance` the middle member's
    variance of it over the weeks; `p_value` the chance of a member so steady if weeks did not react to the others'
    (permutation of each member's weeks, Bonferroni over members). All null with `note` when it can't be said.
    """

    team_id: str
    people: int
    windows: int
    gap_mads: float | None
    gap_variance: float | None
    p_value: float | None
    note: str | None


class TrendWeek(msgspec.Struct, frozen=True):
    """One week of the series that ends with the report's. With fewer than four `trailing_weeks` in the data few people
    are known yet, and its shares read high.
    """

    week: str
    trailing_weeks: int
    adoption: Adoption
    index: Index


class Coverage(msgspec.Struct, frozen=True):
    """What the figures rest on. `weeks` are those in the data up to the report's; `trailing_weeks` of four were there.

    `complete` is false when the data ends before the week's last day. `cache_read_share` is of the raw tokens.
    """

    outcomes: Share
    weeks: int
    trailing_weeks: int
    complete: bool
    service_usd: float
    cache_read_share: float
    teams_hidden: int


class TenantFigures(msgspec.Struct, frozen=True):
    """All figures of one tenant. `keep_alive` is null with fewer than five active people."""

    tenant_id: str
    adoption: Adoption
    index: Index
    keep_alive: Share | None
    leaderboard_usd: list[Row]
    leaderboard_tokens: list[Row]
    teams: list[TeamRow]
    calibration: list[Calibration]
    trend: list[TrendWeek]
    coverage: Coverage
    findings: list[str]
    limits: list[str]


class JudgedBy(msgspec.Struct, frozen=True):
    """Which judgement decided what is authentic; `how` in words."""

    detector_version: str
    config_digest: str | None
    how: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. Dates are the week's Monday and Sunday, UTC."""

    schema: str = SCHEMA
    week: str
    begins: str
    ends: str
    judged_by: JudgedBy
    tenants: list[TenantFigures]
    method: list[str]
