"""Honest people whose weeks resemble gaming: incidents, first weeks, long sessions, deadlines."""

from tests.apart.activities import ASK, BUILD, EXPLORE, FIX, REVIEW, WRITE
from tests.apart.almanac import Calendar
from tests.apart.clock import DAY, HOUR, MINUTE, local, weekday, weekend
from tests.apart.fates import settle
from tests.apart.prompts import keyed_hash, typed
from tests.apart.records import Diary
from tests.apart.work import Assignment, ask, assign, converse, open_session, work

GOOD_FATES = {"merged": 0.42, "accepted": 0.46, "rejected": 0.08, "no_op": 0.04}


def on_call(diary: Diary, calendar: Calendar) -> None:
    """An incident at night: hours of many short turns with every tool at hand, and an answer in the morning."""
    dice, start = diary.dice, local(diary.person.time_zone, calendar.incident, 22)
    for night in range(2):
        now = start + night * DAY + dice.between(0, HOUR)
        until = now + dice.between(4, 7) * HOUR
        while now < until:
            activity = dice.pick((FIX, REVIEW, ASK, FIX))
            session = work(
                diary, activity, now, size=2.2, fates={"accepted": 0.5, "read": 0.32, "merged": 0.1, "error": 0.08}
            )
            now = session.now + dice.around(2 * MINUTE, 0.7)


def hackathon(diary: Diary, calendar: Calendar) -> None:
    """Two days of prototypes beside everybody else who takes part; most of it is thrown away."""
    dice = diary.dice
    for day in (calendar.hackathon, calendar.hackathon + 1):
        idea = assign(diary, f"hack-{dice.bits(16):04x}")
        now = local(diary.person.time_zone, day, 9.5)
        while now < local(diary.person.time_zone, day, 21):
            now = work(diary, EXPLORE, now, idea, size=2.0).now + dice.around(12 * MINUTE, 0.8)


def first_weeks(diary: Diary, calendar: Calendar) -> None:
    """Somebody new: questions on a few subjects again and again, more each day, then fewer."""
    del calendar
    dice, person = diary.dice, diary.person
    subjects = [dice.bits(64) for _ in range(10)]
    for day in (day for day in range(diary.days) if not weekend(day)):
        for _ in range(round(min(12, 3 + day) if day < 14 else 4)):
            topic = Assignment(
                dice.pick(person.projects()), dice.pick(subjects), [keyed_hash("page", dice.whole(1, 40))]
            )
            work(diary, ASK, local(person.time_zone, day, dice.between(9, 17)), topic)


def long_session(diary: Diary, calendar: Calendar) -> None:
    """One session from morning to evening on one change: the person keeps steering, edits are taken as they come."""
    del calendar
    dice = diary.dice
    for day in (day for day in range(diary.days) if not weekend(day) and dice.chance(0.35)):
        assignment = assign(diary)
        session = open_session(diary, BUILD, local(diary.person.time_zone, day, 9.2), assignment.project)
        for _ in range(dice.whole(5, 8)):
            converse(session, BUILD, assignment, dice.whole(3, 6))
            assignment.files.append(keyed_hash(assignment.project, "new", dice.bits(32)))
            session.wait(dice.around(25 * MINUTE, 0.5))
        settle(session, GOOD_FATES)


def deadline(diary: Diary, calendar: Calendar) -> None:
    """The end of each sprint, every other Thursday and Friday: far more work, and far more of it is merged."""
    del calendar
    dice = diary.dice
    for day in (day for day in range(diary.days) if weekday(day) in {3, 4} and day // 7 % 2 == 1):
        now = local(diary.person.time_zone, day, 13)
        while now < local(diary.person.time_zone, day, 21.5):
            activity = dice.pick((BUILD, FIX, REVIEW) if diary.person.role == "engineer" else (WRITE, FIX))
            fates = None if activity is REVIEW else GOOD_FATES
            now = work(diary, activity, now, size=1.5, fates=fates).now + dice.around(4 * MINUTE, 0.7)


def light_role(diary: Diary, calendar: Calendar) -> None:
    """A question or two in a week, on the day of the staff meeting; nothing else."""
    del calendar
    dice, meeting = diary.dice, diary.dice.whole(0, 4)
    for day in (day for day in range(diary.days) if weekday(day) == meeting):
        assignment = assign(diary)
        session = open_session(diary, ASK, local(diary.person.time_zone, day, dice.between(9, 10)), assignment.project)
        for _ in range(dice.whole(1, 2)):
            ask(session, ASK, typed(dice, assignment.subject, 90))
            session.wait(dice.around(2 * MINUTE, 0.5))
        settle(session, ASK.fates)


def newest_model(diary: Diary, calendar: Calendar) -> None:
    """Everything on the newest model, at high effort, from the day it came out: the same work at another price."""
    for call in diary.calls:
        if call.moment >= calendar.new_model * DAY and call.status == "ok":
            calendar.rebill(call)
            call.effort = "high"


def nothing_more(diary: Diary, calendar: Calendar) -> None:
    """Those whose look is all in the hours of their ordinary work."""
    del diary, calendar
