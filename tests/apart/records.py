"""The records the company leaves behind, as the contract writes them, and the diary in which one person's are kept."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.apart.clock import iso
from tests.apart.dice import Dice
from tests.apart.people import Person
from tests.apart.prompts import Prompt

TENANT = "northwind"


@dataclass(slots=True)
class Call:
    """One call of the platform, with the moment it began and the moment its record arrived."""

    identity: str
    moment: float
    arrival: float
    session: str
    parent: str | None
    root: str | None
    response: str | None
    agent: str
    tool: str | None
    model: str
    effort: str | None
    trigger: str
    fresh: int
    output: int
    read: int
    written: int
    cost: float
    prompt: Prompt
    status: str
    project: str
    version: str
    duration: float

    def line(self, person: Person) -> str:
        record: dict[str, Any] = {
            "kind": "invocation",
            "invocation_id": self.identity,
            "occurred_at": iso(self.moment),
            "user_id": person.user,
            "tenant_id": TENANT,
            "team_id": person.team,
            "identity": person.identity,
            "session_id": self.session,
            "parent_id": self.parent,
            "root_id": self.root,
            "response_id": self.response,
            "agent": self.agent,
            "tool": self.tool,
            "model": self.model,
            "effort": self.effort,
            "trigger": self.trigger,
            "input_tokens": self.fresh,
            "output_tokens": self.output,
            "cache_read_tokens": self.read,
            "cache_write_tokens": self.written,
            "cost_usd": self.cost,
            "status": self.status,
            "project": self.project,
            "client_version": self.version,
            "duration_ms": round(self.duration * 1000),
        }
        return json.dumps(record | self._prompt())

    def _prompt(self) -> dict[str, Any]:
        return {
            "prompt_hash": self.prompt.text,
            "template_hash": self.prompt.template,
            "target_hash": self.prompt.target,
            "simhash": f"{self.prompt.meaning:016x}",
            "prompt_chars": self.prompt.chars,
        }


@dataclass(slots=True)
class Outcome:
    """What became of a session or of one of its calls."""

    identity: str
    moment: float
    arrival: float
    session: str
    call: str | None
    fate: str

    def line(self, person: Person) -> str:
        record = {
            "kind": "outcome",
            "outcome_id": self.identity,
            "occurred_at": iso(self.moment),
            "user_id": person.user,
            "tenant_id": TENANT,
            "invocation_id": self.call,
            "session_id": self.session,
            "outcome": self.fate,
        }
        return json.dumps(record)


@dataclass(slots=True)
class Diary:
    """All that one person leaves: calls and outcomes, not yet in the order of arrival."""

    person: Person
    dice: Dice
    days: int
    kinds: dict[str, str] = field(default_factory=dict)  # of each session: what the platform can know of its end
    calls: list[Call] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def new_id(self, prefix: str) -> str:
        """Ids hold the person's number, so that two people's can never meet."""
        return f"{prefix}_{self.person.number:04x}{self.dice.bits(48):012x}"
