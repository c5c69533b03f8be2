"""Machines under a person's name: build systems, review bots, migrations, evaluations, completion, pipelines."""

from detector.evaluate.otherworld.lookalikes.routine import Job, Routine
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import BUILD, TEST


class ReviewBot(Routine):
    """L1: a bot reviews each pull request of the team under one person's key; people answer or merge."""

    def setup(self) -> None:
        self.desk = self.life.desk("mesh")
        self.job = Job("event", 4_500, 500, "medium", "review-bot", self.life.projects[0], "comment")
        self.ask = constant(f"review {self.life.person.team}", 1_200)

    def day(self, day: int) -> None:
        weekend = self.life.calendar.weekday(day) > 4
        at = self.life.midnight(day) + 7 * HOUR
        for _ in range(self.chance.repeats(2 if weekend else 14, 60)):
            at += self.chance.weibullvariate(1_700, 0.7)
            session = self.open(self.desk, self.job)
            session.draft.target = self.chance.token(12)
            for part in range(self.chance.randrange(1, 5)):
                call = self.fire(session, self.job, at + part * 14, filled_in(self.chance, self.ask))
            self.desk.fate(call, self.chance.choice(("read", "read", "accepted", "rejected", "merged")))


class BuildKey(Routine):
    """L1: the build system explains red builds with a person's key; what it says ends merged or not."""

    def setup(self) -> None:
        self.desk = self.life.desk("runner")
        self.job = Job("ci", 6_000, 350, "medium", "build-doctor", self.life.projects[0])
        self.ask = constant(f"build {self.life.person.team}", 500)

    def day(self, day: int) -> None:
        at = self.life.midnight(day) + self.chance.uniform(0, 3) * HOUR
        while at < self.life.midnight(day) + 24 * HOUR:
            session = self.open(self.desk, self.job)
            for part in range(self.chance.randrange(1, 4)):
                call = self.fire(session, self.job, at + part * 9, filled_in(self.chance, self.ask))
            self.desk.close(call, "merged" if self.chance.flip(0.7) else "error")
            at += self.chance.weibullvariate(4_200, 0.6)


class Codemod(Routine):
    """L2: for a few days one prompt sends dozens of sub-agents, each to another file; most of it is merged."""

    def setup(self) -> None:
        self.desk = self.life.desk("terminal" if self.chance.flip(0.5) else "mesh")
        first = self.chance.randrange(1, max(2, self.life.calendar.days - 4))
        self.campaign = range(first, first + 4)
        self.ask = constant(f"codemod {self.life.person.user}", 1_500)

    def day(self, day: int) -> None:
        if day not in self.campaign or self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, 2):
            lead = self.open(self.desk, Job("manual", 0, 0, "medium", project=self.life.projects[0]))
            lead.say(at, lead.topic.ask())
            for number in range(self.chance.randrange(15, 70)):
                lead.topic.files = [self.chance.token(12)]
                child = lead.child("migrator")
                start = at + 20 + number // 8 * 95 + self.chance.uniform(0, 10)
                calls = [child.call(start, filled_in(self.chance, self.ask), 1_500, 300)]
                for tool in ("read", "edit", "test")[: self.chance.randrange(2, 4)]:
                    start += self.chance.weibullvariate(14, 1.2)
                    calls.append(child.step(start, tool, BUILD))
                word = "merged" if self.chance.flip(0.8) else "rejected"
                for call in calls:
                    self.desk.fate(call, word if call is calls[-1] else "accepted", 900.0 if word == "merged" else None)
            self.desk.close(calls[-1], "merged")


class Harness(Routine):
    """L11: the same questions to every model and setting, by the hundred, in a project that says so."""

    def setup(self) -> None:
        self.desk = self.life.desk("notebook" if self.chance.flip(0.5) else "terminal")
        self.asks = [constant(f"eval {self.life.person.user} {number}", 300) for number in range(25)]
        self.days = self.chance.sample(range(self.life.calendar.days), -(-self.life.calendar.days // 4))

    def day(self, day: int) -> None:
        if day not in self.days:
            return
        at = self.life.midnight(day) + self.chance.uniform(10, 19) * HOUR
        session = None
        for tier in ("mini", "medium", "large"):
            for effort in ("low", "high"):
                job = Job("scheduled", 900, 400, tier, "bench", "evaluation")
                session = self.open(self.desk, job)
                session.draft.effort = effort
                for ask in self.asks:
                    at += self.chance.weibullvariate(5, 1.3)
                    session.context = 1
                    last = self.fire(session, job, at, ask)
        if session is not None:
            for tell in (self.desk.fate, self.desk.close):
                tell(last, "read", 60.0)


class TypeAhead(Routine):
    """Completion while typing: many tiny calls, only while a person works, a third of them accepted."""

    def setup(self) -> None:
        self.desk = self.life.desk("complete")
        self.job = Job("manual", 900, 30)

    def day(self, day: int) -> None:
        need = self.life.rhythm.need(day)
        if need == 0:
            return
        session = self.open(self.desk, self.job, self.life.topic(self.life.projects[0], 9))
        for begin in self.life.rhythm.moments(day, int(self.chance.gamma(14 * need, 2))):
            at = begin
            for _ in range(self.chance.repeats(12, 80)):
                at += self.chance.weibullvariate(7, 0.7)
                call = self.fire(session, self.job, at, session.topic.ask(90))
                self.desk.fate(call, "accepted" if self.chance.flip(0.34) else "rejected", 0.1)


class Pipeline(Routine):
    """A classification job under a personal key: thousands of small calls a day, table rows are its outcome."""

    def setup(self) -> None:
        self.desk = self.life.desk("gateway")
        self.job = Job("scheduled", 350, 20, project="catalogue-tags", tool="classify")
        self.ask = constant(f"classify {self.life.person.user}", 220)

    def day(self, day: int) -> None:
        if self.life.calendar.weekday(day) > 4:
            return
        at = self.life.midnight(day) + 13 * HOUR + self.chance.uniform(0, 600)
        session = self.open(self.desk, self.job)
        for _ in range(self.chance.randrange(300, 900)):
            at += self.chance.weibullvariate(3.2, 1.4)
            session.context = 1  # no conversation: a bare call to the model
            session.draft.target = self.chance.token(12)
            self.fire(session, self.job, at, filled_in(self.chance, self.ask))


class TestFixLoop(Routine):
    """An honest loop: test, fix, test again, up to sixty times after one prompt, and then it is green and accepted."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) < 0.5:
            return
        for begin in self.life.rhythm.moments(day, self.chance.repeats(1.5, 4)):
            calls = self.talk(begin, BUILD, 1, 3)
            session = self.open(calls[0].desk, Job("manual", 0, 0, "medium", project=calls[0].project))
            at = session.say(calls[-1].at + 30, session.topic.ask()).at
            rounds = self.chance.randrange(8, 60)
            for round_ in range(rounds):
                for tool in ("test", "edit"):
                    at += self.chance.weibullvariate(16, 1.5)
                    last = session.step(at, tool, TEST)
                    if tool == "edit" and self.chance.flip(0.25 + 0.6 * round_ / rounds):
                        last.desk.fate(last, "accepted")
            for tell in (last.desk.fate, last.desk.close):
                tell(last, "accepted")
