"""Ordinary work: tasks that go through stages over days; sessions come out of tasks, outcomes out of their end."""

import math
from dataclasses import dataclass

from detector.evaluate.otherworld.desk import Call
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.prompts import Topic
from detector.evaluate.otherworld.session import STAGES, Session, Stage

MOST_SESSIONS = 22
"""Sessions a day at most: a person has to read something of what comes out."""

MOST_STEPS = 140
"""Tool steps after one prompt at most: clients stop and ask."""


@dataclass(slots=True)
class Task:
    """Something to get done. `left` counts sessions until the stage is through."""

    topic: Topic
    project: str
    good: bool
    stage: int = 0
    left: int = 1


class OrdinaryWork:
    """What most people do all day, and what everybody else does beside what makes them special."""

    def __init__(self, life: Life, scale: float = 1.0, kept: float | None = None) -> None:
        """`scale` multiplies how much there is to do, `kept` replaces the role's share of work that is kept."""
        self.life = life
        self.chance = life.dice("work")
        self.scale = scale * life.person.appetite
        self.kept = life.person.job.kept if kept is None else kept
        self.tasks: list[Task] = []

    def day(self, day: int) -> None:
        """A day's sessions; newcomers ramp up over three weeks."""
        person = self.life.person
        need = self.life.rhythm.need(day)
        if person.joined >= 0:
            need *= min(1.0, (day - person.joined + 4) / 18)
        mean = need * person.job.sessions * self.scale**0.5 * (0.5 if person.part_time else 1.0)
        count = min(MOST_SESSIONS, self.chance.repeats(mean, MOST_SESSIONS))
        if count:
            for at in self.life.rhythm.moments(day, count):
                self.session(at)

    def task(self) -> Task:
        """What to go on with: the newest tasks first, a new one when there is room in the head."""
        chance = self.chance
        if not self.tasks or (len(self.tasks) < 4 and chance.flip(0.25)):
            # One matter in twelve is tried out in a scratch directory first.
            project = f"scratch-{chance.token(5)}" if chance.flip(0.08) else chance.choice(self.life.projects)
            topic = self.life.topic(project, int(chance.pareto(2, 0.9, 60)))
            self.tasks.append(Task(topic, project, chance.flip(self.kept), left=1 + chance.repeats(1.0, 8)))
        return self.tasks[-1 - min(len(self.tasks) - 1, chance.repeats(0.6, 3))]

    def session(self, at: float) -> None:
        """One conversation about one task, in bursts: most prompts follow the last answer, some come after a pause."""
        if self.life.ceiling < math.inf and sum(call.cost for call in self.life.made) >= self.life.ceiling:
            return
        chance, task = self.chance, self.task()
        stage = STAGES[task.stage]
        session = Session(self.life, self.life.desk_of_work(), task.topic, task.project)
        calls: list[Call] = []
        while True:
            steps = chance.repeats(self.life.person.job.steps * self.scale**0.4, MOST_STEPS)
            calls += session.turn(at, steps, stage)
            self.judge(calls[-steps - 1 :], task)
            # Self-exciting: each answer provokes 0.7 prompts at once; one time in eight the person comes back later.
            if chance.flip(0.7):
                at = calls[-1].at + 10 + chance.gamma(95, 0.8)
            elif chance.flip(0.12):
                at = calls[-1].at + chance.weibullvariate(1_800, 0.8)
            else:
                break
        self.end(task, stage, calls)

    def judge(self, calls: list[Call], task: Task) -> None:
        """The person looks at an answer and its edits; a good task has more of them accepted."""
        chance, desk = self.chance, calls[0].desk
        if chance.flip(0.85):
            desk.fate(calls[0], "read" if len(calls) == 1 and chance.flip(0.7) else self._word(task), 2.0)
        for call in calls[1:]:
            if chance.flip(0.5):
                desk.fate(call, self._word(task))

    def _word(self, task: Task) -> str:
        return "accepted" if self.chance.flip(0.86 if task.good else 0.45) else "rejected"

    def end(self, task: Task, stage: Stage, calls: list[Call]) -> None:
        """The session is over; perhaps the stage, perhaps the task is too."""
        desk, last = calls[-1].desk, calls[-1]
        if stage.name in {"explore", "review"}:
            desk.close(last, "read")
        elif self.chance.flip(0.8):
            desk.close(last, self._word(task))
        task.left -= 1
        if task.left > 0:
            return
        task.left = 1 + self.chance.repeats(0.8, 8)
        # A failed test sends the task back to building one time in three; that converges.
        task.stage += -1 if stage.name == "test" and self.chance.flip(0.33) else 1
        if task.stage == len(STAGES):
            self.tasks.remove(task)
            desk.fate(last, "merged" if task.good else "discarded")
