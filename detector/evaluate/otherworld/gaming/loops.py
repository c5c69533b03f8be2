"""Agents that go on and on: endless tasks, burn daemons, floods of tiny calls, scripts that colleagues share."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.truth import Plot


class EndlessTask(Scheme):
    """G01: an agent sent on a pointless errand, a few tools round and round, hardly any change from step to step."""

    fates = ("no_op", "no_op", "rejected")

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        pace = self.chance.uniform(8, 40)
        tools = self.chance.sample(("search", "read", "summarise", "list", "compare"), 3)
        asks = {tool: self.topic.of_tool(tool, self.topic.files[0]) for tool in tools}
        root = self.fresh_session().say(at, self.topic.ask())
        turn = 0
        while self.left(at):
            at += self.gap(pace)
            tool = tools[turn % 3]
            turn += 1
            self.session.draft.parent = self.session.draft.root = root.id
            self.session.draft.target = self.topic.files[0]
            self.fire(at, self.again(asks[tool]), Shot("agent", tool, 500, 350, 0.06))


class BurnDaemon(Scheme):
    """G23: a process that calls around the clock at one pace with one text, often under a false flag."""

    clients = ("mesh", "hearth", "gateway")
    told = 0.1
    fates = ("no_op",)
    least = 0.2

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.ask = constant(f"daemon {life.person.user}", 640)
        self.flag = self.chance.choice(("manual", "heartbeat", "scheduled", "unknown"))
        self.each = 0.02

    def ready(self, day: int) -> bool:
        return day >= self.plot.first

    def bout(self, day: int) -> None:
        # The pace of the day is what the account allows at the price of yesterday's calls, a call a minute at most.
        pace = min(1_800.0, max(60.0, 24 * HOUR * self.each / self.budget))
        at, end = self.at_hour(day, 0.0) + self.chance.uniform(0, pace), self.at_hour(day, 24.0)
        made = 0
        while at < end and self.left(at):
            self.fire(at, self.again(self.ask), Shot(self.flag, None, 900, 450, 0.04))
            made += 1
            if self.session.context > 60_000:
                self.fresh_session()
            at += self.gap(pace)
        self.left(at)
        self.each = max(0.002, self.spent / max(1, made))


class Flood(Scheme):
    """G16: tiny calls, every few seconds, for hours and days."""

    clients = ("gateway", "complete", "mesh")
    told = 0.02
    fates = ("no_op",)
    most = 4_000

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(0, 6))
        pace = self.chance.uniform(1.5, 9.0)
        ask = constant(f"flood {self.life.person.user}", 90)
        self.fresh_session().tier = "mini"
        while self.left(at):
            self.session.context = 1  # no conversation: a bare call to the model
            self.session.tier = "mini"
            self.fire(at, self.again(filled_in(self.chance, ask)), Shot("unknown", None, 220, 45, 0.1))
            at += self.gap(pace)


class SharedScript(Scheme):
    """G26: the same script at several desks: one template, one cadence, nobody looks at what comes out."""

    clients = ("mesh", "terminal", "hearth")
    told = 0.15
    fates = ("no_op", "discarded")
    least = 0.3

    def bout(self, day: int) -> None:
        ask = constant(f"script {self.plot.group}", 410)
        at = self.at_work(day)
        self.fresh_session()
        while self.left(at):
            if self.session.context > 50_000:
                self.fresh_session()
            self.fire(at, self.again(filled_in(self.chance, ask)), Shot("scheduled", None, 2_500, 900, 0.1))
            at += self.gap(180.0)
