"""A desk is one person's day, a session one thread of calls on it: context, cache, lineage, and what is reported."""

import math
from dataclasses import dataclass

import msgspec

from detector.simulate.catalogue import BUGGY_VERSION, CODE, Agent, Model
from detector.simulate.chance import seeded
from detector.simulate.prompts import Prompt, paraphrased
from detector.simulate.wire import Call, Fate, encode, instant
from detector.simulate.world import DAY, Memory, World

CONTEXT_LIMIT = 180_000
"""Tokens at which a client compacts its context; the common window is 200,000."""

COMPACTED = 24_000
"""Tokens left after a compaction."""

LATE_SHARE = 0.02
"""Share of the records that arrive out of order."""


@dataclass(frozen=True, slots=True)
class Disguise:
    """How a gamer hides: irregular timing, other words, outcomes made up, steps called manual, a session a call."""

    jitter: bool = False
    paraphrase: bool = False
    fake: bool = False
    manual: bool = False
    scatter: bool = False

    def names(self) -> list[str]:
        """The tricks in use."""
        return [name for name in ("jitter", "paraphrase", "fake", "manual", "scatter") if getattr(self, name)]


NAKED = Disguise()


class Desk:
    """One person's day: where calls and outcomes become lines, and where they are booked.

    `part` separates the chance of ordinary work from what a persona adds, so that neither changes the other.
    `lines` are (arrival time, record); `spent` and `burned` the dollars of this part of the day, all and of
    the gaming workload, also of calls that lie outside the run.
    """

    __slots__ = ("_wire", "burned", "day", "lines", "memory", "midnight", "person", "rng", "spent", "world")

    def __init__(self, world: World, memory: Memory, day: int, part: str) -> None:
        self.world, self.memory, self.person, self.day = world, memory, memory.person, day
        self.midnight = world.start + day * DAY - memory.person.offset_on(day) * 3600.0
        self.rng = seeded(self.person.seed, part, day)
        self._wire = seeded(self.person.seed, part, day, "wire")
        self.lines: list[tuple[float, bytes]] = []
        self.spent = self.burned = 0.0

    @property
    def weekday(self) -> int:
        """0 Monday to 6 Sunday."""
        return int(self.world.start // DAY + 3 + self.day) % 7

    def at(self, hour: float) -> float:
        """Unix seconds of an hour of this local day."""
        return self.midnight + hour * 3600.0

    def some_time(self) -> float:
        """An instant of this day by the person's own hours."""
        return self.at(self.person.hours.pick(self.rng) + self.rng.random())

    def emit(self, at: float, record: Call | Fate) -> bool:
        """Send a record that lies within the run, as late or as often as the wire does. Says whether it did."""
        world, wire = self.world, self._wire
        if not world.start <= at < world.end:
            return False
        line = encode(record)
        late = wire.random() * world.disorder if wire.random() < LATE_SHARE else 0.0
        self.lines.append((at + late, line))
        if wire.random() < world.duplicates:
            self.lines.append((at + late + wire.random() * world.disorder, line))
        return True

    def book(self, at: float, session: "Session", cost: float) -> None:
        """Enter an emitted call in the books."""
        memory = self.memory
        memory.total.enter(at, cost)
        week = memory.week_usd
        week[session.agent.name] = week.get(session.agent.name, 0.0) + cost
        if session.gaming:
            memory.workload.enter(at, cost)
            memory.workload.sessions[session.id] = None


class Session:
    """One thread of calls. `at` is its clock, `context` the tokens that the next call replays."""

    __slots__ = ("_spawned_by", "agent", "at", "context", "desk", "disguise", "effort", "gaming", "id", "identity",
                 "last", "model", "project", "record", "reported", "root", "turn", "version", "warm_until")  # fmt: skip

    def __init__(self, desk: Desk, at: float, agent: Agent, model: Model, project: str, *,
                 gaming: bool = False, disguise: Disguise = NAKED, effort: str | None = None,
                 context: int | None = None) -> None:  # fmt: skip
        rng, person = desk.rng, desk.person
        self.desk, self.at, self.agent, self.model, self.project, self.effort = desk, at, agent, model, project, effort
        self.gaming, self.disguise, self.identity = gaming, disguise, person.identity
        self.id = f"{rng.getrandbits(64):016x}"
        self.context = agent.start + (person.startup if agent.start > 5_000 else 0) if context is None else context
        self.reported = agent.outcomes and person.reports and (rng.random() < desk.world.coverage or disguise.fake)
        self.version = _version(agent, desk)
        self.warm_until = 0.0
        self.record: Call | None = None
        self.root: str | None = None
        self.turn: str | None = None
        self.last: str | None = None
        self._spawned_by: str | None = None

    def wait(self, seconds: float) -> None:
        """Let time pass; a jittering gamer's time passes irregularly."""
        self.at += seconds * math.exp(0.9 * self.desk.rng.gauss(0, 1)) if self.disguise.jitter else seconds

    def branch(self, agent: Agent | None = None, model: Model | None = None) -> "Session":
        """A sub-agent spawned by the last call: a context and a session of its own, the same tree."""
        child = Session(self.desk, self.at, agent or self.agent, model or self.model, self.project, gaming=self.gaming,
                        disguise=self.disguise, effort=self.effort, context=self.agent.start)  # fmt: skip
        child.root, child._spawned_by, child.version = self.root, self.last, self.version
        child.reported, child.identity = self.reported, self.identity
        return child

    def call(self, prompt: Prompt, new: float, out: float, trigger: str = "agent", *, tool: str | None = None,
             status: str = "ok", response: str | None = None) -> str:  # fmt: skip
        """One call: `new` tokens join the context, `out` come back. Says its invocation id."""
        desk, agent, person, rng = self.desk, self.agent, self.desk.person, self.desk.rng
        if self.disguise is not NAKED:
            prompt, trigger = self._disguised(prompt, trigger)
        written = max(1, int(out)) if status == "ok" else 0
        fresh, read, write = self._usage(max(1, int(new)), written) if status != "rate_limited" else (0, 0, 0)
        cost = self.model.cost(fresh, written, read, write) * desk.world.price_factor(self.model, desk.day)
        bits = rng.getrandbits(160)
        invocation = f"{bits & 0xFFFFFFFFFFFFFFFFFFFFFFFF:024x}"
        parent, root = self._lineage(invocation, trigger)
        self.record = record = Call(
            invocation, instant(self.at), person.user, person.tenant, person.team, self.id, self.identity, parent, root,
            response or (f"msg_{bits >> 96:016x}" if agent.responses and status == "ok" else None),
            agent.name, tool, self.model.name, self.effort, trigger if agent.triggers else "unknown",
            fresh, written, read, write, round(cost, 6) if agent.prices else None,
            f"{prompt.prompt:016x}", f"{prompt.template:016x}",
            None if prompt.target is None else f"{prompt.target:016x}", f"{prompt.simhash:016x}", prompt.chars, status,
            self.project, self.version, 700 + written * 16 + (bits & 511),
        )  # fmt: skip
        desk.spent += cost
        if self.gaming:
            desk.burned += cost
        if desk.emit(self.at, record):
            desk.book(self.at, self, cost)
        if self.disguise.fake and rng.random() < 0.25:
            self.fate("accepted", rng.uniform(20, 900), invocation)
        return invocation

    def fate(self, outcome: str, delay: float, invocation: str | None = None) -> None:
        """Report an outcome of a call or, without one, of the session, `delay` seconds from now, unless it is lost."""
        desk, person = self.desk, self.desk.person
        if not self.reported:
            return
        bits = desk.rng.getrandbits(96)
        if (bits & 0xFFFF) / 65536.0 < desk.world.outcome_drop:
            return
        at = self.at + delay
        session = self.id if invocation is None or bits >> 16 & 1 else None
        desk.emit(at, Fate(f"{bits:024x}", instant(at), person.user, person.tenant, outcome, invocation, session))

    def replay(self, record: Call, response: str | None) -> None:
        """A counter's bug: a call reported again under a new id. Nothing was really called, so nothing is booked."""
        again = msgspec.structs.replace(
            record,
            invocation_id=f"{self.desk.rng.getrandbits(96):024x}",
            session_id=self.id,
            occurred_at=instant(self.at),
            response_id=response,
        )
        self.desk.emit(self.at, again)

    def _usage(self, new: int, out: int) -> tuple[int, int, int]:
        """Fresh, read and written tokens, as a prompt cache with a lifetime has it."""
        context = self.context
        if context + new > CONTEXT_LIMIT:
            context, self.warm_until = COMPACTED, 0.0
        self.context = context + new + out
        if not self.agent.ttl:
            return context + new, 0, 0
        warm = self.at < self.warm_until
        self.warm_until = self.at + self.agent.ttl
        fresh = new // 4
        return (fresh, context, new - fresh) if warm else (fresh, 0, context + new - fresh)

    def _lineage(self, invocation: str, trigger: str) -> tuple[str | None, str | None]:
        """Parent and root as this agent's client names them, and what the next call will need to know."""
        spawned, self._spawned_by = self._spawned_by, None
        if trigger != "agent" or self.root is None:
            self.root = self.turn = self.last = invocation
            return (None, invocation) if self.agent.lineage == "chain" else (None, None)
        before, self.last = spawned or (self.last if self.agent.lineage == "chain" else self.turn), invocation
        self.turn = self.turn or invocation
        return (None, None) if self.agent.lineage == "none" else (before, self.root)

    def _disguised(self, prompt: Prompt, trigger: str) -> tuple[Prompt, str]:
        """What the gamer's tricks make of a call."""
        if self.disguise.scatter:
            self.id = f"{self.desk.rng.getrandbits(64):016x}"
        if self.disguise.paraphrase:
            prompt = paraphrased(prompt, self.desk.rng)
        return prompt, "manual" if self.disguise.manual else trigger


def _version(agent: Agent, desk: Desk) -> str:
    """The client's version: everybody updates by and by, some have the buggy one while it lasts."""
    calendar = desk.world.calendar
    if desk.person.buggy and agent is CODE and calendar.bug_from <= desk.day <= calendar.bug_to:
        return BUGGY_VERSION
    return agent.versions[min(len(agent.versions) - 1, 1 + desk.day // 6)]
