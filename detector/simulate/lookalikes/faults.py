"""Honest people whose tools are at fault: client bugs, counter bugs, retry storms (L9 L10 L16)."""

from detector.simulate.catalogue import CODE, IDE
from detector.simulate.chance import key64, lognormal
from detector.simulate.honest import KINDS, TOOLS, ask, hold, toil
from detector.simulate.prompts import aimed, fixed, novel
from detector.simulate.session import Desk, Session
from detector.simulate.wire import Call


def resends_context(desk: Desk) -> None:
    """L9: the buggy client sends its whole context again and again, with nobody there; so it is for all who run it."""
    calendar, rng = desk.world.calendar, desk.rng
    if not calendar.bug_from <= desk.day <= calendar.bug_to:
        return
    session = Session(
        desk, desk.some_time(), CODE, desk.person.models.pick(rng), desk.person.projects[0], context=50_000
    )
    session.call(novel(rng, 200), 800, 300, "manual")
    stuck = novel(rng, 40)
    for _ in range(rng.randint(60, 220)):
        session.wait(rng.uniform(20, 40))
        session.context, session.warm_until = 50_000, 0.0 if rng.random() < 0.3 else session.warm_until
        session.call(stuck, 30, rng.uniform(2, 12))


def _recorded(desk: Desk, kind: str = "coding") -> tuple[Session, list[Call]]:
    """An honest session with its records kept, as a client keeps its log."""
    session = Session(desk, desk.some_time(), IDE, desk.person.models.pick(desk.rng), desk.person.projects[0])
    log: list[Call] = []
    shape, prompt = KINDS[kind], None
    for _ in range(desk.rng.randint(2, 6)):
        prompt = ask(session, shape, prompt, 1.0)
        toil(session, shape, desk.rng.randint(2, 8), 1.0, float("inf"))
        log += [session.record] if session.record else []
    session.fate("accepted", lognormal(desk.rng, 600, 1.0))
    return session, log


def same_response(desk: Desk) -> None:
    """L10: streaming partials are counted again: new invocation ids, the same answer's id."""
    if desk.weekday < 5:
        session, log = _recorded(desk)
        for record in log:
            for _ in range(desk.rng.randint(1, 2)):
                session.wait(0.4)
                session.replay(record, record.response_id)


def identical_usage(desk: Desk) -> None:
    """L10: a resumed session gets fresh message ids: runs of three or four identical usage tuples, no answer's id."""
    if desk.weekday < 5:
        session, log = _recorded(desk)
        resumed = Session(desk, session.at + desk.rng.uniform(60, 4_000), IDE, session.model, session.project)
        for record in log:
            for _ in range(desk.rng.randint(3, 4)):
                resumed.wait(0.2)
                resumed.replay(record, None)


def forked(desk: Desk) -> None:
    """L10: a fork replays its parent's history within seconds, several times a day, then goes on honestly."""
    if desk.weekday >= 5:
        return
    session, log = _recorded(desk)
    for _ in range(desk.rng.randint(2, 5)):
        fork = Session(desk, session.at + desk.rng.uniform(10, 900), IDE, session.model, session.project)
        keeps = desk.rng.random() < 0.5
        for record in log:
            fork.wait(0.05)
            fork.replay(record, record.response_id if keeps else f"msg_{desk.rng.getrandbits(64):016x}")
        hold(desk, "coding", fork.at, 0.5, fork)


def retry_storm(desk: Desk) -> None:
    """L16: the provider answers 429 and 529 for an hour; the client tries again and again, then it works."""
    rng = desk.rng
    if desk.weekday >= 5 or desk.day % 4 != key64(desk.person.seed, "storm") % 4:
        return
    session = Session(desk, desk.some_time(), desk.person.agent, desk.person.models.pick(rng), desk.person.projects[0])
    for _ in range(rng.randint(3, 9)):
        prompt = novel(rng, 300)
        for _ in range(rng.randint(8, 40)):
            session.wait(rng.uniform(2, 6))
            session.call(prompt, 400, 0, "manual", status="rate_limited" if rng.random() < 0.7 else "error")
        session.wait(rng.uniform(5, 60))
        session.call(prompt, 400, lognormal(rng, 350, 0.6), "manual")
    session.fate("accepted", lognormal(rng, 600, 0.8))


def flaky_tool(desk: Desk) -> None:
    """L16: a tool that fails three times of four; the agent insists with the same arguments until it goes through."""
    rng = desk.rng
    if desk.weekday >= 5:
        return
    session = Session(desk, desk.some_time(), CODE, desk.person.models.pick(rng), desk.person.projects[0])
    session.call(fixed(desk.person.seed, "deploy", chars=60), 500, 200, "manual")
    for _ in range(rng.randint(5, 15)):
        call = aimed(TOOLS["shell"], rng.getrandbits(64))
        for _ in range(rng.randint(2, 6)):
            session.wait(lognormal(rng, 9.0, 0.4))
            session.call(call, 500, 90, tool="shell", status="error")
        session.wait(lognormal(rng, 9.0, 0.4))
        session.call(call, 500, 90, tool="shell")
    session.fate("accepted", lognormal(rng, 900, 1.0))
