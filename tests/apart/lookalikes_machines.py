"""Honest automation that resembles gaming: bots, codemods, critics, heartbeats, bugs, harnesses."""

from dataclasses import replace

from tests.apart.activities import BUILD, FIX
from tests.apart.almanac import Calendar
from tests.apart.clock import DAY, HOUR, MINUTE, local, weekend
from tests.apart.fates import settle, settle_call
from tests.apart.jobs import Job, heartbeat, open_job
from tests.apart.prices import LARGE, MIDDLE, SMALL
from tests.apart.prompts import fixed, keyed_hash, typed
from tests.apart.records import Diary
from tests.apart.sessions import Session
from tests.apart.work import assign, open_session, work

MAIN_SESSION_CONTEXT = 60_000.0  # tokens a heartbeat replays in the main session, its default place
FAULTY_VERSION = "3.9.0"  # the client that sends its last request again and again
MERGED_MIGRATION = {"merged": 0.8, "rejected": 0.08, "error": 0.12}


def review_bot(diary: Diary, calendar: Calendar) -> None:
    """A review bot under its owner's key: a call for every pull request, most remarks acted on."""
    del calendar
    dice = diary.dice
    job = Job("review-bot", diary.person.projects()[0], fixed(dice, 900), MIDDLE, "ci", 9000, 260)
    for day in range(diary.days):
        for _ in range(dice.whole(2, 6) if weekend(day) else dice.whole(18, 45)):
            session = open_job(diary, job, day * DAY + dice.between(6, 22) * HOUR)
            request = job.prompt.on(keyed_hash("pull request", dice.bits(32)), dice, 9)
            session.call(request, dice.around(job.output, 0.7), added=dice.around(4500, 0.8), tool="diff")
            settle(session, {"accepted": 0.42, "merged": 0.18, "read": 0.25, "no_op": 0.15})


def migration(diary: Diary, calendar: Calendar) -> None:
    """A codemod: one template, another file for each agent, nearly all of it merged, then it is over."""
    del calendar
    dice = diary.dice
    for campaign in range(dice.whole(2, 3)):
        start = local(diary.person.time_zone, 8 + 7 * campaign, dice.between(10, 14))
        session = open_session(diary, BUILD, start, f"codemod-{dice.bits(16):04x}")
        root = session.call(typed(dice, dice.bits(64), 900), 900, added=6000)
        order = fixed(dice, 700)
        for _ in range(dice.whole(60, 150)):
            session.now = start + dice.between(60, 5 * HOUR)
            file = order.on(keyed_hash("file", dice.bits(48)), dice, 8)
            child = session.call(
                file, dice.around(700, 0.7), added=dice.around(2500, 0.7), tool="edit_file", trigger="agent", cause=root
            )
            settle_call(session, child, MERGED_MIGRATION)


def builder_and_critic(diary: Diary, calendar: Calendar) -> None:
    """Two agents on two models in turns: one builds, the other objects, the changes shrink, the last one is taken."""
    del calendar
    dice = diary.dice
    for day in (day for day in range(diary.days) if not weekend(day) and dice.chance(0.6)):
        for _ in range(dice.whole(1, 3)):
            assignment = assign(diary)
            session = open_session(
                diary, BUILD, local(diary.person.time_zone, day, dice.between(9, 17)), assignment.project
            )
            opening = session.call(typed(dice, assignment.subject, 400), 700, added=3000)
            _rounds(session, assignment.files[0], opening.prompt.meaning, dice.whole(4, 9))
            settle(session, {"merged": 0.5, "accepted": 0.42, "rejected": 0.08})


def _rounds(session: Session, file: str, subject: int, rounds: int) -> None:
    dice, opening = session.diary.dice, session.calls[0]
    build, judge = replace(fixed(dice, 500), meaning=subject), replace(fixed(dice, 450), meaning=subject)
    for number in range(rounds):
        for agent, model, order, size in (("builder", LARGE, build, 1800), ("critic", MIDDLE, judge, 600)):
            session.wait(dice.between(15, 70))
            session.agent, session.model = agent, model
            output = dice.around(size * 0.72**number, 0.25)
            session.call(
                order.on(file, dice, 5),
                output,
                added=dice.around(900, 0.4),
                trigger="agent",
                tool="edit_file",
                cause=opening,
            )


def main_session_heartbeat(diary: Diary, calendar: Calendar) -> None:
    """The platform's own heartbeat, left at its defaults: it replays the main session every half hour."""
    del calendar
    heartbeat(diary, 0, diary.days, MAIN_SESSION_CONTEXT)


def faulty_client(diary: Diary, calendar: Calendar) -> None:
    """A client release that repeats its last request for two or three days with nobody at the keyboard."""
    dice, first = diary.dice, calendar.faulty_client
    for day in range(first, min(diary.days, first + dice.whole(2, 3))):
        start = local(diary.person.time_zone, day, dice.between(11, 20))
        session = work(diary, FIX, start)
        for call in session.calls:
            call.version = FAULTY_VERSION
        session.version, stuck = FAULTY_VERSION, session.calls[-1]
        for _ in range(dice.whole(120, 420)):
            session.wait(dice.between(20, 45))
            session.call(
                stuck.prompt, dice.around(60, 0.3), added=120, trigger="agent", tool=stuck.tool, cause=session.calls[0]
            )


def counter_bug(diary: Diary, calendar: Calendar) -> None:
    """Resumed sessions whose log is counted again: other invocation ids, the provider's same answers."""
    del calendar
    for call in [call for call in diary.calls if call.response]:
        if int(keyed_hash(call.session, "forked"), 16) % 100 < 22:
            copy = replace(call, identity=diary.new_id("i"), arrival=call.arrival + 20 * MINUTE)
            copy.session = f"{call.session}-resumed"
            diary.calls.append(copy)


def harness(diary: Diary, calendar: Calendar) -> None:
    """An evaluation: the same cases over models and efforts in a registered project, whose tables are read."""
    del calendar
    dice = diary.dice
    cases = [fixed(dice, 600) for _ in range(dice.whole(15, 30))]
    for day in (day for day in range(4, diary.days) if not weekend(day) and dice.chance(0.3)):
        start = local(diary.person.time_zone, day, dice.between(9, 18))
        for model in (SMALL, MIDDLE, LARGE):
            for effort in ("low", "high"):
                job = Job("evaluator", "evaluation-suite", cases[0], model, "scheduled", 2500, 400)
                session = open_job(diary, job, start)
                session.effort = effort
                for case in cases:
                    session.wait(dice.around(5, 0.5))
                    session.call(case, dice.around(300 if effort == "low" else 900, 0.6), added=300, cold=True)
                settle(session, {"read": 0.8, "accepted": 0.2})
                start = session.now


def retry_storm(diary: Diary, calendar: Calendar) -> None:
    """Outages of the provider: the same request after each refusal, until it goes through."""
    dice = diary.dice
    for day in calendar.outages:
        for _ in range(dice.whole(4, 8)):
            session = work(diary, FIX, local(diary.person.time_zone, day, dice.between(10, 16)))
            stuck = typed(dice, session.calls[0].prompt.meaning, 200)
            for _ in range(dice.whole(15, 60)):
                session.call(stuck, 0, status="rate_limited" if dice.chance(0.7) else "error")
                session.wait(dice.around(12, 0.6))
            session.call(stuck, 500, added=1500)
