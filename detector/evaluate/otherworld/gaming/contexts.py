"""Making each call bigger: needless files in front of it, caches written again and again."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.session import EXPLORE, TTL


class Stuffing(Scheme):
    """G17: fifty files for a question of one line, the same fifty each time."""

    clients = ("mesh", "terminal", "editor")
    told = 0.3
    fates = ("discarded", "rejected", "no_op")
    least = 0.5

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        while self.left(at):
            session = self.fresh_session()
            session.context = self.chance.randrange(80_000, 150_000)
            session.last = 0.0
            session.draft.target = self.topic.files[0]
            self.fire(at, self.again(self.topic.ask(30)), Shot("manual", None, self.chance.uniform(3_000, 25_000), 120))
            for _ in range(self.chance.randrange(0, 3)):
                at += self.gap(30.0)
                self.fire(at, self.again(self.topic.ask(20)), Shot("manual", None, 60, 90))
            at += self.chance.weibullvariate(1_000, 0.7)


class Churn(Scheme):
    """G18: a prefix that changes with each call, so that the whole context is written to the cache each time."""

    clients = ("mesh", "terminal")
    told = 0.25
    fates = ("no_op", "discarded")
    least = 0.5

    def bout(self, day: int) -> None:
        at = self.at_work(day)
        session = self.fresh_session()
        session.context = 60_000
        while self.left(at):
            self.session.context = max(40_000, self.session.context)
            self.session.last = at - 2 * TTL
            self.fire(at, self.again(self.topic.ask(60)), Shot("manual", None, 200, 250))
            if self.chance.flip(0.4):
                at += self.gap(15.0)
                self.session.last = at - 2 * TTL
                self.fire(at, self.topic.of_tool("read", self.topic.files[0]), Shot("agent", "read", *EXPLORE[2:]))
            at += self.gap(75.0)
