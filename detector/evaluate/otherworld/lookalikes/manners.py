"""Manners of working that only look odd: marathons, critics, night shifts, journeys, research, two prompts a week."""

from detector.evaluate.otherworld.lookalikes.routine import Job, Routine
from detector.evaluate.otherworld.prompts import Ask, reworded
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import BUILD, EXPLORE, REVIEW, TEST, Session


class Learner(Routine):
    """L5: asks what the handbook answers, often twice, in short words with long context, and reads all of it."""

    def setup(self) -> None:
        self.asked: list[Ask] = []

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0:
            return
        for at in self.life.rhythm.moments(day, self.chance.repeats(7, 20)):
            session = Session(
                self.life, self.life.desk_of_work(), self.life.topic(self.life.projects[0], 9), self.life.projects[0]
            )
            known = bool(self.asked) and self.chance.flip(0.2)
            ask = reworded(self.chance, self.chance.choice(self.asked)) if known else session.topic.ask(40)
            self.asked.append(ask)
            calls = [session.say(at, ask, 380, self.chance.randrange(500, 14_000))]
            for _ in range(self.chance.repeats(1.5, 6)):
                calls.append(session.step(calls[-1].at + 8, "search", EXPLORE))
            for tell in (calls[0].desk.fate, calls[0].desk.close):
                tell(calls[0], "read", 3.0)


class Marathon(Routine):
    """L6: one conversation all day: hundreds of steps over many files, prompts by hand all along, edits taken."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) < 0.5 or self.chance.flip(0.3):
            return
        project = self.life.projects[0]
        session = Session(self.life, self.life.desk_of_work(), self.life.topic(project, 60), project)
        at, end = self.life.rhythm.spans(day)[0][0], self.life.rhythm.spans(day)[1][1]
        while at < end:
            calls = session.turn(
                at, 4 + self.chance.repeats(22, 120), self.chance.choice((BUILD, BUILD, TEST, EXPLORE))
            )
            self.judge(calls[:-1], 0.85)
            at = calls[-1].at + self.chance.weibullvariate(420, 0.7)
        session.desk.close(calls[-1], "accepted")


class BuilderCritic(Routine):
    """L7: two agents in turn, one writes and one finds fault; differences shrink, then a person takes the result."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) < 0.5:
            return
        for at in self.life.rhythm.moments(day, self.chance.randrange(1, 4)):
            desk, project = self.life.desk("mesh"), self.life.projects[1]
            lead = self.open(desk, Job("manual", 0, 0, "large", project=project), self.life.topic(project, 4))
            root = lead.say(at, lead.topic.ask())
            roles = [lead.child("builder"), lead.child("critic")]
            roles[1].tier = "medium"
            last = root
            for round_ in range(self.chance.randrange(4, 16)):
                for session in roles:
                    session.draft.tool, session.draft.parent = None, last.id
                    ask = reworded(self.chance, root.ask)
                    out = max(60, int(2_400 / (1 + round_) * self.chance.uniform(0.7, 1.3)))
                    last = session.call(last.at + 6 + self.chance.weibullvariate(35, 1.2), ask, 900, out)
                if self.chance.flip(0.5):
                    desk.fate(last, "rejected" if self.chance.flip(0.6 / (1 + round_)) else "accepted", 0.3)
            for tell in (desk.fate, desk.close):
                tell(last, "accepted", 15.0)


class LightUse(Routine):
    """L13: two prompts a week, at no particular hour; that is all the job needs."""

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) > 0 and self.chance.flip(0.4):
            at = next(self.life.rhythm.moments(day, 1), self.life.midnight(day) + 10 * HOUR)
            calls = self.talk(at, REVIEW, 1, 0, 0.9)
            if self.chance.flip(0.7):
                calls[0].desk.fate(calls[0], "read")


class Journey(Routine):
    """L14: flies half around the world in mid-stream; from then on the day begins at another hour of UTC."""

    def setup(self) -> None:
        self.leaves = self.chance.randrange(2, max(3, self.life.calendar.days - 3))

    def day(self, day: int) -> None:
        zone = self.life.person.zone
        if day == self.leaves:
            # 14 hours ahead is the easternmost clock the stream's order allows for; 10 is the easternmost office.
            self.life.person.zone = zone + 9.0 if zone < 1 else zone - 8.0


class SplitShift(Routine):
    """L14: school at three, so the second half of the day is at night."""

    def setup(self) -> None:
        self.life.rhythm.split = True
        self.life.rhythm.starts = 7.0

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) > 0 and self.chance.flip(0.6):
            self.talk(self.life.midnight(day) + self.chance.uniform(21, 23.5) * HOUR, BUILD, 3, 5)


class Mover(Routine):
    """L15: from one day on the largest model for everything, with the new program version: dearer, not more."""

    def setup(self) -> None:
        self.moves = self.chance.randrange(self.life.calendar.days // 3, self.life.calendar.days)

    def day(self, day: int) -> None:
        if day == self.moves:
            self.life.tier = "large"
            desk = self.life.desk_of_work()
            desk.wears(f"{desk.client.name[:4]}/4.0.0")
