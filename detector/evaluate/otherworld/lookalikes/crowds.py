"""What happens to many at once, once in a while: incidents, hackathons, training, roll-outs, deadlines, quotas."""

from detector.evaluate.otherworld.chance import Chance, chance
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.lookalikes.routine import Routine
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import BUILD, EXPLORE, TEST, Session


class Together(Routine):
    """Something that the members of a team share: `shared` draws the same for each of them."""

    shared: Chance
    day_of_it: int

    def __init__(self, life: Life) -> None:
        self.shared = chance(life.seed, type(self).__name__, life.person.team)
        self.day_of_it = self._working_day(life)
        super().__init__(life)

    def _working_day(self, life: Life) -> int:
        days = [day for day in range(life.calendar.days) if life.calendar.weekday(day) < 5]
        return self.shared.choice(days[len(days) // 4 :] or [0])


class Incident(Together):
    """L3: an outage at night: three colleagues, many prompts by hand, every tool, several conversations at once."""

    def day(self, day: int) -> None:
        if day != self.day_of_it:
            return
        begin = self.life.midnight(day) + self.shared.uniform(0, 24) * HOUR
        for thread in range(self.chance.randrange(2, 5)):
            at = begin + thread * 300 + self.chance.uniform(0, 600)
            for _ in range(self.chance.randrange(3, 9)):
                stage = self.chance.choice((EXPLORE, TEST, BUILD))
                at = self.talk(at, stage, self.chance.randrange(3, 9), 8, 0.6)[-1].at + 40


class Hackathon(Together):
    """L4: two days of prototypes by a whole team from one starter prompt; most is thrown away, and that is fine."""

    def setup(self) -> None:
        self.starter = constant(f"hackathon {self.life.person.team}", 900)

    def day(self, day: int) -> None:
        if day not in (self.day_of_it, self.day_of_it + 1):
            return
        project = f"hack-{self.shared.token(3)}"
        for at in self.life.rhythm.moments(day, self.chance.randrange(4, 10)):
            session = Session(self.life, self.life.desk_of_work(), self.life.topic(project, 15), project)
            calls = [session.say(at, filled_in(self.chance, self.starter), 1_500)]
            for _ in range(self.chance.randrange(2, 8)):
                calls += session.turn(
                    calls[-1].at + self.chance.weibullvariate(90, 0.9), self.chance.repeats(9, 60), BUILD
                )
            self.judge(calls, 0.3)


class TrainingDay(Together):
    """L4: everybody types the exercises of one course, to the letter, in one afternoon."""

    def setup(self) -> None:
        self.exercises = [constant(f"exercise {self.life.person.team} {number}", 160) for number in range(12)]

    def day(self, day: int) -> None:
        if day != self.day_of_it:
            return
        at = self.life.midnight(day) + 14 * HOUR + self.chance.uniform(0, 300)
        session = Session(self.life, self.life.desk_of_work(), self.life.topic("course", 4), "course", "medium")
        for exercise in self.exercises:
            for _ in range(1 + self.chance.repeats(0.4, 3)):
                calls = [session.say(at, exercise)]
                calls.append(session.step(calls[0].at + 12, "write", BUILD))
                at = calls[-1].at + self.chance.weibullvariate(380, 1.4)
                calls[0].desk.fate(calls[0], self.chance.choice(("read", "accepted", "discarded")))
        calls[-1].desk.close(calls[-1], "read")


class RollOut(Together):
    """A team gets a new slash command: from one day on the same template at every desk, and its results are taken."""

    def setup(self) -> None:
        self.command = constant(f"command {self.life.person.team}", 1_100)

    def day(self, day: int) -> None:
        if day < self.day_of_it or self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(2, 8)):
            project = self.chance.choice(self.life.projects)
            session = Session(self.life, self.life.desk_of_work(), self.life.topic(project, 3), project)
            calls = [session.say(at, filled_in(self.chance, self.command))]
            for tool in ("diff", "read", "edit"):
                calls.append(session.step(calls[-1].at + 9, tool, BUILD))
            self.judge(calls, 0.9)


class Deadline(Together):
    """L12: the days before a release: twice the hours, many sessions, and more is merged than ever."""

    def day(self, day: int) -> None:
        if not self.day_of_it - 3 < day <= self.day_of_it:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(4, 9)):
            late = at + (2.5 * HOUR if self.chance.flip(0.4) else 0.0)
            calls = self.talk(late, self.chance.choice((BUILD, TEST)), self.chance.randrange(3, 8), 9, 0.92)
            calls[-1].desk.fate(calls[-1], "merged", 300.0)


class QuotaReset(Routine):
    """L12: the plan renews on Monday, so the backlog is done with what is left of it on Friday and Sunday."""

    def day(self, day: int) -> None:
        weekday = self.life.calendar.weekday(day)
        if weekday != 4 and not (weekday == 6 and self.chance.flip(0.5)):
            return
        at = self.life.midnight(day) + self.chance.uniform(13, 17) * HOUR
        for _ in range(self.chance.randrange(3, 9)):
            calls = self.talk(at, BUILD, self.chance.randrange(3, 7), 10, 0.88)
            calls[-1].desk.fate(calls[-1], "merged", 900.0)
            at = calls[-1].at + self.chance.weibullvariate(400, 0.9)
