"""What is remembered of one user: bounded, versioned, and the same to the bit after a save and a load.

A profile holds three kinds of work: a session (one conversation), a line (one agent on one project, across sessions)
and a strand (the same thing asked again and again, wherever it occurs). They are decoded only when an event touches
them, so that loading a profile costs its header.
"""

from binascii import b2a_base64
from typing import Self, TypeVar, cast

import msgspec
from msgspec import Raw

from detector import prior
from detector.event import split_key
from detector.models import Level, Share

T = TypeVar("T")

STATE_VERSION = 1
"""Raised when the layout changes; bytes of another version are refused and the profile starts afresh, counted."""

MAX_SESSIONS = 6
"""Sessions remembered whole, least recently used out: as many as a person has open at a time."""
MAX_GONE = 10
"""Forgotten sessions whose late outcomes still find their work: 20 bytes each, where a session takes a hundred."""
MAX_LINES = 3
"""Lines of work remembered: people use few agents on few projects at a time."""
AWAY_SECONDS = 7_200.0
"""A person who did nothing for two hours is away: longer than most meetings and lunches."""
FULL_DAY_HOURS = 20
"""Hours with calls from which a line's day has no night in it; people's busiest days span 16."""
MAX_PROMPTS = 24
"""Recent prompts remembered, against asking again: a session or two of a person's own prompts."""
MAX_IDS = 128
"""Recent record ids remembered, against redelivery and to credit outcomes that name only an invocation."""
MAX_RESPONSES = 24
"""Recent provider response ids remembered: the same answer counted twice has the same one."""
MAX_DAYS = 28
"""Closed active days whose spend is remembered: four weeks hold every weekday four times."""
MAX_STRANDS = 6
"""Strands remembered: a person who has more things asked again and again asks none of them often."""
MAX_CANDIDATES = 20
"""Templates on the way to a strand: a thing asked thrice within twenty new ones is asked again."""
PROMOTE_AT = 3
"""Sightings that make a strand: twice is a coincidence or a retry."""
RING = 8
"""Recent targets kept a strand: work that walks over files comes back to a few."""

LINE_SPAN = 32
"""Memory of a strand's statistics, in calls: 20 calls show a loop, one odd call does not."""
SIZES_SPAN = 12
"""Memory of session sizes, in sessions: as many as are remembered themselves."""
NOW_SPAN = 24
USUAL_SPAN = 400
"""Memory of how a person works just now, and usually, in calls: half an hour of agentic work, and some days of it."""
USER_SPAN = 50
"""The same for a person: domain practice asks 50 prompts before a share of duplicates means anything."""

MAX_TEXT_BYTES = 64
"""Longest name or id remembered, in bytes: a SHA-256 in hexadecimal. Longer names are cut, longer ids not kept."""
MAX_FIRING = 4
"""Alerts open at once about one person, each remembered whole: whoever looks at four sees the fifth."""
MAX_ALERTS = 12
"""Alerts remembered, open and ended ones, so that the same workload within the week is the same alert."""


def kept_id(text: str | None) -> str | None:
    """An id as it is remembered: whole, or not at all, for half an id leads to the wrong thing."""
    return text if text is None or _is_short(text) else None


def kept_name(text: str | None) -> str | None:
    """A name as it is remembered: its beginning tells a person enough.

    >>> kept_name("shop"), len(kept_name("s" * 99) or "")
    ('shop', 62)
    """
    if text is None or _is_short(text):
        return text
    return text.encode()[: MAX_TEXT_BYTES - 3].decode(errors="ignore") + "…"


def _is_short(text: str) -> bool:
    return len(text) <= MAX_TEXT_BYTES and (text.isascii() or len(text.encode()) <= MAX_TEXT_BYTES)


def key_of(kind: str, fingerprint: int) -> str:
    """The key of a session (`s`), line (`l`) or strand (`t`) by its 32-bit fingerprint, in eight letters.

    >>> key_of("s", 1)
    's:AAAAAQ'
    """
    return f"{kind}:{b2a_base64(fingerprint.to_bytes(4), newline=False)[:6].decode()}"


class StateError(ValueError):
    """State bytes that can't be read; the message says why."""


Sum = int | float
"""A quantity that starts at 0: as long as nothing was added it is the integer, one byte of state instead of nine."""


class Session(msgspec.Struct, array_like=True):
    """One conversation: enough to credit its outcomes and to see what its last call was."""

    line: str
    ordinal: int
    last_at: float
    calls: int = 0
    burn: Sum = 0
    auto_calls: int = 0
    """Calls since a person last did something here."""
    open_burn: Sum = 0
    """Burn since the last known outcome."""
    good_burn: Sum = 0
    bad_burn: Sum = 0
    good: int = 0
    bad: int = 0
    declared: bool = False
    """Its last call was declared automation: its outcomes say nothing about a person's work."""
    last_failed: bool = False
    last_prompt: int = 0
    last_usage: int = 0
    usage_run: int = 0
    strands: list[str] = []
    """Keys of the strands that it took part in, the latest last."""
    sour: Sum = 0
    """Log odds of useless work that it has added so far: a good end takes them back."""


class Gone(msgspec.Struct, array_like=True):
    """A forgotten session: enough for an outcome that comes late. Hashes are 32-bit."""

    session: int
    line: int
    strand: str | None
    end: int
    """0 not answered, 1 with bad outcomes only, 2 with a good one."""
    declared: bool


class Yield(msgspec.Struct, array_like=True):
    """What came of a body of work: burn by outcome, and how many independent voices said so."""

    open_burn: Sum = 0
    good_burn: Sum = 0
    bad_burn: Sum = 0
    good: int = 0
    """Independent good outcomes: of a session, which is one voice, only the first, second, fourth, eighth ... count."""
    bad: int = 0
    sessions: int = 0
    answered: int = 0
    """Sessions with any outcome."""
    day: int = 0
    turned: int = 0
    """Unanswered sessions when the open day began, and a day before that: silence needs time to mean something."""
    turned_before: int = 0
    sour: Sum = 0
    """Running log odds that recent sessions were useless (a one-sided CUSUM, never below 0)."""
    useful: int = 0
    useless: int = 0
    """Sessions by how they ended: with any good outcome, or with bad ones only."""

    @property
    def coverage(self) -> float:
        """Share of the burn whose outcome is known, 0-1."""
        known = self.good_burn + self.bad_burn
        return known / (known + self.open_burn) if known else 0.0


class Line(msgspec.Struct, array_like=True):
    """One agent on one project, across sessions."""

    agent: str | None
    project: str | None
    last_at: float
    last_session: int = 0
    calls: int = 0
    tokens: int = 0
    burn: Sum = 0
    fruit: Yield = msgspec.field(default_factory=Yield)
    trigger: str = "unknown"
    out: Level = msgspec.field(default_factory=lambda: Level(LINE_SPAN))
    """Log output tokens of its calls."""
    sizes: Level = msgspec.field(default_factory=lambda: Level(SIZES_SPAN))
    """Mean log output tokens of its sessions: people's sessions differ in size, a machine's don't."""
    context: Level = msgspec.field(default_factory=lambda: Level(LINE_SPAN))
    price: Level = msgspec.field(default_factory=lambda: Level(LINE_SPAN))
    away: Share = msgspec.field(default_factory=lambda: Share(LINE_SPAN))
    exact: Share = msgspec.field(default_factory=lambda: Share(LINE_SPAN))
    open_calls: int = 0
    open_out: Sum = 0
    """Calls and summed log output tokens of the session that it is in."""


class Strand(msgspec.Struct, array_like=True):
    """The same thing asked again and again: calls of one template, or of nearly the same words, wherever they occur."""

    template: int
    simhash: int
    line: str
    agent: str | None
    project: str | None
    session_id: str | None
    template_hash: str | None
    identity: str
    trigger: str
    last_at: float
    gap: Level
    """Log seconds between calls."""
    out: Level
    """Log output tokens."""
    context: Level
    """Log fresh or newly cached tokens sent for each token written."""
    fresh: Share
    """Share of recent calls on a target that it did not touch lately."""
    exact: Share
    """Share of recent calls whose prompt is the same to the letter as one before."""
    away: Share
    """Share of recent calls made while the person was away from every agent (`AWAY_SECONDS`)."""
    manual: Share
    """Share of recent calls that say a person made them."""
    last_session: int = 0
    calls: int = 0
    retries: int = 0
    tokens: int = 0
    burn: Sum = 0
    fruit: Yield = msgspec.field(default_factory=Yield)
    targets: list[int] = []
    day: int = 0
    days: int = 0
    hours: int = 0
    """Hours of the open day with calls, one bit each."""
    full_days: int = 0
    """Days in a row with calls in at least `FULL_DAY_HOURS` hours."""


Work = Session | Line | Strand


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
    last_manual: Sum = 0
    """When the person last did something anywhere."""
    burn: Sum = 0
    fruit: Yield = msgspec.field(default_factory=Yield)
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
    """Log dollars a token."""
    answered: Share = msgspec.field(default_factory=lambda: Share(LINE_SPAN))
    """Share of forgotten sessions, outside any strand, that got an outcome: what silence has to be measured by."""
    hour: int = 0
    hour_calls: int = 0
    hour_tokens: int = 0
    faults: int = 0
    fault_at: Sum = 0
    ids: dict[int, int] = {}
    responses: dict[int, None] = {}
    prompts: dict[int, None] = {}
    next_ordinal: int = 0
    sessions: dict[int, str] = {}
    gone: dict[int, Gone] = {}
    """Forgotten sessions by their ordinal."""
    centres: dict[int, str] = {}
    """Strands by the similarity hash of their first call."""
    candidates: dict[int, list[int]] = {}
    """Templates seen too seldom to be strands: similarity hash and count by template."""
    kept: dict[str, Raw] = {}
    """Sessions, lines and strands by key, least recently used first: bytes until first touched, then objects."""
    alerts: dict[str, OpenAlert] = {}
    silences: list[Silence] = []

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

    def session(self, key: str) -> Session | None:
        """A session by its key; reading it changes nothing that `dumps` writes."""
        return self._read(key, _sessions)

    def line(self, key: str) -> Line | None:
        """A line of work by its key."""
        return self._read(key, _lines)

    def strand(self, key: str) -> Strand | None:
        """A strand by its key."""
        return self._read(key, _strands)

    def keep(self, key: str, work: Work) -> None:
        """Put a work at the end of its queue: the most recently used one."""
        kept = cast("dict[str, Raw | Work]", self.kept)
        kept.pop(key, None)
        kept[key] = work

    def _read(self, key: str, decoder: msgspec.msgpack.Decoder[T]) -> T | None:
        found: Raw | T | None = cast("dict[str, Raw | T]", self.kept).get(key)
        if isinstance(found, Raw):
            found = decoder.decode(found)
            cast("dict[str, T]", self.kept)[key] = found
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


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Profile)
_sessions = msgspec.msgpack.Decoder(Session)
_lines = msgspec.msgpack.Decoder(Line)
_strands = msgspec.msgpack.Decoder(Strand)
