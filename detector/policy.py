"""Policy: every threshold of the judgement, named, with its unit and its source, and one digest of them all.

Sources: *reported* figures are published ones; *measured* ones come from real traces; *tuned* ones were set on the
tuning seeds of `detector evaluate` and reported on others. Dollar amounts are never thresholds by themselves: they do
not travel between companies.
"""

import hashlib
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

import msgspec

HOUR = 3600.0
DAY = 86_400.0


TYPOLOGIES = frozenset({
    "unproductive_loop", "low_yield_burn", "unattended_burn", "duplicate_prompting", "fan_out", "minimum_hugging",
    "window_burst", "micro_call_flood", "shared_template", "context_inflation", "keep_alive", "peer_calibration",
    "spend_spike", "telemetry_fault",
})  # fmt: skip
"""All names of the contract: what can be switched off."""


class PolicyError(ValueError):
    """The policy file can't be used; the message is one sentence that names the setting."""


class Minimum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sum that a company asks everybody to spend in each window."""

    usd: Annotated[float, msgspec.Meta(gt=0)]
    window: Literal["week", "month"]


class CalendarEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days on which everybody works otherwise: a hackathon, a launch, an incident, a training."""

    first: date
    last: date
    """Both count, in UTC."""
    tenant: str | None = None
    """One tenant, or all of them."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"calendar: {self.last} is before {self.first}")

    def covers(self, tenant: str, at: float) -> bool:
        """Whether a time (Unix seconds) falls on one of the days of a tenant."""
        day = datetime.fromtimestamp(at, UTC).date()
        return self.tenant in {None, tenant} and self.first <= day <= self.last


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The judgement's settings, from the `[policy]` table of the configuration file; defaults are the tuned ones."""

    # What is watched
    off: frozenset[str] = frozenset()
    """Typologies switched off by name (each has its off switch)."""
    registered_projects: frozenset[str] = frozenset()
    """Projects whose automation is known and sanctioned: evaluation suites, migrations, review bots."""
    registered_templates: frozenset[str] = frozenset()
    """Template hashes of published skills and slash commands."""

    calendar: tuple[CalendarEntry, ...] = ()
    """Days of hackathons and incidents, as `{first = 2026-05-12, last = 2026-05-13}`: nobody's work is judged."""
    minimums: tuple[Minimum, ...] = ()
    """Published minimums, as `{usd = 100.0, window = "month"}`; without any, `minimum_hugging` says nothing."""

    # The alert's life
    quiet_seconds: float = 6 * HOUR
    """A workload without evidence for this long is over: the alert resolves. Longer than a lunch or a long meeting."""
    reopen_seconds: float = 7 * DAY
    """The same workload again within this time is the same alert, with the next revision, not a second page."""
    raise_at: float = 0.6
    """Score, 0-1, from which evidence becomes an alert. Tuned."""
    tokenmaxxing_at: float = 0.75
    """The same from which it may be called tokenmaxxing; what is less sure is waste. Tuned: in 38,942 honest user-days
    it spares six people of ten and costs one caught gamer in fifty."""
    family_at: float = 0.5
    """Score, 0-1, from which a family of evidence counts as agreeing. Tuned."""
    family_certain: float = 0.7
    yield_beside: float = 0.1
    """Scores, 0-1: two other families from the first are so certain that yield agrees from the second. Tuned."""
    false_per_1000_days: float = 1.0
    """False alerts in 1,000 person-days, as labels count them, above which a tenant's threshold rises."""

    critical_days: float = 5.0
    """Usual days' worth of burn at stake from which an alert is critical: a working week."""
    warning_days: float = 0.5
    """The same from which waste is a warning rather than information: half a day."""
    runbook_base: str | None = None
    """Where the runbook is published; alerts link to its heading for their typology."""

    # Warm-up and memory
    prior_weight: float = 10.0
    """Own observations worth as much as the prior: the n/(n+k) blend's k."""

    # Repeated work
    pool_min_calls: int = 12
    """Times the same must have been asked before any typology looks at it. Tuned."""
    script_people: int = 3
    """People on one day with whom the same script ran barren, from which it is shared: domain practice."""
    unattended_share: float = 0.7
    """Share of recent calls with nobody there, from which a strand is unattended."""
    material_share: float = 0.02
    """Share of the person's own burn below which nobody need care: what a heartbeat costs."""

    waste_share: float = 0.1
    """The same below which waste is no news, nor what came of declared automation: probes, watchers and heartbeats are
    a few per cent of a person's burn."""

    # Yield
    exculpation: float = -4.0
    """Log odds that good outcomes can take away at most from what agents did. Tuned."""
    exculpation_by_hand: float = -0.5
    """The same of what is said to be asked by hand and comes at a machine's pace: such outcomes can be faked. Tuned."""
    sour_low: float = 8.0
    sour_high: float = 11.5
    """Log odds of a run of useless sessions of a person at which it is evidence, and certain. Tuned."""
    line_sour_low: float = 5.5
    line_sour_high: float = 9.5
    """The same of one line of work of which hardly anything good ever came. Tuned."""
    habit_low: float = 1.0
    habit_high: float = 3.6
    """The same of the sessions that show one habit. Tuned: no honest person's of the tuning seeds reached 3.3."""
    habit_sour_low: float = 5.5
    habit_sour_high: float = 8.5
    """Log odds of the latest run of useless sessions that show one habit. Tuned: no honest person's reached 6.2."""
    common_sour_low: float = 8.0
    common_sour_high: float = 11.0
    """The same of habits that everybody shows now and then: asking again, dear trifles, the tail of the week. Tuned: of
    500 honest people one reached 8."""
    yield_low: float = 1.0
    yield_high: float = 2.2
    """Log odds of useless against honest work at which yield evidence starts, and is certain. Tuned: six independent
    bad outcomes with no good one weigh 1.8."""

    # Micro-calls
    flood_calls_per_hour: int = 1_500
    """Sustained calls an hour that one person's work does not make: 51,000 a day (reported) is 2,125 an hour."""

    # Spend
    spike_ratio: float = 5.0
    """Today's spend over the usual day from which it can be a spike. Honest days vary by sigma 0.8: 5x is 2 sigma."""
    spike_z: float = 3.5
    """Robust z-score in log space from which it is one: the Iglewicz-Hoaglin cut."""
    spike_min_days: int = 5
    """Closed active days before own history can say what a usual day is."""

    # Telemetry
    fault_min_repeats: int = 20
    """Answers counted twice (same response_id, new invocation_id) in the recent past that make a telemetry fault."""

    def __post_init__(self) -> None:
        if unknown := sorted(self.off - TYPOLOGIES):
            raise ValueError(f"off: {', '.join(unknown)} is no typology")

    @property
    def digest(self) -> str:
        """12 hex digits that name this configuration; every alert carries it."""
        return hashlib.blake2b(msgspec.json.encode(self, order="deterministic"), digest_size=6).hexdigest()

    @classmethod
    def load(cls, path: Path | None) -> Self:
        """The defaults, changed by the `[policy]` table of a TOML file. Raises `PolicyError`."""
        if path is None:
            return cls()
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("policy", {})
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PolicyError(f"{path}: {error}") from error
        try:
            return msgspec.convert(table, cls)
        except msgspec.ValidationError as error:
            raise PolicyError(f"{path}: [policy] {error}") from error
