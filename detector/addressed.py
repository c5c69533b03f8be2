"""Which session and line a record belongs to: a call by its names, an outcome by its session's or by its call's, which
may be remembered whole or forgotten.
"""

from functools import lru_cache

from detector.event import Invocation, Outcome
from detector.gone import Gone, named, numbered
from detector.names import id_hash, key_of, short_hash
from detector.pool import BY_ITSELF
from detector.profile import Profile
from detector.work import Session

LINES = frozenset({"l:", "a:"})
"""How the keys of lines of work begin: of a person's own, and of automation."""
STRANDS = frozenset({"t:"})
"""The same of strands."""
KEYS_AT_HAND = 4_096
"""Names of sessions and lines whose keys are at hand, a few hundred people's: a call's neighbours have the same."""


def is_declared(call: Invocation, session: Session | None) -> bool:
    """Whether a call is part of declared automation: by its own trigger, as a heartbeat in its person's session is, or
    as a step of a session that automation began and no person came into.
    """
    return _is_by_itself(call) or (session is not None and session.declared and call.trigger != "manual")


def _is_by_itself(call: Invocation) -> bool:
    return call.trigger in BY_ITSELF


def session_key_of(call: Invocation) -> str:
    """The call's session; a call without one is its agent's on its project, by itself or not."""
    name = call.session_id or call.root_id
    return _session_key(name or f"{call.agent or ''}|{call.project or ''}|{_is_by_itself(call)}")


@lru_cache(KEYS_AT_HAND)
def line_key_of(agent: str | None, project: str | None, *, automated: bool) -> str:
    """The key of a line of work: an agent on a project, asked by its person or as automation. Other things come of what
    it does unasked.
    """
    return key_of("a" if automated else "l", id_hash(f"{agent or ''}|{project or ''}"))


@lru_cache(KEYS_AT_HAND)
def _session_key(session: str) -> str:
    return key_of("s", id_hash(session))


def credited(profile: Profile, outcome: Outcome) -> str | None:
    """The key of the session that an outcome speaks of: by its name, else by the call that it names."""
    if outcome.session_id is not None:
        key = _session_key(outcome.session_id)
        if key in profile.kept:
            return key
    ordinal = profile.ordinal_of(outcome.invocation_id)
    return profile.session_key(ordinal) if ordinal is not None else None


def forgotten(profile: Profile, outcome: Outcome) -> Gone | None:
    """The forgotten session that an outcome speaks of."""
    if outcome.session_id is not None:
        found = named(profile, _session_key(outcome.session_id))
        if found is not None:
            return found
    ordinal = profile.ordinal_of(outcome.invocation_id)
    return numbered(profile, ordinal) if ordinal is not None else None


def line_of(profile: Profile, gone: Gone) -> str:
    """The key of a forgotten session's line; empty where the line is forgotten too."""
    return _kept_as(profile, LINES, gone.line)


def strand_of(profile: Profile, gone: Gone) -> str:
    """The key of the last strand that a forgotten session took part in; empty where there was none, or it is forgotten
    too.
    """
    return _kept_as(profile, STRANDS, gone.strand) if gone.strand else ""


def _kept_as(profile: Profile, kinds: frozenset[str], wanted: int) -> str:
    return next((key for key in profile.kept if key[:2] in kinds and short_hash(key) == wanted), "")
