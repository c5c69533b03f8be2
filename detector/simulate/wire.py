"""The records as the company's clients write them: the contract's fields, nothing that says who is honest.

These structs only encode (fields at their default are left out, as thrifty clients do); the detector's own decoder is
the judge of whether they are right.
"""

from datetime import UTC, datetime

import msgspec


class Call(msgspec.Struct, tag_field="kind", tag="invocation", omit_defaults=True, gc=False):
    """One invocation on its way to JSON. Ids, hashes and counts mean what the contract says."""

    invocation_id: str
    occurred_at: datetime
    user_id: str
    tenant_id: str
    team_id: str
    session_id: str
    identity: str = "unknown"
    parent_id: str | None = None
    root_id: str | None = None
    response_id: str | None = None
    agent: str | None = None
    tool: str | None = None
    model: str | None = None
    effort: str | None = None
    trigger: str = "unknown"
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float | None = None
    prompt_hash: str | None = None
    template_hash: str | None = None
    target_hash: str | None = None
    simhash: str | None = None
    prompt_chars: int | None = None
    status: str = "ok"
    project: str | None = None
    client_version: str | None = None
    duration_ms: int | None = None


class Fate(msgspec.Struct, tag_field="kind", tag="outcome", omit_defaults=True, gc=False):
    """What became of a call or a session, on its way to JSON."""

    outcome_id: str
    occurred_at: datetime
    user_id: str
    tenant_id: str
    outcome: str
    invocation_id: str | None = None
    session_id: str | None = None


encode = msgspec.json.Encoder().encode
"""A record to one line's bytes, without the line break."""


def instant(at: float) -> datetime:
    """Unix seconds to a UTC time in whole milliseconds, as clients report it.

    >>> instant(0.5).isoformat()
    '1970-01-01T00:00:00.500000+00:00'
    """
    return datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
