"""What all gaming has in common: a share of the person's dollars to burn, and ways to hide it."""

from typing import NamedTuple

from detector.evaluate.otherworld.desk import Call
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.market import DAY
from detector.evaluate.otherworld.prompts import Ask, reworded
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import Session
from detector.evaluate.otherworld.truth import Plot

WAYS_TO_HIDE = ("jitter", "paraphrase", "fake_outcomes", "mislabelled_trigger", "fresh_sessions", "spread")
"""What evasive gamers do; each picks a few."""


class Shot(NamedTuple):
    """What one call of a scheme looks like: tokens in and out on average, and how much they vary (relative)."""

    trigger: str
    tool: str | None
    fresh: float
    out: float
    wobble: float = 0.35


class Scheme:
    """A way to game. Subclasses say what a bout is; here is how many dollars it gets and how it hides.

    Every honest dollar puts `intensity / (1 - intensity)` dollars on the account; a bout spends what is there.
    """

    clients: tuple[str, ...] = ("mesh", "terminal", "editor", "hearth")
    """Programs that the scheme runs on; each person uses one of them, those who spread use all."""

    least = 0.6
    """Dollars that must be on the account for a bout: nobody sets up an agent for a cent."""

    most = 1_500
    """Calls in one bout."""

    told = 0.45
    """Share of calls or sessions whose sorry fate is known at all."""

    fates: tuple[str, ...] = ("rejected", "discarded", "no_op")
    """What becomes of the output when somebody says."""

    def __init__(self, life: Life, plot: Plot) -> None:
        self.life, self.plot = life, plot
        self.chance = life.dice("scheme", plot.behaviour)
        self.account = self.budget = self.spent = 0.0
        self.begin = self.seen = 0
        self.fresh = self.chance.choice((0.2, 0.2, 1.0)) if self.hides("fresh_sessions") else 0.0
        self.home = self.chance.choice(self.clients)
        self.topic = life.topic(life.projects[0], 4)
        self.project: str | None = life.projects[0]
        self.session = self.fresh_session()

    # -- money

    def day(self, day: int) -> None:
        """Called at the end of each day, when it is known what honest work cost."""
        honest = sum(call.cost for call in self.life.made)
        if not self.plot.first <= day < self.plot.last:
            return
        self.plot.honest += honest
        self.account += honest * self.plot.intensity / (1.0 - self.plot.intensity)
        if self.ready(day):
            self.budget, self.spent = max(self.account, self.least), 0.0
            self.begin = self.seen = len(self.life.made)
            self.bout(day)
            self.left(0.0)
            self.account -= self.spent
            self.plot.note(self.life.made[self.begin :])

    def ready(self, day: int) -> bool:
        """Whether today is a day for it; at the latest when the plan ends soon and nothing was done yet."""
        return self.account >= self.least or (not self.plot.calls and day >= self.plot.last - 2)

    def left(self, at: float) -> bool:
        """Whether to go on at that moment: dollars, calls and the stream must not be used up."""
        made = self.life.made
        self.spent += sum(call.cost for call in made[self.seen :])
        self.seen = len(made)
        return self.spent < self.budget and self.seen - self.begin < self.most and at < self.life.outbox.end

    def bout(self, day: int) -> None:
        """Burns the budget of that day."""
        raise NotImplementedError

    # -- hiding

    def hides(self, way: str) -> bool:
        return way in self.plot.evasive

    def gap(self, mean: float) -> float:
        """Seconds to the next call: as a machine keeps time, or shaken."""
        if self.hides("jitter"):
            return 1.0 + self.chance.spread(mean * 0.7, 0.85)
        return max(0.5, self.chance.gauss(mean, mean * 0.03))

    def again(self, ask: Ask) -> Ask:
        """The same prompt once more, or the same wish in other words."""
        return reworded(self.chance, ask) if self.hides("paraphrase") else ask

    def fresh_session(self) -> Session:
        """A new conversation; those who spread take another program, project and agent name each time."""
        spread = self.hides("spread")
        desk = self.life.desk(self.chance.choice(self.clients) if spread else self.home)
        project = self.chance.choice(self.life.projects) if spread else self.project
        session = Session(self.life, desk, self.topic, project)
        if spread and desk.agent is not None:
            session.draft.agent = f"{desk.agent}-{self.chance.randrange(1, 5)}"
        self.session = session
        return session

    def fire(self, at: float, ask: Ask, shot: Shot) -> Call:
        """One call of the scheme, with its trigger as declared and its fate as faked or found."""
        chance = self.chance
        if chance.flip(self.fresh):
            tree = self.session.draft
            draft = self.fresh_session().draft
            draft.parent, draft.root, draft.target = tree.parent, tree.root, tree.target
        draft = self.session.draft
        draft.trigger = "manual" if self.hides("mislabelled_trigger") else shot.trigger
        draft.tool, draft.status = shot.tool, "ok"
        fresh, out = (max(10, int(mean * abs(chance.gauss(1, shot.wobble)))) for mean in (shot.fresh, shot.out))
        call = self.session.call(at, ask, fresh, out)
        self.fate(call)
        return call

    def fate(self, call: Call) -> None:
        """What is said of the call: the sorry truth now and then, or a lie."""
        chance = self.chance
        if self.hides("fake_outcomes") and chance.flip(0.2):
            word = chance.choice(("accepted", "read"))
            call.desk.fate(call, word)
            call.desk.close(call, word)
        elif chance.flip(self.told):
            word = chance.choice(self.fates)
            call.desk.fate(call, word)
            if chance.flip(0.1):
                call.desk.close(call, word)

    def at_work(self, day: int) -> float:
        """A moment of the working day."""
        begin, end = self.life.rhythm.spans(day)[0]
        return self.chance.uniform(begin, end)

    def at_hour(self, day: int, hour: float) -> float:
        """That hour on the person's own clock; over 24 is the next morning."""
        return min(self.life.midnight(day) + hour * HOUR, self.life.midnight(day) + 2 * DAY)
