"""Programs that report calls, each with its own habits: what it leaves out, what it says became of a call."""

from dataclasses import dataclass, field
from typing import Literal

ALL_WORDS = {word: word for word in ("accepted", "rejected", "merged", "discarded", "no_op", "read", "error")}
YES_NO = {"accepted": "accepted", "merged": "accepted", "rejected": "rejected", "discarded": "rejected"}
READ_ONLY = {"accepted": "read", "merged": "read", "read": "read"}
BUILD = {"merged": "merged", "accepted": "merged", "error": "error", "rejected": "error"}


@dataclass(frozen=True, slots=True)
class Client:
    """One program's habits.

    Attributes:
        name: What the program is called inside this world; records carry it only in `client_version`.
        omits: Contract fields the program never sends.
        trigger: `true` reports what started the call, any other word is sent whatever started it.
        templates: `plain` masks numbers and paths, `coarse` has one template a tool, `fine` never repeats one.
        outcomes: Whether it reports the fate of calls, of sessions, or of nothing.
        words: Which of its words stands for a fate; a fate that is missing here goes unreported.
        lost: The range of the share of fates that are lost on the way, drawn once a person.
        caches: Whether the provider's prompt cache is in use; without it the whole context is fresh input each call.
        vendor: Whose models it calls.
        opening: Tokens of system prompt and tool catalogue at the start of a session.
        agent: `common` names one agent for all, `own` one that each person named, `none` names none.
    """

    name: str
    omits: frozenset[str] = frozenset()
    trigger: Literal["true", "unknown", "manual"] = "true"
    templates: Literal["plain", "coarse", "fine"] = "plain"
    outcomes: Literal["call", "session", "none"] = "call"
    words: dict[str, str] = field(default_factory=lambda: ALL_WORDS)
    lost: tuple[float, float] = (0.0, 0.6)
    caches: bool = True
    vendor: str = "atlas"
    opening: int = 20_000
    agent: Literal["common", "own", "none"] = "common"


def _without(*names: str) -> frozenset[str]:
    return frozenset(names)


CLIENTS = {
    client.name: client
    for client in (
        Client("mesh", lost=(0.0, 0.3), agent="own", opening=28_000),
        Client("terminal", omits=_without("root_id", "effort"), words=YES_NO, lost=(0.0, 0.4), opening=24_000),
        Client(
            "editor",
            omits=_without("parent_id", "root_id", "simhash", "response_id"),
            trigger="unknown",
            templates="coarse",
            outcomes="session",
            words=YES_NO,
            vendor="kite",
            opening=14_000,
        ),
        Client(
            "gateway",
            omits=_without("session_id", "template_hash", "simhash", "target_hash", "parent_id", "root_id", "project"),
            trigger="unknown",
            outcomes="none",
            vendor="kite",
            agent="none",
            opening=5_000,
        ),
        Client(
            "notebook",
            omits=_without("cost_usd", "target_hash", "client_version"),
            trigger="manual",
            templates="fine",
            words=READ_ONLY,
            vendor="inhouse",
            agent="own",
            opening=4_000,
        ),
        Client(
            "chat",
            omits=_without("target_hash", "project", "parent_id", "root_id", "team_id"),
            outcomes="session",
            words=READ_ONLY,
            lost=(0.1, 0.6),
            opening=2_500,
        ),
        Client("runner", omits=_without("simhash"), outcomes="session", words=BUILD, lost=(0.0, 0.2), opening=6_000),
        Client(
            "complete",
            omits=_without("parent_id", "root_id", "target_hash", "template_hash", "response_id"),
            trigger="unknown",
            words=YES_NO,
            lost=(0.0, 0.3),
            caches=False,
            vendor="kite",
            opening=700,
        ),
        Client("hearth", omits=_without("duration_ms"), lost=(0.0, 0.4), agent="own", opening=21_000),
    )
}
"""`hearth` is the automation host (heartbeats, schedules, mail), `runner` the build system, `complete` types ahead."""
