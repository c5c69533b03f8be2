"""The alert record, as the alert topic carries it (contract, `schemas/alert.v1.schema.json`)."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

Category = Literal["tokenmaxxing", "waste", "spike", "data_quality"]
Severity = Literal["info", "warning", "critical"]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class KafkaSource(msgspec.Struct, frozen=True):
    """Where in Kafka the record that raised an alert stands."""

    topic: str
    partition: int
    offset: int


class FileSource(msgspec.Struct, frozen=True):
    """Where in a replayed file the record that raised an alert stands; lines count from 1."""

    file: str
    line: int


Source = KafkaSource | FileSource


class Workload(msgspec.Struct, frozen=True):
    """What to stop or mend."""

    session_id: str | None
    root_id: str | None
    agent: str | None
    project: str | None
    template_hash: str | None


class AtStake(msgspec.Struct, frozen=True):
    """What the workload burned so far."""

    tokens: int
    cost_usd: float | None
    """None where nothing says; this detector always estimates."""
    invocations: int


class History(msgspec.Struct, frozen=True):
    """What the judgement rests on."""

    events: int
    days: int


class ProducedBy(msgspec.Struct, frozen=True):
    """Which judgement this was."""

    detector_version: str
    config_digest: str
    model_digest: str


class Reason(msgspec.Struct, frozen=True):
    """One finding, told to a person."""

    feature: str
    value: float
    unit: str
    baseline: float | None
    cohort: float | None
    contribution: float
    text: str


class Alert(msgspec.Struct, kw_only=True):
    """The record of the alert topic (contract, `schemas/alert.v1.schema.json`)."""

    alert_id: str
    revision: int
    status: Literal["firing", "resolved"]
    category: Category
    typology: str
    severity: Severity
    tenant_id: str
    user_id: str
    team_id: str | None
    workload: Workload
    starts_at: str
    raised_at: str
    ends_at: str | None
    """When a firing one counts as over unless a later revision extends it; this detector always says."""
    score: float
    threshold: float
    confidence: float
    families: list[str]
    reasons: list[Reason]
    at_stake: AtStake
    could_also_be: list[str]
    ruled_out: list[str]
    outcome_coverage: float
    history: History
    summary: str
    runbook_url: str | None
    produced_by: ProducedBy
    source: dict[str, str | int]

    @property
    def key(self) -> str:
        """The profile that it is about, named as records name it."""
        return f"{len(self.tenant_id)}:{self.tenant_id}:{self.user_id}"


def rfc3339(at: float) -> str:
    """Unix seconds as RFC 3339 in UTC, to the microsecond. `OverflowError` outside the years 1 to 9999.

    >>> rfc3339(1777622400.25)
    '2026-05-01T08:00:00.250000Z'
    """
    return (EPOCH + timedelta(seconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def printable(text: str) -> str:
    r"""Names come from clients: nothing in them may move the cursor or colour the screen.

    >>> printable("agent\x1b[31m")
    'agent\ufffd[31m'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
