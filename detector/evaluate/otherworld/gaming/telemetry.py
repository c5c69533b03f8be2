"""Gaming the count itself."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.truth import Plot


class Fabrication(Scheme):
    """G24: usage that never was: the day's calls reported again under new ids, or sums that fit no price list."""

    clients = ("mesh", "terminal")
    told = 0.0

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.copies = self.chance.flip(0.5)

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(17, 23))
        template = self.fire(at, self.topic.ask(), Shot("manual", None, 3_000, 900))
        real = self.life.made[: self.begin] or [template]
        while self.left(at):
            if self.copies:
                call = self.chance.choice(real)
                for _ in range(self.chance.randrange(3, 12)):
                    at += self.gap(4.0)
                    call.desk.report_again(call, at, same_answer=False)
            else:
                at += self.gap(30.0)
                desk = self.session.desk
                # Round figures of an impossible size, and a cost that their size does not explain.
                desk.claims = self.chance.choice((0.05, 6.0, 14.0))
                size = self.chance.choice((50_000, 100_000, 400_000))
                self.fire(at, self.topic.ask(), Shot("manual", None, size, size // 20, 0.0))
                desk.claims = 1.0
