"""Output that nobody waits for: night runs, conversations kept alive, code thrown away as it comes."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.truth import Plot


class NightRuns(Scheme):
    """G02: at night, at even distances, an agent does rounds that nobody opens in the morning."""

    told = 0.12
    fates = ("no_op",)

    def bout(self, day: int) -> None:
        ask = constant(f"night {self.life.person.user}", 530)
        at = self.at_hour(day, self.chance.uniform(21.5, 24.0))
        # Between 2 and 20 minutes, so that the money lasts about until morning at some 20 cents a round.
        pace = min(1_200.0, max(120.0, 7 * HOUR * 0.2 / self.budget))
        self.fresh_session().tier = "medium"
        while self.left(at):
            self.session.draft.parent = self.session.draft.root = None
            first = self.fire(at, self.again(filled_in(self.chance, ask)), Shot("scheduled", None, 1_200, 500, 0.1))
            self.session.draft.parent = self.session.draft.root = first.id
            for step in range(3):
                tool = ("search", "read", "summarise")[step]
                self.fire(
                    at + 8 + 9 * step, self.topic.of_tool(tool, self.topic.files[0]), Shot("agent", tool, 900, 300, 0.1)
                )
            if self.session.context > 90_000:
                self.fresh_session()
            at += self.gap(pace)


class KeptAlive(Scheme):
    """G19: one conversation for days; every now and then a trivial word drags its whole history along."""

    clients = ("mesh", "terminal", "chat")
    told = 0.15
    fates = ("no_op",)
    least = 0.5

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.ask = constant(f"alive {life.person.user}", 11)
        self.session.context = 120_000

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            self.session.context = max(self.session.context, 110_000)
            self.fire(at, self.again(self.ask), Shot("manual", None, 20, 25, 0.2))
            at += self.gap(900.0)


class ToNowhere(Scheme):
    """G21: long output by machine, rejected or deleted at once or written to nothing."""

    told = 0.6
    fates = ("discarded", "rejected")

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.ask = constant(f"nowhere {life.person.user}", 240)

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(8, 20))
        while self.left(at):
            self.fresh_session()
            for _ in range(self.chance.randrange(2, 6)):
                ask = self.again(filled_in(self.chance, self.ask))
                self.fire(at, ask, Shot("scheduled", "write", 600, 7_000, 0.25))
                at += self.gap(95.0)
            at += self.gap(700.0)
