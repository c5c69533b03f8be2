"""Which session an outcome speaks of: by its name or by the call that it names, remembered whole or forgotten."""

from detector.event import Outcome
from detector.names import id_hash, key_of, short_hash
from detector.profile import Profile
from detector.work import Gone

LINES = frozenset({"l:", "a:"})
"""How the keys of lines of work begin: of a person's own, and of automation."""


def credited(profile: Profile, outcome: Outcome) -> str | None:
    """The key of the session that an outcome speaks of: by its name, else by the call that it names."""
    if outcome.session_id is not None:
        key = key_of("s", id_hash(outcome.session_id))
        if key in profile.kept:
            return key
    ordinal = profile.ordinal_of(outcome.invocation_id)
    return profile.session_key(ordinal) if ordinal is not None else None


def forgotten(profile: Profile, outcome: Outcome) -> Gone | None:
    """The forgotten session that an outcome speaks of."""
    if outcome.session_id is not None:
        wanted = short_hash(key_of("s", id_hash(outcome.session_id)))
        if (found := next((gone for gone in profile.gone.values() if gone.session == wanted), None)) is not None:
            return found
    ordinal = profile.ordinal_of(outcome.invocation_id)
    return profile.gone.get(ordinal) if ordinal is not None else None


def line_of(profile: Profile, gone: Gone) -> str:
    """The key of a forgotten session's line; empty where the line is forgotten too."""
    return next((key for key in profile.kept if key[:2] in LINES and short_hash(key) == gone.line), "")
