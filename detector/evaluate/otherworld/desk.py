"""One person's copy of one program: it turns what was done into records, with that program's habits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from detector.evaluate.otherworld.chance import Chance
from detector.evaluate.otherworld.clients import Client
from detector.evaluate.otherworld.market import Market, Tokens
from detector.evaluate.otherworld.outbox import Outbox
from detector.evaluate.otherworld.people import Person
from detector.evaluate.otherworld.prompts import Ask

LATENESS = {
    "accepted": (6.0, 1.4),
    "rejected": (4.0, 1.3),
    "merged": (1_300.0, 1.2),
    "discarded": (2_000.0, 1.1),
    "no_op": (0.2, 0.5),
    "read": (150.0, 1.6),
    "error": (0.5, 0.8),
}
"""Median minutes until a fate is known, and its spread: an edit is taken in minutes, a branch merged in a day."""

LONGEST_WAIT = 5 * 86_400.0
"""Seconds after which nobody reports a fate any more."""

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Draft:
    """What the next call will say about itself; a session keeps one and changes it from call to call."""

    session: str | None = None
    agent: str | None = None
    tool: str | None = None
    model: str = "atlas-medium-3"
    trigger: str = "manual"
    parent: str | None = None
    root: str | None = None
    target: str | None = None
    project: str | None = None
    effort: str | None = None
    status: str = "ok"
    response: str | None = None
    seconds: float = 4.0


class Call(NamedTuple):
    """One call that was made, as far as later events need it."""

    id: str
    at: float
    session: str | None
    cost: float
    ask: Ask
    tokens: Tokens
    desk: "Desk"
    response: str | None
    model: str
    agent: str | None
    project: str | None


class Desk:
    """Where one person uses one program."""

    def __init__(self, person: Person, client: Client, chance: Chance, market: Market, outbox: Outbox) -> None:
        self.person, self.client, self.chance, self.market, self.outbox = person, client, chance, market, outbox
        self.lost = chance.uniform(*client.lost)
        self.clock = person.offset if chance.flip(0.5) else None
        self.version = f"{client.name[:4]}/{chance.choice(('2.8.1', '2.9.0', '2.9.0', '3.0.2'))}"
        self.identity = "unknown" if chance.flip(0.4) else "human"
        if client.name == "runner" and chance.flip(0.5):
            self.identity = "service"  # the build systems that somebody did register
        # Three desks in ten lose up to half of the links from a call to the one that caused it.
        self.orphans = chance.uniform(0.05, 0.5) if chance.flip(0.3) else 0.0
        self.steps_hashed = chance.flip(0.6)
        self.agent = {
            "common": f"{client.name}-agent",
            "own": f"{chance.choice(('pal', 'mate', 'kit', 'bee', 'ada', 'rex', 'zoe'))}-{chance.token(3)}",
            "none": None,
        }[client.agent]
        self.claims = 1.0
        """What reported costs are multiplied by; only fabricated ones are."""
        self.closed: set[str] = set()
        self.on_call: list[Call] = []
        self.wears(self.version)

    def wears(self, version: str) -> None:
        """Moves the program to another version, as an update does."""
        self.version = version
        person, omits = self.person, self.client.omits
        base = {"kind": "invocation", "user_id": person.user, "tenant_id": person.tenant, "team_id": person.team}
        base |= {"identity": self.identity, "client_version": version}
        self._base = {key: value for key, value in base.items() if key not in omits}

    def model(self, tier: str, at: float) -> str:
        """The model that the program calls for that size of work at that moment."""
        return self.market.model(self.client.vendor, tier, at)

    def call(self, draft: Draft, at: float, ask: Ask | None, tokens: Tokens) -> Call:
        """Makes one call and reports it, unless the stream has ended; tells `on_call`'s owner either way."""
        cost = self.market.cost(draft.model, tokens, at) * self.claims if draft.status != "rate_limited" else 0.0
        response = draft.response or self.chance.token(20)
        ask_ = ask or Ask("", "", 0, 0)
        identity = self.chance.token(24)
        made = Call(
            identity, at, draft.session, cost, ask_, tokens, self, response, draft.model, draft.agent, draft.project
        )
        if at < self.outbox.end:
            record = self._base.copy()
            record["invocation_id"] = identity
            record["occurred_at"] = self.stamp(at)
            self._say_place(record, draft)
            self._say_prompt(record, draft, ask)
            self._say_usage(record, draft, tokens, cost)
            if "response_id" not in self.client.omits and draft.status == "ok":
                record["response_id"] = response
            self.outbox.put(at, _encode(record))
            self.on_call.append(made)
        return made

    def report_again(self, call: Call, at: float, *, same_answer: bool) -> Call:
        """Reports a call once more under a new id, with the provider's answer id (a resumed history) or without."""
        draft = Draft(call.session, call.agent, None, call.model, project=call.project)
        draft.response = call.response if same_answer else None
        return self.call(draft, at, call.ask, call.tokens)

    def stamp(self, at: float) -> str:
        """A moment in the program's own writing: some use the person's clock, some UTC."""
        if self.clock is None:
            return f"{datetime.utcfromtimestamp(at).isoformat(timespec='milliseconds')}Z"  # noqa: DTZ004 -- the Z says UTC
        return datetime.fromtimestamp(at, self.clock).isoformat(timespec="milliseconds")

    def _say_place(self, record: dict[str, Any], draft: Draft) -> None:
        omits = self.client.omits
        places = (
            ("session_id", draft.session),
            ("parent_id", draft.parent if not self.chance.flip(self.orphans) else None),
            ("root_id", draft.root),
            ("target_hash", draft.target),
            ("project", draft.project),
            ("effort", draft.effort),
        )
        record.update({name: value for name, value in places if value is not None and name not in omits})
        record["agent"] = draft.agent
        record["tool"] = draft.tool
        record["model"] = draft.model
        record["trigger"] = draft.trigger if self.client.trigger == "true" else self.client.trigger

    def _say_prompt(self, record: dict[str, Any], draft: Draft, ask: Ask | None) -> None:
        if ask is None or (draft.tool is not None and not self.steps_hashed):
            return
        record["prompt_hash"] = ask.exact
        record["prompt_chars"] = ask.chars
        omits = self.client.omits
        if "simhash" not in omits:
            record["simhash"] = f"{ask.bits:016x}"
        if "template_hash" not in omits:
            habit = self.client.templates
            record["template_hash"] = (
                ask.form if habit == "plain" else ask.exact[::-1] if habit == "fine" else f"tpl-{draft.tool or 'chat'}"
            )

    def _say_usage(self, record: dict[str, Any], draft: Draft, tokens: Tokens, cost: float) -> None:
        record["input_tokens"], record["output_tokens"] = tokens.fresh, tokens.out
        record["cache_read_tokens"], record["cache_write_tokens"] = tokens.read, tokens.write
        if "cost_usd" not in self.client.omits:
            record["cost_usd"] = cost
        if draft.status != "ok":
            record["status"] = draft.status
        if "duration_ms" not in self.client.omits:
            record["duration_ms"] = int(draft.seconds * 1000)

    def fate(self, call: Call, word: str, minutes: float | None = None) -> None:
        """What became of one call, if the program reports that of calls."""
        if self.client.outcomes == "call":
            self._tell(call.at, word, minutes, {"invocation_id": call.id})

    def close(self, call: Call, word: str, minutes: float | None = None) -> None:
        """What became of the session that ends with this call, once, if the program reports that of sessions."""
        if self.client.outcomes != "session" or call.session is None or call.session in self.closed:
            return
        self.closed.add(call.session)
        self._tell(call.at, word, minutes, {"session_id": call.session})

    def _tell(self, at: float, word: str, minutes: float | None, of: dict[str, str]) -> None:
        said = self.client.words.get(word)
        if said is None or self.chance.flip(self.lost):
            return
        median, sigma = LATENESS[word] if minutes is None else (minutes, 0.7)
        at += min(LONGEST_WAIT, max(2.0, 60.0 * self.chance.spread(median, sigma)))
        if at < self.outbox.end:
            record = {"kind": "outcome", "outcome_id": self.chance.token(20), "occurred_at": self.stamp(at)}
            record |= {"user_id": self.person.user, "tenant_id": self.person.tenant, "outcome": said} | of
            self.outbox.put(at, _encode(record))
