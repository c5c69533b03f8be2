"""Gaming by hand: needless questions, prototypes nobody wants, sledgehammers for nuts, games on the company's money."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.market import LIST
from detector.evaluate.otherworld.prompts import Ask, reworded
from detector.evaluate.otherworld.session import BUILD, EXPLORE
from detector.evaluate.otherworld.truth import Plot


class DocQuestions(Scheme):
    """G03: what the handbook answers is asked of the agent, again and again, with half the handbook as context."""

    clients = ("mesh", "chat", "terminal", "editor")
    told = 0.1
    fates = ("discarded",)
    least = 0.3

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.known: list[Ask] = [self.topic.ask(45) for _ in range(6)]

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            self.fresh_session()
            old = self.chance.choice(self.known)
            ask = self.again(old) if self.chance.flip(0.5) else reworded(self.chance, old)
            self.fire(at, ask, Shot("manual", None, self.chance.uniform(8_000, 30_000), 350))
            for _ in range(self.chance.randrange(0, 3)):
                at += self.gap(7.0)
                self.fire(at, self.topic.of_tool("search", self.topic.files[0]), Shot("agent", "search", 2_500, 150))
            at += self.chance.weibullvariate(700, 0.7)


class Throwaway(Scheme):
    """G04: a prototype in a fresh scratch project, a few prompts of much code, then nothing ever again."""

    clients = ("mesh", "terminal", "editor")
    told = 0.4
    fates = ("discarded", "rejected")
    least = 1.0

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            self.project = f"scratch-{self.chance.token(5)}"
            self.topic = self.life.topic(self.project, 12)
            self.fresh_session()
            for _ in range(self.chance.randrange(2, 6)):
                self.fire(at, self.topic.ask(), Shot("manual", None, 900, 1_500))
                for _ in range(self.chance.randrange(4, 14)):
                    at += self.chance.weibullvariate(20, 1.0)
                    file = self.chance.choice(self.topic.files)
                    self.session.draft.target = file
                    self.fire(at, self.topic.of_tool("write", file), Shot("agent", "write", 700, 3_500))
                if not self.left(at):
                    return
                at += self.chance.weibullvariate(150, 0.9)
            at += self.chance.weibullvariate(2_400, 0.8)


class Sledgehammer(Scheme):
    """G05: an agent with all its machinery for a change of one word; it fails, is sent again, is rejected."""

    clients = ("terminal", "editor", "mesh")
    told = 0.65
    fates = ("rejected", "rejected", "error", "discarded")

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            ask = self.topic.ask(14)
            session = self.fresh_session()
            session.tier = "large"
            for _ in range(self.chance.randrange(1, 5)):
                self.fire(at, self.again(ask), Shot("manual", None, 300, 200))
                for _ in range(self.chance.randrange(10, 30)):
                    at += self.gap(9.0)
                    tool = self.chance.choice((*BUILD.tools, *EXPLORE.tools))
                    self.fire(at, self.topic.of_tool(tool, self.topic.files[0]), Shot("agent", tool, 1_200, 250))
                if not self.left(at):
                    return
                at += self.chance.weibullvariate(60, 0.9)
            at += self.chance.weibullvariate(900, 0.8)


class Escalation(Scheme):
    """G20: the dearest model at the highest effort for small talk, and every model once for the collection."""

    clients = ("mesh", "terminal", "editor")
    told = 0.3
    fates = ("discarded", "rejected")

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        models = sorted(LIST, key=lambda name: -LIST[name].out)[:3] * 3 + sorted(LIST)
        while self.left(at):
            session = self.fresh_session()
            session.fixed_model = self.chance.choice(models)
            session.draft.effort = "high"
            for _ in range(self.chance.randrange(2, 8)):
                self.fire(at, self.again(self.topic.ask(18)), Shot("manual", None, 150, 1_800))
                at += self.gap(60.0)
            at += self.chance.weibullvariate(900, 0.8)


class OwnProjects(Scheme):
    """G22: a game or a side business in the evenings and on weekends, built like real work; some of it is kept."""

    clients = ("terminal", "mesh", "editor")
    told = 0.3
    fates = ("accepted", "accepted", "rejected", "discarded")
    least = 1.0

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.project = f"{self.chance.choice(('pixel', 'shop', 'quest', 'blog'))}-{self.chance.token(4)}"
        self.topic = life.topic(self.project, 25)

    def ready(self, day: int) -> bool:
        free = self.life.calendar.weekday(day) > 4 or self.chance.flip(0.4)
        return super().ready(day) and (free or day >= self.plot.last - 2)

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(18, 22))
        session = self.fresh_session()
        while self.left(at):
            self.fire(at, self.topic.say(), Shot("manual", None, 500, 700))
            for _ in range(self.chance.repeats(8, 40)):
                at += self.chance.weibullvariate(11, 0.8)
                tool = self.chance.choice(BUILD.tools)
                self.session.draft.target = self.chance.choice(self.topic.files)
                self.fire(at, self.topic.of_tool(tool, self.session.draft.target), Shot("agent", tool, 800, 600, 0.6))
            at += 20 + self.chance.gamma(120, 0.8)
            if session.context > 120_000:
                session = self.fresh_session()
