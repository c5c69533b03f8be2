"""One thing many times: doubled prompts, swarms of sub-agents, an agent for everything, a comment on everything."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.prompts import Ask, constant, filled_in
from detector.evaluate.otherworld.session import EXPLORE, Session
from detector.evaluate.otherworld.truth import Plot


class Doubling(Scheme):
    """G14: what was asked and answered is asked again, minutes later or the next day, in another conversation."""

    clients = ("mesh", "terminal", "notebook", "chat")
    told = 0.2
    fates = ("discarded", "rejected")
    least = 0.25

    def bout(self, day: int) -> None:
        answered = [call for call in self.life.made[: self.begin] if call.ask.chars > 30 and call.ask.form != "edit"]
        if not answered:
            answered = [self.session.say(self.at_work(day), self.topic.ask())]
        self.chance.shuffle(answered)
        for call in answered * 4:
            at = call.at + self.chance.uniform(45, 600)
            if not self.left(at):
                return
            self.fresh_session().context = call.tokens.read + call.tokens.write
            self.session.last = at - 30
            tokens = call.tokens
            self.fire(at, self.again(call.ask), Shot("manual", None, tokens.fresh, tokens.out, 0.1))


class Swarm(Scheme):
    """G12: one prompt, dozens of sub-agents on the same errand at the same time; next to nothing of it is used."""

    clients = ("mesh", "terminal", "hearth")
    least = 1.5
    told = 0.3

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            root = self.fresh_session()
            errand = self.topic.ask()
            begin = at = root.say(at, errand).at
            for _ in range(self.chance.randrange(12, 90)):
                if not self.left(at):
                    break
                at = max(at, self._child(root, errand, begin + self.chance.uniform(1, 60)))
            at += self.chance.uniform(600, 3_600)

    def _child(self, root: Session, errand: Ask, at: float) -> float:
        """One sub-agent: the errand again, hardly changed, and a few steps; returns when it was done."""
        child = root.child(f"worker-{self.chance.randrange(99)}")
        if self.hides("mislabelled_trigger"):
            child.draft.trigger, child.draft.parent, child.draft.root = "manual", None, None
        if self.hides("fresh_sessions"):
            child.draft.session = self.chance.token(20)
        call = child.call(at, self.again(filled_in(self.chance, errand)), 900, 500)
        child.draft.parent = call.id
        for _ in range(self.chance.randrange(2, 9)):
            at += self.gap(12.0)
            self.fate(child.step(at, self.chance.choice(EXPLORE.tools), EXPLORE))
        if self.chance.flip(0.05):
            call.desk.fate(call, "accepted")
        return at


class Sprawl(Scheme):
    """G13: ever more agents that call each other, each of them a handful of times; no person reads any of it."""

    clients = ("mesh", "hearth")
    told = 0.1
    fates = ("no_op",)

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.names = [
            f"{self.chance.choice(('scout', 'rank', 'watch', 'note'))}-{self.chance.token(4)}" for _ in range(90)
        ]

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            session = self.fresh_session()
            session.draft.parent = session.draft.root = None
            for depth in range(self.chance.randrange(3, 9)):
                session.draft.agent = self.chance.choice(self.names)
                trigger = "agent" if depth else "event"
                call = self.fire(at, self.again(self.topic.ask()), Shot(trigger, None, 1_500, 600))
                session.draft.parent, session.draft.root = call.id, session.draft.root or call.id
                at += self.gap(20.0)
            at += self.gap(400.0)


class CommentsOnEverything(Scheme):
    """G15: an agent that answers every event of every repository with boilerplate that nobody opens."""

    clients = ("mesh", "hearth", "gateway")
    told = 0.1
    fates = ("no_op", "discarded")
    least = 0.3

    def bout(self, day: int) -> None:
        ask = constant(f"comment {self.life.person.user}", 320)
        at = self.at_hour(day, self.chance.uniform(6, 10))
        while self.left(at):
            self.session.context = 0
            self.session.draft.target = self.chance.token(12)
            self.fire(at, self.again(filled_in(self.chance, ask)), Shot("event", None, 2_600, 180, 0.4))
            # Repository events come in flurries: a push sets off several.
            at += (
                self.chance.weibullvariate(12, 0.8) if self.chance.flip(0.75) else self.chance.weibullvariate(500, 0.8)
            )
