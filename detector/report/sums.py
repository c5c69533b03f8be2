"""Records to sums a person and week: all that the figures need, whatever the number of records."""

from typing import Final

import msgspec

from detector.event import Event, Invocation, Outcome
from detector.features import burn_of
from detector.names import id_hash
from detector.report.flags import Flags, session_of
from detector.report.weeks import is_sunday, week_of

REMEMBERED: Final = 256
"""Ids remembered a person to drop records that come twice: twice what the judgement itself remembers."""
KEEP_ALIVE_SESSIONS: Final = 2
"""Most sessions of a keep-alive week: one ping, and one more for luck."""
KEEP_ALIVE_TOKENS: Final = 1_000
"""Most fresh tokens, read and written, of a trivial session: a short question and its answer; real work sends files."""
OUTCOME_WEEKS: Final = 4
"""How many weeks later an outcome is still led back to the week of its session."""
MANY: Final = frozenset(str(number) for number in range(KEEP_ALIVE_SESSIONS + 1))
"""Stands for the sessions of nearly every week: one object for all of them."""


class PersonWeek(msgspec.Struct, gc=False):
    """What one person did in one week. `clear` is the part that is neither under an alert nor counted twice."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    clear_calls: int = 0
    clear_tokens: int = 0
    clear_usd: float = 0.0
    twice_usd: float = 0.0
    """Dollars of answers that were counted again under a new id."""
    flagged: bool = False
    outcomes: int = 0
    fresh: int = 0
    """Tokens of the clear part without cache reads and writes."""
    sessions: frozenset[str] = frozenset()
    """Of the clear part; `MANY` once they are more than a keep-alive week has."""
    names: frozenset[str] = frozenset()
    """By which outcomes may speak of these sessions, as long as they are few."""

    def is_trivial(self) -> bool:
        """Whether the clear part is one or two short single-prompt sessions of which nothing came, as far as known."""
        sessions = len(self.sessions)
        return (
            0 < sessions <= KEEP_ALIVE_SESSIONS
            and self.clear_calls == sessions
            and self.fresh <= KEEP_ALIVE_TOKENS * sessions
            and self.outcomes == 0
        )

    def is_keep_alive(self) -> bool:
        """Whether that is all there was."""
        return not self.flagged and self.is_trivial()

    def is_authentic(self) -> bool:
        """Active by more than keep-alive, and not only by work under alerts."""
        return self.clear_calls > 0 and not self.is_trivial()


class Person:
    """One user: the latest known team, the weeks, and the ids of late."""

    __slots__ = ("_seen", "team", "team_at", "weeks")

    def __init__(self) -> None:
        self.team: str | None = None
        self.team_at = 0.0
        self.weeks: dict[int, PersonWeek] = {}
        self._seen: dict[int, None] = {}

    def is_new(self, kind: str, name: str) -> bool:
        """Whether this id was not seen of late; remembers it."""
        known = id_hash(f"{kind} {name}")
        if known in self._seen:
            return False
        self._seen[known] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True


class Tenant:
    """One company or division."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.service_usd: dict[int, float] = {}
        """Dollars of service identities a week: no person's, so in no other figure."""
        self.cache_read: dict[int, int] = {}
        """Tokens read from caches a week, within the raw tokens."""
        self.sundays: set[int] = set()
        """Weeks with a record on their last day: complete, as far as the data can tell."""


class Sums:
    """Adds up records in the order in which they come."""

    def __init__(self, flags: Flags) -> None:
        self.tenants: dict[str, Tenant] = {}
        self._flags = flags

    def add(self, event: Event) -> None:
        """One record; labels change no sum."""
        if isinstance(event, Invocation):
            tenant = self.tenants.setdefault(event.tenant_id, Tenant())
            if event.identity == "service":
                week = week_of(event.at)
                tenant.service_usd[week] = tenant.service_usd.get(week, 0.0) + burn_of(event)
            else:
                self._call(tenant, event)
        elif isinstance(event, Outcome):
            person = self._person(event)
            if person is not None:
                _credit(person, event)

    def _person(self, event: Event) -> Person | None:
        tenant = self.tenants.get(event.tenant_id)
        return tenant.people.get(event.user_id) if tenant else None

    def _call(self, tenant: Tenant, call: Invocation) -> None:
        person = tenant.people.get(call.user_id)
        if person is None:
            person = tenant.people[call.user_id] = Person()
        if not person.is_new("call", call.invocation_id):
            return
        at, usd = call.at, burn_of(call)
        if call.team_id is not None and at >= person.team_at:
            person.team, person.team_at = call.team_id, at
        week = week_of(at)
        if is_sunday(at):
            tenant.sundays.add(week)
        tokens = call.input_tokens + call.output_tokens + call.cache_read_tokens + call.cache_write_tokens
        tenant.cache_read[week] = tenant.cache_read.get(week, 0) + call.cache_read_tokens
        sums = person.weeks.setdefault(week, PersonWeek())
        sums.calls += 1
        sums.tokens += tokens
        sums.usd += usd
        if call.response_id is not None and not person.is_new("answer", call.response_id):
            sums.twice_usd += usd
        elif self._flags.covers(call):
            sums.flagged = True
        else:
            _clear(sums, call, tokens, usd)


def _clear(sums: PersonWeek, call: Invocation, tokens: int, usd: float) -> None:
    sums.clear_calls += 1
    sums.clear_tokens += tokens
    sums.clear_usd += usd
    if sums.sessions is MANY:
        return
    sums.fresh += call.input_tokens + call.output_tokens
    sums.sessions |= {session_of(call)}
    if len(sums.sessions) > KEEP_ALIVE_SESSIONS:
        sums.sessions, sums.names = MANY, frozenset()
    elif len(sums.names) < 4 * KEEP_ALIVE_SESSIONS:
        sums.names |= {session_of(call), call.invocation_id}


def _credit(person: Person, outcome: Outcome) -> None:
    """To the week of the session that it names, where that is known; else to the week in which it came."""
    now = week_of(outcome.at)
    names = {outcome.session_id, outcome.invocation_id}
    for week in range(now, now - OUTCOME_WEEKS - 1, -1):
        sums = person.weeks.get(week)
        if sums is not None and names & sums.names:
            sums.outcomes += 1
            return
    if (sums := person.weeks.get(now)) is not None:
        sums.outcomes += 1
