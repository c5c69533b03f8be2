"""Honest days out of the ordinary: incidents, hackathons, deadlines, long sessions, spikes (L3 L4 L6 L12 L13 L0)."""

from detector.simulate.catalogue import CHAT, CODE, COMPLETE, LARGE, MEDIUM, PREMIUM, SMALL
from detector.simulate.chance import key64, lognormal, mix64, seeded
from detector.simulate.honest import KINDS, ask, hold, step, toil, work
from detector.simulate.prompts import filled, fixed, novel
from detector.simulate.session import Desk, Session


def incident(desk: Desk) -> None:
    """L3: the whole on-call circle up at the same bad hour, many manual turns, every tool there is."""
    if desk.day != desk.world.calendar.incident:
        return
    rng = desk.rng
    bridge = desk.world.start + desk.day * 86_400.0 + 3_600.0 * (key64(desk.person.circle) % 20)
    for _ in range(rng.randint(2, 4)):
        at = bridge + rng.uniform(0, 1_800)
        session = Session(desk, at, CODE, LARGE, desk.person.projects[0], effort="high")
        prompt = None
        for _ in range(rng.randint(10, 25)):
            prompt = ask(session, KINDS["analysis"], prompt, 1.5)
            toil(session, KINDS["review" if rng.random() < 0.5 else "coding"], rng.randint(2, 9), 1.5, float("inf"))
        session.fate(rng.choice(("read", "merged")), lognormal(rng, 3_000, 1.0))


def hackathon(desk: Desk) -> None:
    """L4: a day on which the whole team prototypes, with the same starter prompts; most of it is thrown away."""
    if desk.day != desk.world.calendar.hackathon:
        return
    rng, circle = desk.rng, desk.person.circle
    project = desk.world.projects.scratch(seeded(circle, rng.randrange(3)))
    ends = desk.person.level * rng.uniform(5, 10) + 5.0
    while desk.spent < ends:
        session = Session(desk, desk.at(rng.uniform(9, 22)), CODE, LARGE, project)
        session.call(fixed("starter", circle, rng.randrange(5), chars=1_500), 2_000, 900, "manual")
        prompt = None
        for _ in range(rng.randint(3, 9)):
            prompt = ask(session, KINDS["coding"], prompt, 1.0)
            toil(session, KINDS["coding"], rng.randint(3, 10), 1.0, float("inf"))
        session.fate("discarded" if rng.random() < 0.7 else "accepted", lognormal(rng, 90_000, 0.5))


def deadline(desk: Desk) -> None:
    """L12: three times the work in the last days before a release, and more merged than ever."""
    if desk.world.days * 7 // 10 <= desk.day <= desk.world.days * 7 // 10 + 2:
        _merging(desk, desk.person.level * 3.0 + 4.0, desk.at(14.0), desk.at(22.0))


def quota_reset(desk: Desk) -> None:
    """L12: the backlog goes through on Sunday, before the week's allowance is void; it is merged on Monday."""
    if desk.weekday == 6:
        closes = desk.world.start + (desk.day + 1) * 86_400.0
        _merging(desk, desk.person.level * 3.0 + 4.0, closes - 8 * 3_600.0, closes - 3_600.0)


def _merging(desk: Desk, usd: float, begin: float, end: float) -> None:
    """Coding sessions worth `usd` dollars within these hours, nearly all merged."""
    rng = desk.rng
    while desk.spent < usd:
        session, prompt = Session(desk, rng.uniform(begin, end), CODE, LARGE, rng.choice(desk.person.projects)), None
        for _ in range(rng.randint(3, 9)):
            prompt = ask(session, KINDS["coding"], prompt, 1.2)
            toil(session, KINDS["coding"], rng.randint(3, 12), 1.2, float("inf"))
        if rng.random() < 0.9:
            session.fate("merged", lognormal(rng, 25_000, 0.7))


def long_agentic(desk: Desk) -> None:
    """L6: one session of hundreds of steps; a human turn every thirty, ever other files, edits accepted."""
    rng = desk.rng
    if desk.weekday >= 5 or rng.random() < 0.4:
        return
    session, prompt = Session(desk, desk.at(9.0 + rng.random()), CODE, LARGE, desk.person.projects[0]), None
    for _ in range(rng.randint(5, 14)):
        prompt = ask(session, KINDS["coding"], prompt, 1.0)
        toil(session, KINDS["coding"], rng.randint(15, 45), 1.0, float("inf"))
    session.fate("merged", lognormal(rng, 40_000, 0.8))


def converging(desk: Desk) -> None:
    """L6: build, fix, build, fix: one order, the same test command a hundred times, few files; green in the end."""
    rng = desk.rng
    if desk.day % 3 != key64(desk.person.seed, "converge") % 3:
        return
    session = Session(desk, desk.at(rng.choice((10.0, 15.0, 18.5))), CODE, MEDIUM, desk.person.projects[0])
    session.call(novel(rng, 600), 1_500, 500, "manual")
    corner, test = rng.getrandbits(48), step(rng, "test", 0, session.project)
    rounds = rng.randint(30, 80)
    for number in range(rounds):
        session.wait(lognormal(rng, 25.0, 0.3))
        failing = 2_500.0 * (1.0 - number / rounds) + 100.0
        session.call(test, failing, 60, tool="test")
        session.wait(lognormal(rng, 8.0, 0.4))
        target = mix64(corner, rng.randrange(4))
        edit = session.call(novel(rng, 300, target), 200, lognormal(rng, 220, 0.5), tool="edit")
    session.fate("accepted", rng.uniform(60, 9_000), edit)
    session.fate("merged", lognormal(rng, 20_000, 0.8))


def weekly_report(desk: Desk) -> None:
    """L13: nothing but one report a week, on the same day at the same time, from the same template; always read."""
    mine = key64(desk.person.seed, "report")
    if desk.weekday == mine % 5:
        session = Session(
            desk, desk.at(9.0 + mine % 8) + desk.rng.uniform(0, 600), CHAT, MEDIUM, desk.person.projects[0]
        )
        order = filled(fixed(desk.person.seed, "report", chars=700), desk.day)
        session.fate("read", desk.rng.uniform(10, 300), session.call(order, 3_000, 700, "manual"))


def spike(desk: Desk) -> None:
    """L0: twenty times the usual on one day: a rewrite; honest, and a spike all the same."""
    if desk.day == desk.world.days * 6 // 10:
        work(desk, desk.person.level * 20.0 * lognormal(desk.rng, 1.0, 0.2))


def autocomplete(desk: Desk) -> None:
    """L0: a thousand tiny completions a day, in bursts while typing, by day only; a quarter is accepted."""
    rng = desk.rng
    if desk.weekday >= 5 or rng.random() < 0.1:
        return
    for _ in range(rng.randint(12, 40)):
        session = Session(desk, desk.some_time(), COMPLETE, SMALL, rng.choice(desk.person.projects), context=0)
        file = mix64(key64(session.project), rng.randrange(300))
        for number in range(rng.randint(10, 90)):
            session.wait(lognormal(rng, 5.0, 1.1))
            session.context = 0
            call = session.call(novel(rng, rng.randint(5, 80), file), lognormal(rng, 1_200, 0.5), 22, "manual")
            if number % 8 == 0:
                session.fate("accepted" if rng.random() < 0.3 else "rejected", rng.uniform(0.5, 8), call)


def documents(desk: Desk) -> None:
    """L0: long documents, ever others, read with few questions: a large first turn and short answers."""
    rng = desk.rng
    if desk.weekday >= 5:
        return
    for _ in range(rng.randint(1, 4)):
        session = Session(desk, desk.some_time(), CODE, MEDIUM, desk.person.projects[0], context=8_000)
        for turn in range(rng.randint(2, 6)):
            session.wait(lognormal(rng, 120.0, 0.7))
            size = lognormal(rng, 70_000, 0.4) if turn == 0 else 300
            session.call(novel(rng, 140, rng.getrandbits(64)), min(size, 150_000), lognormal(rng, 300, 0.6), "manual")
        session.fate("read", rng.uniform(5, 400))


def shared_tip(desk: Desk) -> None:
    """L0: from some day on a circle of colleagues uses the same prompt, several times a day, and its answers."""
    rng, circle = desk.rng, desk.person.circle
    if desk.weekday >= 5 or desk.day < 3 + key64(desk.person.seed, "tip") % 4:
        return
    for _ in range(rng.randint(2, 6)):
        session = Session(desk, desk.some_time(), desk.person.agent, MEDIUM, desk.person.projects[0])
        target = rng.getrandbits(64)
        session.call(
            filled(fixed("tip", circle, chars=1_900), target, target), 2_000, lognormal(rng, 500, 0.4), "manual"
        )
        toil(session, KINDS["coding"], rng.randint(1, 6), 1.0, float("inf"))
        session.fate(rng.choice(("accepted", "accepted", "read", "rejected")), lognormal(rng, 300, 1.0))


def deep_premium(desk: Desk) -> None:
    """L0: the dearest model at high effort for hard problems; what comes out is merged."""
    rng = desk.rng
    if desk.weekday >= 5 or rng.random() < 0.5:
        return
    session = Session(desk, desk.some_time(), CODE, PREMIUM, desk.person.projects[0], effort="high")
    session = hold(desk, "coding", session.at, 25.0, session)
    session.fate("merged", lognormal(rng, 30_000, 0.8))


def learning(desk: Desk) -> None:
    """L0: an approved learning afternoon on Friday, in a scratch project; nothing is merged, all is read."""
    rng = desk.rng
    if desk.weekday == 4:
        project = desk.world.projects.scratch(seeded(desk.person.seed, "learning"))
        for _ in range(rng.randint(1, 3)):
            session, prompt = Session(desk, desk.at(rng.uniform(13, 17)), CODE, MEDIUM, project), None
            for _ in range(rng.randint(4, 10)):
                prompt = ask(session, KINDS["lookup"], prompt, 1.0)
                toil(session, KINDS["coding"], rng.randint(1, 5), 1.0, float("inf"))
            session.fate("read", rng.uniform(10, 400))
