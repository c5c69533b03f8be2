"""Callings that need much of an agent, or little: research, panels, building agents, long papers, tuning prompts."""

from detector.evaluate.otherworld.lookalikes.routine import Job, Routine
from detector.evaluate.otherworld.market import MINIMUM_USD
from detector.evaluate.otherworld.prompts import STOCK_ASKS, reworded
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import BUILD, EXPLORE, REVIEW, TEST, Session


class Researcher(Routine):
    """Explores in earnest and throws seven tenths away, knowing why."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(1, 6)):
            calls = self.talk(at, EXPLORE, self.chance.randrange(2, 7), 6, 0.3)
            if self.chance.flip(0.8):
                calls[-1].desk.fate(calls[-1], "discarded" if self.chance.flip(0.7) else "merged")


class Panel(Routine):
    """An honest fan-out: one question, sub-agents that each look elsewhere, and most of what they bring is used."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) < 0.5:
            return
        for at in self.life.rhythm.moments(day, self.chance.repeats(1.6, 4)):
            desk, project = self.life.desk("mesh"), self.life.projects[0]
            lead = self.open(desk, Job("manual", 0, 0, "medium", project=project))
            root = lead.say(at, lead.topic.ask())
            for _ in range(self.chance.randrange(4, 22)):
                child = lead.child(self.chance.choice(("explorer", "librarian", "tester")))
                child.topic = self.life.topic(self.chance.token(4), 12)
                calls = [child.call(at + self.chance.uniform(2, 40), child.topic.ask(), 700, 400)]
                for _ in range(self.chance.randrange(2, 12)):
                    calls.append(child.step(calls[-1].at + self.chance.weibullvariate(10, 0.9), "read", EXPLORE))
                if self.chance.flip(0.8):
                    desk.fate(calls[-1], "accepted" if self.chance.flip(0.75) else "rejected")
                    desk.fate(calls[0], "read")
            desk.fate(root, "read", 20.0)


class AgentSmith(Routine):
    """Builds agents for a living: dozens of names, each tried a few times by hand, the good ones merged."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(3, 9)):
            session = self.open(
                self.life.desk("mesh"), Job("manual", 0, 0, "medium", f"try-{self.chance.token(4)}", "agents")
            )
            begin = at
            for _ in range(self.chance.randrange(1, 5)):
                calls = session.turn(begin, self.chance.repeats(3, 12), TEST)
                begin = calls[-1].at + self.chance.weibullvariate(120, 0.9)
                self.judge(calls, 0.7)


class LongContext(Routine):
    """A monorepo or a thick contract in front of each question; answers are short and used."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(1, 6)):
            session = Session(
                self.life, self.life.desk_of_work(), self.life.topic(self.life.projects[2], 5), self.life.projects[2]
            )
            session.context = self.chance.randrange(50_000, 120_000)
            begin = at
            for _ in range(self.chance.randrange(2, 9)):
                calls = session.turn(begin, self.chance.repeats(1, 5), REVIEW)
                begin = calls[-1].at + self.chance.weibullvariate(100, 0.9)
                self.judge(calls, 0.85)


class SteadyNearMinimum(Routine):
    """The same amount of work each day, which happens to come out just above the published minimum each week."""

    def day(self, day: int) -> None:
        if self.life.calendar.weekday(day) > 4:
            return
        enough = MINIMUM_USD / 5 * self.chance.gauss(1.06, 0.05)
        for at in self.life.rhythm.moments(day, 12):
            if sum(call.cost for call in self.life.made) >= enough:
                return
            self.talk(at, BUILD, 2, 5)


class PromptTuner(Routine):
    """Works on a prompt: sends it again after each rejection, hardly changed, until the answer is right."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(1, 5)):
            session = Session(self.life, self.life.desk_of_work(), self.life.topic("prompts", 2), "prompts")
            ask, begin = session.topic.ask(500), at
            for attempt in range(self.chance.randrange(3, 14)):
                call = session.say(begin, ask if self.chance.flip(0.3) else reworded(self.chance, ask))
                call.desk.fate(call, "rejected" if self.chance.flip(0.9 - 0.06 * attempt) else "accepted", 0.5)
                begin += self.chance.weibullvariate(80, 1.1)
            for tell in (call.desk.fate, call.desk.close):
                tell(call, "accepted", 1.0)


class EveningCourse(Routine):
    """Approved learning time: an own project in the evening, small, by hand, most of it kept."""

    def day(self, day: int) -> None:
        if self.chance.flip(0.3):
            at = self.life.midnight(day) + self.chance.uniform(19, 22) * HOUR
            session = Session(self.life, self.life.desk_of_work(), self.life.topic("learning", 5), "learning")
            calls = session.turn(at, 3, BUILD)
            calls += [session.say(calls[-1].at + 60, self.chance.choice(STOCK_ASKS))]
            self.judge(calls, 0.8)
