"""Gaming a number with a window: minimums, weekly-active bars, streaks, bursts before the count."""

from detector.evaluate.otherworld.gaming.scheme import Scheme, Shot
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.market import MINIMUM_USD
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.truth import Plot


class Minimum(Scheme):
    """G07: works less than the minimum asks, then makes up the difference late in the week, and stops just above."""

    told = 0.3
    fates = ("discarded", "no_op")

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.honest = MINIMUM_USD * (1.0 - plot.intensity)
        self.week = 0.0
        self.late = self.chance.choice((3, 4, 4, 6))
        life.ceiling = self.honest

    def day(self, day: int) -> None:
        if self.life.calendar.weekday(day) == 0:
            self.week, self.life.ceiling = 0.0, self.honest
        super().day(day)
        cost = sum(call.cost for call in self.life.made)
        self.week += cost
        self.life.ceiling = max(0.0, min(self.life.ceiling - cost, MINIMUM_USD - self.week))

    def ready(self, day: int) -> bool:
        """Late in the week, when the count is still short; what is missing is the budget."""
        missing = MINIMUM_USD - self.week - sum(call.cost for call in self.life.made)
        self.account = missing + MINIMUM_USD * self.chance.uniform(0.005, 0.05)
        return self.life.calendar.weekday(day) >= self.late and missing > 0

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(12, 17))
        while self.left(at):
            session = self.fresh_session()
            for _ in range(30):
                ask = self.again(self.topic.ask(60))
                session.tier = "large"
                self.fire(at, ask, Shot("manual", None, 3_000, 1_500))
                at += self.gap(25.0)
                if not self.left(at):
                    return


class WeeklyPing(Scheme):
    """G09: one prompt a week, on the same day at about the same time, to count as active."""

    clients = ("chat", "mesh", "editor")
    told = 0.0
    least = 0.0

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.weekday = self.chance.randrange(5)
        self.hour = self.chance.uniform(9, 16)
        self.ask = constant("weekly ping", 16)

    def ready(self, day: int) -> bool:
        return self.life.calendar.weekday(day) == self.weekday

    def bout(self, day: int) -> None:
        self.fresh_session()
        at = self.at_hour(day, self.hour) + self.gap(300.0)
        self.fire(at, self.again(self.ask), Shot("manual", None, 40, 60, 0.1))


class Streak(WeeklyPing):
    """G10: a day without work gets its one call shortly before midnight, so that the row of days has no gap."""

    def ready(self, day: int) -> bool:
        self.hour = self.chance.uniform(23.3, 23.8)
        return day >= self.plot.first and not self.life.made


class LastMinute(Scheme):
    """G11: nothing all week, then everything that is missing in the last hours of the window."""

    told = 0.3
    fates = ("discarded", "no_op")

    def __init__(self, life: Life, plot: Plot) -> None:
        super().__init__(life, plot)
        self.weekday = self.chance.choice((4, 6, 6))
        self.ask = constant(f"burst {life.person.user}", 350)

    def ready(self, day: int) -> bool:
        return self.life.calendar.weekday(day) == self.weekday and self.account > 0

    def bout(self, day: int) -> None:
        at = self.at_hour(day, self.chance.uniform(15, 19))
        while self.left(at):
            session = self.fresh_session()
            for _ in range(self.chance.randrange(8, 25)):
                session.tier = "large"
                self.fire(at, self.again(filled_in(self.chance, self.ask)), Shot("manual", None, 2_500, 1_800))
                at += self.gap(20.0)
                if not self.left(at):
                    return
