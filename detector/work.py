"""What is remembered of work: sessions, lines and strands, how much of each, and what came of it."""

import msgspec

from detector.limits import LINE_SPAN, SIZES_SPAN
from detector.models import Level, Share

HABITS = ("again", "stuffed", "dear", "scratch", "sprawl", "tail", "swarm")
"""Ways to work that a session can show, in the order of their bits (`detector.habits`)."""
LATEST = 64
"""Sessions of memory of how often a habit shows: the share of honest ones, a tenth or so, then wavers by a third."""
SHARE = 10_000
"""What a share of one is in `Habit.often`."""

Sum = int | float
"""A quantity that starts at 0: as long as nothing was added it is the integer, one byte of state instead of nine."""


class Session(msgspec.Struct, array_like=True):
    """One conversation: enough to credit its outcomes and to see what its last call was."""

    line: str
    ordinal: int
    last_at: float
    burn: Sum = 0
    open_burn: Sum = 0
    """Burn since the last known outcome."""
    bad_burn: Sum = 0
    good: int = 0
    bad: int = 0
    declared: bool = False
    """Declared automation began it, and no person was in it so far: its outcomes say nothing about a person's work."""
    last_failed: bool = False
    last_prompt: int = 0
    strands: list[str] = []
    """Keys of the strands that it took part in, the latest last."""
    habits: int = 0
    """Habits that it showed, one bit each (`detector.habits`)."""
    typed: int = 0
    """Prompts that a person typed, as far as the record says."""
    again: int = 0
    """Of them, those that ask again what was answered before."""
    stuffed: Sum = 0
    dear: Sum = 0
    """Burn of calls that sent far more than they got, and of trifles asked of a dearer model than usual."""
    sour: Sum = 0
    """Log odds of useless work that it has added so far: a good end takes them back."""
    sittings: int = 0
    """Its bad outcomes that were not of one desk cleared at once, without a good one."""
    read: int = 0
    """Times that it was read, as far as that says nothing of whether it was wanted (`credit.is_look`)."""
    last_took: int = 0
    """How long its last call took, in tenths of a second; 0 where unknown."""
    overlapped: int = 0
    """Its calls that nobody typed and that ran while the one before did."""
    last_declared: bool = False
    """Its last call was declared automation's: a heartbeat in its person's session, which finds nothing to do."""


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
    read: int = 0
    """Sessions that somebody looked at, of which that is all or nothing of the end."""

    @property
    def coverage(self) -> float:
        """Share of the burn whose outcome is known, 0-1."""
        known = self.good_burn + self.bad_burn
        return known / (known + self.open_burn) if known else 0.0


class Ask(msgspec.Struct, array_like=True):
    """A thing asked lately: how often, how alike the answers were, and the strand that it is part of."""

    simhash: int
    calls: int = 0
    out: int = 0
    """Log output tokens of the last answer, in sixteenths."""
    flat: int = 0
    """Answers in a row about as long as the one before."""
    strand: str | None = None
    prompt: int = 0
    """The exact prompt, when it was asked last."""


class Line(msgspec.Struct, array_like=True):
    """One agent on one project, asked by its person or as automation, across sessions."""

    agent: str | None
    project: str | None
    last_at: float
    last_session: int = 0
    calls: int = 0
    tokens: int = 0
    burn: Sum = 0
    fruit: Yield = msgspec.field(default_factory=Yield)
    trigger: str = "unknown"
    """Of its latest call; of automation, of the latest that began by itself."""
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
    models: dict[int, int] = {}
    """Models that it asked of late, with how often: rare ones drop out."""
    day: int = 0
    days: int = 0
    hours: int = 0
    """Hours of the open day with calls, one bit each."""
    full_days: int = 0
    """Days in a row with calls in at least `FULL_DAY_HOURS` hours."""
    barren_day: int = 0
    """The last day on which it was counted as a script that nobody wants (`detector.census`)."""


class Window(msgspec.Struct, array_like=True):
    """The counting windows of one kind, weeks or months (UTC): the open one, and what the last closed ones burned."""

    index: int = 0
    """Which is open, counted from 1970 or the year 0; 0 before any was."""
    burn: Sum = 0
    closed: list[float] = []


class Habit(msgspec.Struct, array_like=True):
    """A way to work that some of a person's sessions show: how much of it there is, and what came of it."""

    agent: str | None = None
    project: str | None = None
    calls: int = 0
    tokens: int = 0
    burn: Sum = 0
    again: int = 0
    """Prompts that asked again what was answered."""
    fruit: Yield = msgspec.field(default_factory=Yield)
    often: int = 0
    """Share of the person's latest sessions that showed it, in ten-thousandths, still to be divided by the weight of
    those there were. Three bytes of state, where a `models.Share` has fourteen: seven of them are more than there is
    room for in 4 KiB; and whether a session shows a habit is known only after it was counted.
    """

    def pass_by(self) -> None:
        """A session begins."""
        self.often -= round(self.often / LATEST)

    def shows(self) -> None:
        """The session shows the habit."""
        self.often += SHARE // LATEST

    def how_often(self, sessions: int) -> float:
        """Share (0-1) of the latest of the person's sessions that show it: a mere count would grow with the years.

        >>> habit = Habit()
        >>> for n in range(100):
        ...     habit.pass_by()
        ...     if n % 4 == 0:
        ...         habit.shows()
        >>> round(habit.how_often(100), 2)
        0.24
        """
        return min(1.0, self.often / SHARE / (1.0 - (1.0 - 1.0 / LATEST) ** max(1, sessions)))


Work = Line | Strand | Habit
"""What an alert can be about."""
Kept = Session | Line | Strand
"""What a profile keeps by key."""
