"""One honest session of work: a person asks, the agent takes steps, the person looks and asks again."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.apart.activities import Activity
from tests.apart.clock import MINUTE
from tests.apart.fates import settle
from tests.apart.prompts import Prompt, keyed_hash, scaffold, typed
from tests.apart.records import Call, Diary
from tests.apart.sessions import Session

FILES_OF_PROJECT = 220
SCAFFOLDS_OF_TOOL = 5  # forms in which the platform words a step with one tool
THINKING = 1.6 * MINUTE  # median time a person takes to read and answer
STEP_GAP = 9.0  # seconds, median from one agent step to the next
ERROR_SHARE = 0.015  # of calls: provider errors and rate limits, repeated by the client
CANCELLED_SHARE = 0.01
REGENERATED_SHARE = 0.03  # of turns: the answer did not please and the same words are sent once more
TURNS_SIGMA, STEPS_SIGMA, SIZE_SIGMA = 0.75, 0.8, 0.75  # the same task differs up to thirty-fold in tokens


@dataclass(slots=True)
class Assignment:
    """What a session is about: the project, the files at hand and the subject as a 64-bit meaning."""

    project: str
    subject: int
    files: list[str]


def assign(diary: Diary, project: str | None = None) -> Assignment:
    dice = diary.dice
    project = project or dice.pick(diary.person.projects())
    # A handful of files a session, a few of them everybody's favourites.
    files = [keyed_hash(project, int(FILES_OF_PROJECT * dice.unit() ** 2)) for _ in range(dice.whole(2, 9))]
    return Assignment(project, dice.bits(64), files)


def open_session(diary: Diary, activity: Activity, start: float, project: str) -> Session:
    person, dice = diary.person, diary.dice
    context = activity.start_up * person.context * dice.between(0.8, 1.3)
    return Session(
        diary, start, activity.agent, activity.kind, project, person.model, effort=person.effort, context=context
    )


def work(
    diary: Diary,
    activity: Activity,
    start: float,
    assignment: Assignment | None = None,
    *,
    size: float = 1.0,
    fates: Mapping[str, float] | None = None,
) -> Session:
    """A whole session, from the first question to what became of it; `size` scales the number of turns."""
    assignment = assignment or assign(diary)
    session = open_session(diary, activity, start, assignment.project)
    converse(session, activity, assignment, max(1, round(diary.dice.around(activity.turns * size, TURNS_SIGMA))))
    settle(session, fates or activity.fates)
    return session


def converse(session: Session, activity: Activity, assignment: Assignment, turns: int) -> None:
    """So many turns of a person, each with the agent's steps, with human pauses between."""
    dice = session.diary.dice
    for _ in range(turns):
        question = ask(session, activity, typed(dice, assignment.subject, activity.chars))
        if dice.chance(REGENERATED_SHARE):
            session.wait(dice.around(25, 0.6))
            question = ask(session, activity, question.prompt)
        for _ in range(round(dice.around(activity.steps, STEPS_SIGMA))):
            question_step(session, activity, assignment, question)
        session.wait(dice.around(THINKING, 0.9))


def ask(session: Session, activity: Activity, prompt: Prompt) -> Call:
    """A person's own turn; what fails is sent again with the very same prompt."""
    dice = session.diary.dice
    while dice.chance(ERROR_SHARE):
        session.call(prompt, 0, status="rate_limited" if dice.chance(0.4) else "error")
        session.wait(dice.between(2, 30))
    status = "cancelled" if dice.chance(CANCELLED_SHARE) else "ok"
    added = dice.around(activity.added * 0.4, SIZE_SIGMA) + prompt.chars / 4
    call = session.call(
        prompt, dice.around(activity.output, SIZE_SIGMA), added=added, fresh=dice.around(30, 1.0), status=status
    )
    session.wait(call.duration + dice.between(0.5, 3))
    return call


def question_step(session: Session, activity: Activity, assignment: Assignment, cause: Call) -> Call:
    """One step the agent takes by itself with one of its tools on one of the files."""
    dice = session.diary.dice
    tool, target = dice.pick(activity.tools), dice.pick(assignment.files)
    prompt = scaffold(activity.agent, tool, dice.whole(1, SCAFFOLDS_OF_TOOL), target, dice)
    while dice.chance(ERROR_SHARE):
        session.call(prompt, 0, tool=tool, trigger="agent", cause=cause, status="error")
        session.wait(dice.between(2, 20))
    added = dice.around(activity.added, SIZE_SIGMA)
    output = dice.around(activity.output * 0.6, SIZE_SIGMA)
    call = session.call(
        prompt, output, added=added, fresh=dice.around(12, 1.0), tool=tool, trigger="agent", cause=cause
    )
    session.wait(call.duration + dice.around(STEP_GAP * 0.6, 0.7))
    return call
