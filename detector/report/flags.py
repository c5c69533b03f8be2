"""Which work was under alerts: from the judgement itself, or from alerts that were recorded.

The unit is a session: a loop is seen only after some calls, and the alert names all of the workload, not its rest.
"""

from collections import defaultdict
from datetime import datetime
from hashlib import blake2b
from math import inf
from typing import Final, Protocol

from detector.alert import Alert, Workload
from detector.event import Invocation
from detector.pipeline import Step

COUNTED: Final = frozenset({"tokenmaxxing", "waste"})
"""Categories that say that burn was for nothing; a spike is only much, and faulty telemetry is no work at all."""


class Flags(Protocol):
    """Knows which calls were under an alert."""

    def covers(self, call: Invocation) -> bool:
        """Whether a call is part of work under an alert."""


def session_of(call: Invocation) -> str:
    """The session that a call belongs to; a call without one is a session of its own, or its tree's."""
    return call.session_id or call.root_id or call.invocation_id


def is_flagging(step: Step) -> bool:
    """Whether the judgement of one record found work for nothing that no exclusion or label excused."""
    return any(verdict.suppressed is None and verdict.category in COUNTED for verdict in step.verdicts)


class Judged:
    """Sessions in which the judgement flagged a call: 16 bytes each, none for honest work."""

    def __init__(self) -> None:
        self._sessions: set[bytes] = set()

    def note(self, call: Invocation) -> None:
        """This call was flagged."""
        self._sessions.add(_digest(call))

    def covers(self, call: Invocation) -> bool:
        """Whether any call of its session was flagged."""
        return bool(self._sessions) and _digest(call) in self._sessions


class Recorded:
    """What recorded alerts name: their sessions and trees; the template, or else the agent on its project, while the
    alert fired. Less than what the judgement itself knows, so a lower bound.
    """

    def __init__(self) -> None:
        self._named: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._fired: dict[str, dict[str, tuple[float, float, Workload]]] = defaultdict(dict)

    def note(self, alert: Alert) -> None:
        """One publication; the last revision of an alert tells its span."""
        if alert.category not in COUNTED:
            return
        key, work = alert.key, alert.workload
        for kind, value in (("session", work.session_id), ("root", work.root_id)):
            if value is not None:
                self._named[key].add((kind, value))
        begin = datetime.fromisoformat(alert.starts_at).timestamp()
        end = inf if alert.ends_at is None else datetime.fromisoformat(alert.ends_at).timestamp()
        self._fired[key][alert.alert_id] = begin, end, work

    def covers(self, call: Invocation) -> bool:
        """Whether an alert of the call's user names it."""
        key = call.key
        if key not in self._fired:
            return False
        named = self._named.get(key, set())
        if ("session", call.session_id) in named or ("root", call.root_id or call.invocation_id) in named:
            return True
        return any(begin <= call.at <= end and _same(work, call) for begin, end, work in self._fired[key].values())


def _same(work: Workload, call: Invocation) -> bool:
    if work.template_hash is not None:
        return work.template_hash == call.template_hash
    return work.session_id is None and (work.agent, work.project) == (call.agent, call.project)


def _digest(call: Invocation) -> bytes:
    return blake2b(f"{call.key}\0{session_of(call)}".encode(), digest_size=16).digest()
