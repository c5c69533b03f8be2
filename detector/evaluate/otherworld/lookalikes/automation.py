"""Agents that work while their people sleep, as advertised: heartbeats, digests, mail, deployments."""

from detector.evaluate.otherworld.lookalikes.routine import Job, Routine
from detector.evaluate.otherworld.prompts import constant, filled_in
from detector.evaluate.otherworld.rhythm import HOUR
from detector.evaluate.otherworld.session import Session

ALL_DAY = 24 * HOUR


class Heartbeat(Routine):
    """L8: every 30 or 60 minutes the same words over the whole main conversation; nearly always nothing to do."""

    def setup(self) -> None:
        self.desk = self.life.desk("hearth")
        self.every = self.chance.choice((1_800.0, 1_800.0, 3_600.0))
        self.ask = constant("heartbeat", 420)
        self.job = Job("heartbeat", 60, 8)
        self.session = self.open(self.desk, self.job)
        self.session.context = self.chance.randrange(15_000, 70_000)

    def day(self, day: int) -> None:
        if day < self.life.person.joined:
            return
        begin = self.life.midnight(day)
        for beat in range(int(ALL_DAY / self.every)):
            at = begin + beat * self.every + self.chance.uniform(0, 4)
            self.session.last = at - 60  # this host pays for an hour of cache
            call = self.fire(self.session, self.job, at, self.ask)
            self.desk.fate(call, "no_op" if self.chance.flip(0.96) else "read")


class NightlyDigest(Routine):
    """L8: consolidates the day's notes at night; its person reads the result with the first coffee."""

    read = 1.0

    def setup(self) -> None:
        self.desk = self.life.desk("hearth" if self.chance.flip(0.6) else "mesh")
        self.hour = self.chance.uniform(1, 5)
        self.job = Job("scheduled", 9_000, 900, "medium", "digest")
        self.ask = constant(f"digest {self.life.person.user}", 900)

    def day(self, day: int) -> None:
        at = self.life.midnight(day) + self.hour * HOUR + self.chance.uniform(0, 40)
        session, last = self.open(self.desk, self.job), None
        for _ in range(self.chance.randrange(4, 15)):
            last = self.fire(session, self.job, at, filled_in(self.chance, self.ask))
            at += self.chance.weibullvariate(25, 0.9)
        if last is not None and self.chance.flip(self.read) and self.life.rhythm.need(day) > 0:
            minutes = max(20.0, (self.life.rhythm.spans(day)[0][0] - at) / 60)
            for word in (self.desk.fate, self.desk.close):
                word(last, "read", minutes)
            self.follow_up(session, at + minutes * 60 + 90)

    def follow_up(self, session: Session, at: float) -> None:
        """A question or two about what the digest says, in its own conversation."""
        for _ in range(self.chance.repeats(0.8, 3)):
            at = session.say(at, session.topic.say()).at + 70


class HalfReadDigest(NightlyDigest):
    """L8: the same, but every other morning there is no time for it: honest automation with a modest yield."""

    read = 0.5


class MailTriage(Routine):
    """L8: sorts mail as it comes, day and night, in flurries; labels are the result, someone looks at the odd one."""

    def setup(self) -> None:
        self.desk = self.life.desk("hearth")
        self.job = Job("event", 1_400, 60, "mini", "mail-sorter", tool="label")
        self.ask = constant("mail triage", 700)

    def day(self, day: int) -> None:
        at = self.life.midnight(day)
        end = at + ALL_DAY
        session = self.open(self.desk, self.job)
        rate = self.chance.uniform(12, 45) if self.life.rhythm.need(day) else 5.0
        while True:
            at += 5 if self.chance.flip(0.5) else self.chance.expovariate(rate / 2 / ALL_DAY)
            if at >= end:
                return
            session.context = 0
            session.draft.target = self.chance.token(12)
            call = self.fire(session, self.job, at, filled_in(self.chance, self.ask))
            self.desk.fate(call, self.chance.choice(("accepted", "read", "no_op")))


class DeployWatcher(Routine):
    """L8: looks every few minutes at a deployment while it runs, reports, stops; alerts are read, quiet ones aren't."""

    def setup(self) -> None:
        self.desk = self.life.desk("mesh")
        self.job = Job("scheduled", 1_800, 120, "medium", "deploy-watch", self.life.projects[0], "status")
        self.ask = constant(f"deploy watch {self.life.person.team}", 260)

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) < 0.5:
            return
        for at in self.life.rhythm.moments(day, self.chance.repeats(1.4, 4)):
            session = self.open(self.desk, self.job)
            for look in range(self.chance.randrange(6, 40)):
                call = self.fire(session, self.job, at + look * 120, filled_in(self.chance, self.ask))
                if self.chance.flip(0.8):
                    self.desk.fate(call, "read" if self.chance.flip(0.25) else "no_op")
            self.desk.close(call, "read")
