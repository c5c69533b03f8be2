"""Automation people own: scheduled digests, nightly batches, heartbeats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.apart.clock import DAY, HOUR, local, weekend
from tests.apart.fates import settle
from tests.apart.prices import MIDDLE, SMALL
from tests.apart.prompts import Prompt, fixed, keyed_hash
from tests.apart.records import Diary
from tests.apart.sessions import Session

DIGEST_SHARE = 0.2  # of people with a job that sums up mail, tickets or data before they start
HEARTBEAT_SHARE = 0.05  # of people who let an agent look after something all the time
DIGEST_FATES = {"read": 0.78, "no_op": 0.14, "discarded": 0.08}
BATCH_SHARE = 0.04  # of people who have some list sorted or labelled every night, a tiny call an item
BATCH_FATES = {"read": 0.5, "accepted": 0.4, "error": 0.05, "no_op": 0.05}
HEARTBEAT_FATES = {"no_op": 0.62, "read": 0.38}
HEARTBEAT_GAP = 1800.0  # seconds, the platform's default
HEARTBEAT_CONTEXT = 9000.0  # tokens: a job of its own carries little; the main session carries far more
DIGEST_TOOLS = ("read_mail", "list_tickets", "sql", "summarise")


@dataclass(frozen=True, slots=True)
class Job:
    """A standing order: its prompt, agent, project and how its runs are labelled."""

    agent: str
    project: str
    prompt: Prompt
    model: str
    trigger: str
    context: float
    output: float


def standing_jobs(diary: Diary) -> None:
    """The automation an ordinary person may own."""
    dice = diary.dice
    if dice.chance(DIGEST_SHARE):
        morning_digest(diary)
    if dice.chance(BATCH_SHARE):
        nightly_batch(diary)
    if dice.chance(HEARTBEAT_SHARE):
        first = dice.whole(0, 10)
        heartbeat(diary, first, min(diary.days, first + dice.whole(5, 18)), HEARTBEAT_CONTEXT)


def morning_digest(diary: Diary) -> None:
    """A run before each working day, at a fixed minute, whose report is opened in the morning."""
    dice, person = diary.dice, diary.person
    agent = f"digest-{dice.pick(('mail', 'tickets', 'metrics', 'deploys'))}"
    job = Job(agent, person.projects()[3], fixed(dice, 640), dice.pick((SMALL, MIDDLE)), "scheduled", 7000, 500)
    hour, steps = person.starts_at - dice.between(1.0, 5.0), dice.whole(3, 10)
    for day in range(dice.whole(0, 6), diary.days):
        if not weekend(day):
            run(diary, job, local(person.time_zone, day, hour), steps, DIGEST_FATES)


def nightly_batch(diary: Diary) -> None:
    """A list labelled overnight: one template, each item another target, a table that is used the next day."""
    dice, person = diary.dice, diary.person
    job = Job("labeller", person.projects()[2], fixed(dice, 300), SMALL, "scheduled", 0, 60)
    hour = dice.between(1.0, 4.0)
    for day in range(dice.whole(0, 8), diary.days):
        session = open_job(diary, job, local(person.time_zone, day, hour))
        for _ in range(dice.whole(40, 180)):
            session.context = 0.0
            item = job.prompt.on(keyed_hash("item", dice.bits(48)), dice, 6)
            session.call(item, dice.around(job.output, 0.5), added=0, fresh=dice.around(700, 0.5))
            session.wait(dice.around(2.5, 0.4))
        settle(session, BATCH_FATES)


def heartbeat(diary: Diary, first: int, last: int, context: float) -> None:
    """A fixed prompt each half hour, day and night; a session a day; mostly nothing to do."""
    dice = diary.dice
    job = Job("heartbeat", diary.person.projects()[3], fixed(dice, 380), SMALL, "heartbeat", context, 12)
    start = first * DAY + dice.between(0, HEARTBEAT_GAP)
    for day in range(last - first):
        beats = (start + day * DAY + beat * HEARTBEAT_GAP + dice.between(0, 4) for beat in range(48))
        pulse(diary, job, beats, HEARTBEAT_FATES)


def run(diary: Diary, job: Job, start: float, steps: int, fates: Mapping[str, float]) -> Session:
    """One run of a job: its standing prompt, then steps with tools on what is there today."""
    dice = diary.dice
    session = open_job(diary, job, start + dice.between(0, 5))
    today = keyed_hash(job.prompt.text, round(start / HOUR))
    opening = session.call(job.prompt, job.output, added=1500)
    for step in range(steps):
        session.wait(dice.around(8, 0.5))
        target = keyed_hash(today, step)
        session.call(
            job.prompt.on(target, dice, 9),
            dice.around(job.output, 0.5),
            added=dice.around(1800, 0.6),
            trigger="agent",
            tool=dice.pick(DIGEST_TOOLS),
            cause=opening,
        )
    settle(session, fates)
    return session


def pulse(diary: Diary, job: Job, beats: Iterable[float], fates: Mapping[str, float]) -> Session:
    """The same prompt at each of the moments, in one session."""
    dice, session = diary.dice, None
    for beat in beats:
        session = session or open_job(diary, job, beat)
        session.now = beat
        session.call(job.prompt, dice.around(job.output, 0.25), added=60)
    if session is None:
        raise ValueError("a pulse needs at least one beat")
    settle(session, fates)
    return session


def open_job(diary: Diary, job: Job, start: float) -> Session:
    return Session(diary, start, job.agent, "job", job.project, job.model, job.trigger, context=job.context)
