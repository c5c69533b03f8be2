"""Faults of programs that look like faults of people: bugs, histories reported twice, storms of retries."""

from detector.evaluate.otherworld.desk import Draft
from detector.evaluate.otherworld.lookalikes.crowds import Together
from detector.evaluate.otherworld.lookalikes.routine import Job, Routine
from detector.evaluate.otherworld.market import Tokens
from detector.evaluate.otherworld.prompts import constant


class ClientBug(Together):
    """L9: one bad version, at several people's desks on the same day, polls with the whole context and no user."""

    def setup(self) -> None:
        self.desk = self.life.desk("terminal")
        self.ask = constant("bug poll", 30)

    def day(self, day: int) -> None:
        if day == self.day_of_it:
            self.desk.wears("term/3.1.0")
        if day == self.day_of_it + 2:
            self.desk.wears("term/3.1.1")
        if not self.day_of_it <= day < self.day_of_it + 2:
            return
        session = self.open(self.desk, Job("unknown", 40, 12, "medium"))
        session.context = 45_000
        at, every = self.life.midnight(day), self.shared.uniform(240, 1_300)
        for number in range(int(86_000 / every)):
            session.context = min(session.context, 60_000)
            self.fire(session, Job("unknown", 40, 12, "medium"), at + number * every, self.ask)


class ReplayedHistory(Routine):
    """L10: resuming a conversation reports all of its calls again under new ids, with the provider's old answer ids."""

    same_answer = True

    def day(self, day: int) -> None:
        if self.life.rhythm.need(day) == 0 or self.chance.flip(0.5):
            return
        for at in self.life.rhythm.moments(day, 1):
            calls = self.talk(at, turns=self.chance.randrange(2, 6))
            resumed = calls[-1].at + self.chance.weibullvariate(3_000, 0.8)
            for _ in range(self.chance.randrange(1, 4)):
                for number, call in enumerate(calls):
                    call.desk.report_again(call, resumed + number * 0.02, same_answer=self.same_answer)
                resumed += self.chance.weibullvariate(1_500, 0.8)


class ForkedSession(ReplayedHistory):
    """L10: the same where answer ids are made up anew: only runs of equal usage give it away."""

    same_answer = False


class RetryStorm(Routine):
    """L16: the provider answers 429 and 500 for an hour; the program tries again and again, and then it works."""

    def setup(self) -> None:
        days = self.life.calendar.days
        self.days = set(self.chance.sample(range(days), -(-days // 6)))

    def day(self, day: int) -> None:
        if day not in self.days:
            return
        desk = self.life.desk_of_work()
        for at in self.life.rhythm.moments(day, 2):
            session = self.open(desk, Job("manual", 900, 400, "medium", project=self.life.projects[0]))
            ask = session.topic.ask()
            wait, begin = 1.0, at
            for _ in range(self.chance.randrange(15, 120)):
                draft = Draft(
                    session.draft.session, desk.agent, None, desk.model("medium", begin), session.draft.trigger
                )
                draft.status = "rate_limited" if self.chance.flip(0.8) else "error"
                desk.call(draft, begin, ask, Tokens(0, 0))
                wait = min(60.0, wait * self.chance.uniform(1.1, 2.0))
                begin += wait
            call = session.say(begin, ask)
            for tell in (desk.fate, desk.close):
                tell(call, "accepted")
