"""What is remembered of one user: bounded, versioned, and the same to the bit after a save and a load.

A profile holds three kinds of work: a session (one conversation), a line (one agent on one project, across sessions)
and a strand (the same thing asked again and again, wherever it occurs). They are decoded only when an event touches
them, so that loading a profile costs its header.
"""

import zlib
from typing import Any, Self, TypeVar

import msgspec
from msgspec import Raw

from detector import prior
from detector.alert import Alert
from detector.event import split_key
from detector.limits import ID_BYTES, LINE_SPAN, MAX_IDS, NOW_SPAN, ORDINAL_BYTES, USER_SPAN, USUAL_SPAN
from detector.models import Level, Share
from detector.names import id_hash, last_at, pushed
from detector.work import Ask, Habit, Kept, Line, Session, Strand, Sum, Window, Yield

T = TypeVar("T")

ORDINAL_MASK = (1 << 8 * ORDINAL_BYTES) - 1

STATE_VERSION = 9
"""Raised when the layout changes, or what a number in it means; bytes of another version are refused and the profile
starts afresh, counted."""


class StateError(ValueError):
    """State bytes that can't be read; the message says why."""


class OpenAlert(msgspec.Struct, array_like=True):
    """What it takes to revise, resolve and, within its time, reopen an alert. `record` is its last publication."""

    alert_id: str
    revision: int
    status: str
    starts_at: float
    told_at: float
    """When it was last published."""
    last_at: float
    """When evidence was last seen: `quiet_seconds` later it is over."""
    gravity: int
    families: int
    cost: float
    record: bytes
    kind: str = ""
    """Of an alert about gaming or waste, what a label is counted by (`lessons.kind_of`)."""

    def published(self) -> Alert:
        """The last publication, nameless. Raises `StateError` on bytes that nobody here wrote."""
        try:
            return _alerts.decode(zlib.decompress(self.record))
        except (zlib.error, msgspec.MsgspecError) as error:
            raise StateError(f"unreadable alert: {type(error).__name__}") from error


class Silence(msgspec.Struct, array_like=True):
    """A label's silence over one workload key, until `until` (Unix seconds)."""

    workload: str
    verdict: str
    until: float


class Profile(msgspec.Struct, array_like=True):
    """All that is remembered of one user of one tenant. Only `learn` changes it."""

    version: int
    tenant_id: str
    user_id: str
    call: Level
    """Log dollars a call."""
    duplicate: Share
    """Share of a person's own recent prompts that ask, to the letter, what was answered before."""
    first_at: Sum = 0
    last_at: Sum = 0
    late_run: int = 0
    """Late records in a row: a clock that was wrong once must not make a person's future late for ever."""
    events: int = 0
    team_id: str | None = None
    client_version: str | None = None
    day: int = 0
    """The open day, in days since 1970 (UTC)."""
    day_burn: Sum = 0
    day_calls: int = 0
    day_tokens: int = 0
    day_flagged: Sum = 0
    """Of the open day's burn, what was under an alert: never learned as usual."""
    days: list[tuple[int, float]] = []
    weeks: Window = msgspec.field(default_factory=Window)
    months: Window = msgspec.field(default_factory=Window)
    tail_burn: Sum = 0
    """Of the open week's burn, that in its tail (`detector.windows`)."""
    last_manual: Sum = 0
    """When the person last did something anywhere."""
    burn: Sum = 0
    fruit: Yield = msgspec.field(default_factory=Yield)
    """What came of the sessions that the person began."""
    sour: Sum = 0
    """Running log odds that recent sessions were useless (a one-sided CUSUM, never below 0)."""
    last_bad: float = 0.0
    """When a bad outcome last counted."""
    welcome: Share = msgspec.field(default_factory=lambda: Share(64))
    """Share of the person's answered sessions that had any good outcome, as long as nothing was wrong."""
    out_now: Level = msgspec.field(default_factory=lambda: Level(NOW_SPAN))
    out_usual: Level = msgspec.field(default_factory=lambda: Level(USUAL_SPAN))
    """Log output tokens of the last calls, and of the person's usual ones: the slow copy beside the fast one."""
    context_now: Level = msgspec.field(default_factory=lambda: Level(NOW_SPAN))
    context_usual: Level = msgspec.field(default_factory=lambda: Level(USUAL_SPAN))
    price_now: Level = msgspec.field(default_factory=lambda: Level(NOW_SPAN))
    price_usual: Level = msgspec.field(default_factory=lambda: Level(USUAL_SPAN))
    """Log dollars over list price."""
    answered: Share = msgspec.field(default_factory=lambda: Share(LINE_SPAN))
    """Share of forgotten sessions, outside any strand, that got an outcome: what silence has to be measured by."""
    hour: int = 0
    hour_calls: int = 0
    hour_tokens: int = 0
    faults: int = 0
    fault_at: Sum = 0
    ids: bytes = b""
    """Fingerprints of the latest records, the latest last, each with its session's ordinal."""
    responses: dict[int, None] = {}
    prompts: dict[int, int] = {}
    """Typed prompts answered lately, with their similarity hashes."""
    projects: dict[int, int] = {}
    agents: dict[int, int] = {}
    """Projects and agents lately used, with the ordinal of the first session of each."""
    habits: dict[str, Habit] = {}
    """By name, those that any session showed."""
    next_ordinal: int = 0
    gone: bytes = b""
    gone_automated: bytes = b""
    """Forgotten sessions, a person's own and automation's, the latest last (`detector.gone`)."""
    asks: dict[int, Ask] = {}
    """What was asked lately, by template; least recently asked first."""
    kept: dict[str, Raw] = {}
    """Sessions, lines and strands by key, least recently used first: bytes until first touched, then objects."""
    alerts: dict[str, OpenAlert] = {}
    silences: list[Silence] = []
    looked: Share = msgspec.field(default_factory=lambda: Share(64))
    """Share of the person's answered sessions of which nothing is known but that somebody looked, learned as `welcome`
    is."""
    automated: Yield = msgspec.field(default_factory=Yield)
    """What came of the sessions that began by themselves: declared automation."""

    @classmethod
    def new(cls, key: str) -> Self:
        """A user seen for the first time."""
        tenant, user = split_key(key)
        return cls(STATE_VERSION, tenant, user, Level(USER_SPAN), Share(USER_SPAN))

    @property
    def usual_good(self) -> float:
        """Share of the person's answered sessions that anything good comes of, drawn towards the prior."""
        heard = self.welcome
        usual = (heard.n * heard.value + prior.WELCOME_WEIGHT * prior.GOOD_SHARE) / (heard.n + prior.WELCOME_WEIGHT)
        return min(prior.USUAL_CEILING, max(prior.USUAL_FLOOR, usual))

    @property
    def usual_read(self) -> float:
        """Share of the person's answered sessions that are only read, drawn towards what it is of useless work."""
        looked = self.looked
        return (looked.n * looked.value + prior.WELCOME_WEIGHT * prior.USELESS_READ) / (looked.n + prior.WELCOME_WEIGHT)

    def remember_id(self, record: int, ordinal: int = 0) -> None:
        """Remember that a record was seen, and which session a call belongs to."""
        entry = record << 8 * ORDINAL_BYTES | ordinal & ORDINAL_MASK
        self.ids = pushed(self.ids, entry.to_bytes(ID_BYTES + ORDINAL_BYTES), most=MAX_IDS)

    def knows(self, record: int) -> bool:
        """Whether a record was seen lately."""
        return last_at(self.ids, record.to_bytes(ID_BYTES), ID_BYTES + ORDINAL_BYTES) >= 0

    def ordinal_of(self, invocation_id: str | None) -> int | None:
        """The ordinal of the session that a remembered call belongs to."""
        if invocation_id is None:
            return None
        at = last_at(self.ids, id_hash(invocation_id).to_bytes(ID_BYTES), ID_BYTES + ORDINAL_BYTES)
        if at < 0:
            return None
        low = int.from_bytes(self.ids[at + ID_BYTES : at + ID_BYTES + ORDINAL_BYTES])
        return self.next_ordinal - (self.next_ordinal - low & ORDINAL_MASK)

    def workload_of(self, alert_id: str) -> str | None:
        """The key of the workload that a remembered alert is about."""
        return next((key for key, known in self.alerts.items() if known.alert_id == alert_id), None)

    def session_key(self, ordinal: int) -> str | None:
        """The key of the session with this ordinal, while it is remembered whole; the latest where several are alike in
        the byte that a call remembers: one that is still used may have begun hundreds of sessions ago.
        """
        for key in reversed(self.kept):
            session = self.session(key) if key.startswith("s:") else None
            if session is not None and not (session.ordinal - ordinal) & ORDINAL_MASK:
                return key
        return None

    def session(self, key: str) -> Session | None:
        """A session by its key; reading it changes nothing that `dumps` writes."""
        return self._read(key, _sessions)

    def line(self, key: str) -> Line | None:
        """A line of work by its key."""
        return self._read(key, _lines)

    def strand(self, key: str) -> Strand | None:
        """A strand by its key."""
        return self._read(key, _strands)

    def keep(self, key: str, work: Kept) -> None:
        """Put a work at the end of its queue: the most recently used one."""
        kept: dict[str, Any] = self.kept
        kept.pop(key, None)
        kept[key] = work

    def _read(self, key: str, decoder: msgspec.msgpack.Decoder[T]) -> T | None:
        kept: dict[str, Any] = self.kept
        found: Raw | T | None = kept.get(key)
        if isinstance(found, Raw):
            found = kept[key] = decoder.decode(found)
        return found

    def dumps(self) -> bytes:
        """The state as bytes: MessagePack arrays, models as their few numbers."""
        return _encoder.encode(self)

    @classmethod
    def loads(cls, key: str, state: bytes) -> "Profile":
        """The profile that dumped these bytes. Raises `StateError` on any bytes that are not one of this version's."""
        try:
            self = _decoder.decode(state)
        except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise StateError(f"unreadable: {type(error).__name__}") from error
        if self.version != STATE_VERSION:
            raise StateError(f"version {self.version}, not {STATE_VERSION}")
        if (self.tenant_id, self.user_id) != split_key(key):
            raise StateError("another user's state")
        return self


_alerts = msgspec.json.Decoder(Alert)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Profile)
_sessions = msgspec.msgpack.Decoder(Session)
_lines = msgspec.msgpack.Decoder(Line)
_strands = msgspec.msgpack.Decoder(Strand)
