"""A conversation with an agent: prompts, the tool steps they set off, and a context that grows and is cached."""

from typing import NamedTuple

from detector.evaluate.otherworld.desk import Call, Desk, Draft
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.market import Tokens
from detector.evaluate.otherworld.prompts import Ask, Topic

TTL = 300.0
"""Seconds that a provider keeps a prompt prefix; after that the whole context is written again."""

WINDOW = 170_000
"""Tokens at which a client folds the conversation into a summary."""


class Stage(NamedTuple):
    """A phase of a task: which tools an agent reaches for, and mean tokens read in and put out a step."""

    name: str
    tools: tuple[str, ...]
    fresh: float
    out: float


EXPLORE = Stage(
    "explore", ("read", "read", "read", "search", "search", "list", "fetch", "summarise", "compare"), 2_600.0, 300.0
)
BUILD = Stage("build", ("edit", "edit", "read", "edit", "write", "shell", "search"), 1_300.0, 900.0)
TEST = Stage("test", ("test", "shell", "edit", "read", "test"), 1_700.0, 450.0)
REVIEW = Stage("review", ("diff", "read", "comment", "read"), 2_800.0, 400.0)
STAGES = (EXPLORE, BUILD, TEST, REVIEW)


class Session:
    """One conversation at one desk; times are Unix seconds and only grow."""

    def __init__(self, life: Life, desk: Desk, topic: Topic, project: str | None, tier: str | None = None) -> None:
        self.life, self.desk, self.topic = life, desk, topic
        self.chance = life.chance
        self.tier = tier or ("large" if self.chance.flip(0.4) else life.tier)
        self.fixed_model: str | None = None
        self.draft = Draft(session=self.chance.token(20), agent=desk.agent, project=project)
        if self.draft.agent is not None and life.person.role != "manager" and self.chance.flip(0.15):
            self.draft.agent += f"-{self.chance.randrange(1, 5)}"  # a second window, a second profile
        self.draft.effort = self.chance.choice((None, None, "low", "medium", "high"))
        self.context = 0
        self.tail = 0
        self.last = 0.0
        self.pace = self.chance.gamma(9.0, 3.0)

    def usage(self, at: float, fresh: int, out: int) -> Tokens:
        """What a call costs in tokens here and now: history from the cache while it is warm, else written again."""
        client = self.desk.client
        if not client.caches:
            tokens = Tokens(fresh + min(self.context, 4_000) + client.opening, out)
        elif self.context == 0:
            tokens = Tokens(fresh, out, 0, client.opening)
            self.context = client.opening
        elif at - self.last > TTL:
            tokens = Tokens(fresh, out, 0, self.context)
        else:
            tokens = Tokens(fresh, out, max(0, self.context - self.tail), self.tail)
        self.tail = fresh + out
        self.context += self.tail
        if self.context > WINDOW:
            self.context, self.tail = WINDOW // 8, 0
        self.last = at
        return tokens

    def call(self, at: float, ask: Ask | None, fresh: int, out: int) -> Call:
        """One call with the draft as it stands."""
        draft = self.draft
        draft.model = self.fixed_model or self.desk.model(self.tier, at)
        draft.seconds = 0.6 + out / 55.0
        return self.desk.call(draft, at, ask, self.usage(at, fresh, out))

    def say(self, at: float, ask: Ask, out: float = 420.0, extra: int = 0) -> Call:
        """A person types something; `extra` is fresh context that comes along with it."""
        draft = self.draft
        draft.tool = draft.parent = draft.root = draft.target = None
        draft.trigger, draft.status = "manual", "ok"
        call = self.call(at, ask, ask.chars // 4 + extra + 60, 30 + int(self.chance.weibullvariate(out, 0.9)))
        draft.parent = draft.root = call.id
        draft.trigger = "agent"
        return call

    def step(self, at: float, tool: str, stage: Stage) -> Call:
        """The agent uses a tool on a file of the matter."""
        chance, draft = self.chance, self.draft
        draft.tool = tool
        draft.target = chance.choice(self.topic.files)
        draft.status = "error" if chance.flip(0.03) else "ok"
        fresh = 40 + int(chance.weibullvariate(stage.fresh, 0.7))
        return self.call(
            at, self.topic.of_tool(tool, draft.target), fresh, 20 + int(chance.weibullvariate(stage.out, 0.8))
        )

    def turn(self, at: float, steps: int, stage: Stage) -> list[Call]:
        """A prompt and the steps it sets off."""
        calls = [self.say(at, self.topic.say())]
        for _ in range(steps):
            at += 1.0 + self.chance.weibullvariate(self.pace, 0.8)
            calls.append(self.step(at, self.chance.choice(stage.tools), stage))
        return calls

    def child(self, agent: str) -> "Session":
        """A sub-agent's own conversation, caused by the last prompt here."""
        child = Session(self.life, self.desk, self.topic, self.draft.project, self.tier)
        child.draft = Draft(
            session=self.draft.session,
            agent=agent,
            project=self.draft.project,
            trigger="agent",
            parent=self.draft.root,
            root=self.draft.root,
        )
        return child
