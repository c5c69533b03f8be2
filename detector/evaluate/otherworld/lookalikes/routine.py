"""What look-alikes are made of: single calls by machines, conversations by people."""

from dataclasses import dataclass

from detector.evaluate.otherworld.desk import Call, Desk
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.prompts import Ask, Topic
from detector.evaluate.otherworld.session import BUILD, Session, Stage


@dataclass(slots=True)
class Job:
    """A machine's kind of call: what it declares, how big it is, which agent makes it."""

    trigger: str
    fresh: float
    out: float
    tier: str = "mini"
    agent: str | None = None
    project: str | None = None
    tool: str | None = None


class Routine:
    """Base of look-alikes: one person's life and a chance of their own."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.chance = life.dice(type(self).__name__)
        self.setup()

    def setup(self) -> None:
        """What is settled once, before the first day."""

    def open(self, desk: Desk, job: Job, topic: Topic | None = None) -> Session:
        """A conversation for that kind of call."""
        session = Session(self.life, desk, topic or self.life.topic(job.project or "home", 3), job.project, job.tier)
        session.draft.agent = job.agent or desk.agent
        return session

    def fire(self, session: Session, job: Job, at: float, ask: Ask) -> Call:
        """One call as the job has it, sizes shaken by a quarter."""
        draft = session.draft
        draft.trigger, draft.tool, draft.status = job.trigger, job.tool, "ok"
        wobble = max(0.2, self.chance.gauss(1, 0.25))
        return session.call(at, ask, int(job.fresh * wobble), 1 + int(job.out * wobble))

    def talk(self, at: float, stage: Stage = BUILD, turns: int = 4, steps: float = 6, good: float = 0.85) -> list[Call]:
        """A conversation about something new at the person's usual desk; `good` is the share that is accepted."""
        life, chance = self.life, self.chance
        project = chance.choice(life.projects)
        session = Session(life, life.desk_of_work(), life.topic(project, 8), project)
        calls: list[Call] = []
        for _ in range(turns):
            calls += session.turn(at, chance.repeats(steps, 90), stage)
            at = calls[-1].at + 15 + chance.gamma(110, 0.8)
        self.judge(calls, good)
        return calls

    def judge(self, calls: list[Call], good: float) -> None:
        """Says of three calls in five what became of them, and of the session."""
        chance, desk = self.chance, calls[0].desk
        for call in calls:
            if chance.flip(0.6):
                desk.fate(call, "accepted" if chance.flip(good) else "rejected")
        desk.close(calls[-1], "accepted" if chance.flip(good) else "discarded")
