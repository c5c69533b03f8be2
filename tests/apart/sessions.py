"""A session with an agent: its growing context, its cache, its tree of calls, and the bill of each."""

from dataclasses import dataclass, field

from tests.apart.prices import PRICES, WITHOUT_WRITES
from tests.apart.prompts import Prompt
from tests.apart.records import Call, Diary

CONTEXT_CEILING = 165_000  # tokens; the client then summarises what went before
SUMMARY = 28_000  # tokens left after summarising
OUTPUT_PACE = 0.014  # seconds a token of output
FIRST_TOKEN = 1.2  # seconds before the first
NO_RESPONSE_ID_SHARE = 0.04  # some gateways drop the provider's id


@dataclass(slots=True)
class Session:
    """One running session: set once what it is for, then call after call."""

    diary: Diary
    now: float
    agent: str
    kind: str
    project: str
    model: str
    trigger: str = "manual"
    effort: str | None = None
    version: str = ""
    context: float = 12_000.0
    identity: str = ""
    spent: float = 0.0
    calls: list[Call] = field(default_factory=list)
    _cached_until: float = -1.0

    def __post_init__(self) -> None:
        self.identity = self.identity or self.diary.new_id("s")
        self.version = self.version or self.diary.person.version
        self.diary.kinds[self.identity] = self.kind

    def call(
        self,
        prompt: Prompt,
        output: float,
        *,
        added: float = 400.0,
        fresh: float = 40.0,
        tool: str | None = None,
        trigger: str | None = None,
        cause: Call | None = None,
        status: str = "ok",
        cold: bool = False,
    ) -> Call:
        """One call at the present moment; `cause` is the call that led to it, `cold` says the cache was thrown away."""
        read, written = self._cache(added, cold=cold or status != "ok")
        call = self._record(prompt, self._billable(fresh, output, read, written), status)
        call.tool, call.trigger = tool, trigger or self.trigger
        self._place(call, cause)
        self.spent += call.cost
        self.calls.append(call)
        self.diary.calls.append(call)
        if status == "ok":
            self._grow(added + output)
        return call

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def _cache(self, added: float, *, cold: bool) -> tuple[int, int]:
        warm = self.now < self._cached_until and not cold
        return (round(self.context), round(added)) if warm else (0, round(self.context + added))

    def _billable(self, fresh: float, output: float, read: int, written: int) -> tuple[int, int, int, int]:
        """Token classes as the model's vendor counts them: some have no cache writes, all that is new is fresh."""
        if self.model in WITHOUT_WRITES:
            fresh, written = fresh + written, 0
        return max(3, round(fresh)), max(1, round(output)), read, written

    def _grow(self, tokens: float) -> None:
        self._cached_until = self.now + self.diary.person.cache_lifetime
        self.context += tokens
        if self.context > CONTEXT_CEILING:
            self.context = float(SUMMARY)
            self._cached_until = -1.0

    def _record(self, prompt: Prompt, tokens: tuple[int, int, int, int], status: str) -> Call:
        """The bare record; a failed call is not billed and has no provider's answer."""
        diary, failed = self.diary, status != "ok"
        fresh, output, read, written = (0, 0, 0, 0) if failed else tokens
        named = not failed and not diary.dice.chance(NO_RESPONSE_ID_SHARE)
        duration = diary.dice.around(FIRST_TOKEN + OUTPUT_PACE * output, 0.3)
        return Call(
            identity=diary.new_id("i"),
            moment=self.now,
            arrival=self.now + duration + _transport(diary),
            session=self.identity,
            parent=None,
            root=None,
            response=diary.new_id("msg") if named else None,
            agent=self.agent,
            tool=None,
            model=self.model,
            effort=self.effort,
            trigger=self.trigger,
            fresh=fresh,
            output=output,
            read=read,
            written=written,
            cost=PRICES[self.model].cost(fresh, output, read, written),
            prompt=prompt,
            status=status,
            project=self.project,
            version=self.version,
            duration=duration,
        )

    def _place(self, call: Call, cause: Call | None) -> None:
        if self.diary.person.sends_tree:
            call.parent = cause.identity if cause else None
            call.root = (cause.root or cause.identity) if cause else call.identity


def _transport(diary: Diary) -> float:
    """Seconds from a call's end to its record's arrival: moments, or now and then a laptop that was offline."""
    return diary.dice.between(60, 900) if diary.dice.chance(0.004) else diary.dice.between(0.2, 3.0)
