"""Bytes to events: the strict door through which every record comes in.

`Decoder.decode` never raises: what it can't accept comes back as a `Rejection` that says why, so that the caller can
write a dead letter. The wire format is the contract's (`schemas/`): unknown fields are ignored, wrong types are not.
"""

import hmac
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_RECORD_BYTES = 1_048_576
"""Largest record accepted, in bytes: Kafka's own default `message.max.bytes`; a usage record is about 500 bytes."""

MAX_COUNT = 10**12
"""Largest token, character or millisecond count accepted in one call: 10,000 times the largest context window sold."""

MAX_COST_USD = 1e6
"""Largest cost of one call accepted, in dollars: the largest month reported of one user is about 150,000."""

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Times outside are a broken clock (1970, 2970), not an event: no platform is older, no honest clock so far ahead."""

Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Id = Annotated[str, Meta(min_length=1, max_length=128)]
UserId = Annotated[str, Meta(min_length=1, max_length=256)]
Text = Annotated[str, Meta(max_length=512)]
Simhash = Annotated[str, Meta(min_length=16, max_length=16, pattern="^[0-9a-fA-F]{16}$")]  # `$` alone lets a newline by
Trigger = Literal["manual", "scheduled", "heartbeat", "event", "agent", "ci", "unknown"]
Status = Literal["ok", "error", "rate_limited", "cancelled"]
Outcome_ = Literal["accepted", "rejected", "merged", "discarded", "no_op", "read", "error"]
Verdict_ = Literal["confirmed", "deliberate", "known_job", "bug", "false_alarm"]


def _utc(when: datetime, field: str) -> datetime:
    """The same instant as UTC; a `ValueError` names the field when there is no offset or the clock was broken."""
    if when.tzinfo is None:
        raise ValueError(f"{field} has no offset")
    if not EARLIEST <= when < LATEST:
        raise ValueError(f"{field} is outside 2020..2099")
    return when if when.tzinfo is UTC else when.astimezone(UTC)


class Record(msgspec.Struct, kw_only=True, gc=False):
    """What every record carries. `occurred_at` is kept as UTC, whatever offset the producer wrote."""

    occurred_at: datetime
    user_id: UserId
    tenant_id: UserId = "default"

    def __post_init__(self) -> None:
        self.occurred_at = _utc(self.occurred_at, "occurred_at")

    @property
    def at(self) -> float:
        """`occurred_at` in Unix seconds: computed, so nothing on the wire can set it. Bind it once in a hot loop."""
        return self.occurred_at.timestamp()

    @property
    def key(self) -> str:
        """The profile this record belongs to: tenants never share one (the length parts `a:b`, `c` from `a`, `b:c`)."""
        return f"{len(self.tenant_id)}:{self.tenant_id}:{self.user_id}"


def split_key(key: str) -> tuple[str, str]:
    """Tenant and user of a record's key.

    >>> split_key("7:default:ann")
    ('default', 'ann')
    """
    length, _, rest = key.partition(":")
    return rest[: int(length)], rest[int(length) + 1 :]


class Invocation(Record, tag_field="kind", tag="invocation", kw_only=True, gc=False):
    """One call of the agent platform. Token counts are disjoint: `input_tokens` holds fresh input only."""

    invocation_id: Id
    team_id: UserId | None = None
    identity: Literal["human", "service", "unknown"] = "unknown"
    session_id: UserId | None = None
    parent_id: UserId | None = None
    root_id: UserId | None = None
    response_id: UserId | None = None
    agent: Text | None = None
    tool: Text | None = None
    model: Text | None = None
    effort: Literal["low", "medium", "high"] | None = None
    trigger: Trigger = "unknown"
    input_tokens: Count = 0
    output_tokens: Count = 0
    cache_read_tokens: Count = 0
    cache_write_tokens: Count = 0
    cost_usd: Annotated[float, Meta(ge=0, le=MAX_COST_USD)] | None = None
    prompt_hash: Text | None = None
    template_hash: Text | None = None
    target_hash: Text | None = None
    simhash: Simhash | None = None
    prompt_chars: Count | None = None
    status: Status = "ok"
    project: Text | None = None
    client_version: Text | None = None
    duration_ms: Count | None = None


class Outcome(Record, tag_field="kind", tag="outcome", kw_only=True, gc=False):
    """What became of a call or session. No outcome means unknown, never failure."""

    outcome_id: Id
    outcome: Outcome_
    invocation_id: Id | None = None
    session_id: UserId | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.invocation_id is None and self.session_id is None:
            raise ValueError("an outcome names an invocation_id or a session_id")


class Label(Record, tag_field="kind", tag="label", kw_only=True, gc=False):
    """What a person says of an alert; it counts from its own `occurred_at`."""

    label_id: Id
    alert_id: Id
    verdict: Verdict_
    author: UserId
    note: Annotated[str, Meta(max_length=4096)] | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.expires_at is not None:
            self.expires_at = _utc(self.expires_at, "expires_at")


Event = Invocation | Outcome | Label


class Reason(StrEnum):
    """Why a record was refused: the value of the dead letter's `reason` header and of a metric label."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    UNKNOWN_KIND = "unknown_kind"
    INVALID = "invalid"
    KEY_MISMATCH = "key_mismatch"


class Rejection(msgspec.Struct, frozen=True):
    """A refused record: the class of the fault and one sentence that never quotes the payload's values."""

    reason: Reason
    detail: str


class Decoder:
    """Turns record bytes into events.

    `pseudonym_key` replaces each user id by a keyed pseudonym before anything else sees it; without one, ids pass.

    >>> d = Decoder()
    >>> d.decode(b"").reason
    <Reason.EMPTY: 'empty'>
    >>> call = b'{"kind":"invocation","invocation_id":"i","occurred_at":"2026-05-01T10:00:00+02:00","user_id":"u"}'
    >>> d.decode(call).at
    1777622400.0
    """

    def __init__(self, pseudonym_key: bytes | None = None) -> None:
        self._json: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
        self._pseudonym_key = pseudonym_key

    def decode(self, value: bytes | None, key: bytes | None = None) -> Event | Rejection:
        """One record to one event.

        `key` is the Kafka key: when there is one it must be the user id, or the record sits in a partition where its
        user's story is not told in order.
        """
        if not value:
            return Rejection(Reason.EMPTY, "the record has no value")
        if len(value) > MAX_RECORD_BYTES:
            return Rejection(Reason.TOO_LARGE, f"{len(value)} bytes; the limit is {MAX_RECORD_BYTES}")
        try:
            event = self._json.decode(value)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            return _diagnose(value, error)
        if key is not None and key != event.user_id.encode():
            return Rejection(Reason.KEY_MISMATCH, "the Kafka key is not the record's user_id")
        if self._pseudonym_key is not None and not (isinstance(event, Label) and _PSEUDONYM.match(event.user_id)):
            # A label speaks of the user as the alert does, whose id is a pseudonym already.
            event.user_id = pseudonym(self._pseudonym_key, event.tenant_id, event.user_id)
        return event


def pseudonym(key: bytes, tenant_id: str, user_id: str) -> str:
    """A stable stand-in for a user id: HMAC-SHA256 over tenant and user, cut to 96 bits (no collisions in any company).

    >>> pseudonym(b"k", "default", "ann") == pseudonym(b"k", "default", "ann") != pseudonym(b"k", "other", "ann")
    True
    """
    mac = hmac.digest(key, f"{len(tenant_id)}:{tenant_id}:{user_id}".encode(), "sha256")
    return f"p-{mac.hex()[:24]}"


_PSEUDONYM = re.compile(r"^p-[0-9a-f]{24}$")
_QUOTED = re.compile(r""" ['"].*['"]""")
"""The only place where the decoder's sentences hold input, as Python spells it: `Invalid enum value 'x' - at ...`."""

_NO_KIND = re.compile(r"at `\$\.kind`$|missing required field `kind`$|^Expected `object`, got `\w+`$")


def _diagnose(value: bytes, error: Exception) -> Rejection:
    """The class of the fault, from the decoder's sentence without the input it quotes: dead letters leak nothing."""
    try:
        value.decode()
    except UnicodeDecodeError as fault:
        return Rejection(Reason.NOT_UTF8, f"byte {fault.start} is not UTF-8")
    if not isinstance(error, msgspec.ValidationError):  # grammar, half a surrogate pair, nested too deep
        return Rejection(Reason.NOT_JSON, str(error))
    text = _QUOTED.sub("", str(error))
    if _NO_KIND.search(text):
        return Rejection(Reason.UNKNOWN_KIND, "kind is not invocation, outcome or label")
    return Rejection(Reason.INVALID, text)
