"""Gaming by hand: low-tech, human and shaped almost like work (G03 G04 G05 G14 G17 G20 G22)."""

from detector.simulate.catalogue import MODELS, PREMIUM
from detector.simulate.chance import key64, lognormal, mix64, seeded
from detector.simulate.gaming.burn import Burn
from detector.simulate.honest import KINDS, SAYINGS, ask, step, toil
from detector.simulate.prompts import novel, paraphrased

TOPICS = 14
"""Questions that a person of G03 asks in turn, though the documentation answers them."""


def documented(burn: Burn) -> None:
    """G03: short questions, much retrieved context, the same topics again days later, never an edit."""
    rng = burn.desk.rng
    while burn.left():
        session = burn.open(burn.desk.some_time())
        for _ in range(rng.randint(1, 3)):
            topic = burn.own("topic", rng.randrange(TOPICS), chars=70)
            session.wait(lognormal(rng, 90.0, 0.8))
            prompt = topic if rng.random() < 0.25 else paraphrased(topic, rng)
            session.call(prompt, lognormal(rng, 16_000, 0.5), lognormal(rng, 350, 0.4), "manual")
        if rng.random() < 0.3:
            session.fate("read", rng.uniform(5, 90))


def throwaway(burn: Burn) -> None:
    """G04: prototypes that nobody will build: a project for each, much output, some more prompts, then silence."""
    rng = burn.desk.rng
    while burn.left():
        session, prompt = burn.open(burn.desk.some_time(), project=burn.desk.world.projects.scratch(rng)), None
        for _ in range(rng.randint(3, 8)):
            prompt = ask(session, KINDS["chat"], prompt, 1.0)
            for _ in range(rng.randint(3, 9)):
                session.wait(lognormal(rng, 9.0, 0.6))
                target = mix64(key64(session.project), rng.randrange(12))
                session.call(step(rng, "edit", target, session.project), 300, lognormal(rng, 1_800, 0.6), tool="edit")
            if not burn.left():
                break
        if rng.random() < 0.8:
            session.fate("discarded", rng.uniform(1, 3) * 86_400.0)


def fails_on(burn: Burn) -> None:
    """G05: the agent for every trifle, with the best model, failing, rejected, tried again."""
    rng = burn.desk.rng
    while burn.left():
        session = burn.open(burn.desk.some_time(), model=PREMIUM, effort="high")
        prompt, target = novel(rng, 60), key64(session.project, rng.randrange(300))
        for _ in range(rng.randint(2, 5)):
            session.wait(lognormal(rng, 40.0, 0.6))
            session.call(prompt, 300, 200, "manual")
            for _ in range(rng.randint(4, 10)):
                session.wait(lognormal(rng, 6.0, 0.5))
                status = "error" if rng.random() < 0.3 else "ok"
                tool = rng.choice(("edit", "shell", "read"))
                last = session.call(step(rng, tool, target, session.project), 500, 160, tool=tool, status=status)
            session.fate("rejected", rng.uniform(5, 60), last)
            if not burn.left():
                break


def duplicates(burn: Burn) -> None:
    """G14: honest-looking questions, each sent again after its answer was fine, minutes later, often elsewhere."""
    rng = burn.desk.rng
    while burn.left():
        session = burn.open(burn.desk.some_time())
        for _ in range(rng.randint(2, 6)):
            prompt, size = novel(rng, int(lognormal(rng, 220, 0.8))), lognormal(rng, 3_000, 0.8)
            session.wait(rng.uniform(40, 240))
            session.call(prompt, size, lognormal(rng, 400, 0.5), "manual")
            for _ in range(rng.choice((1, 1, 1, 2))):
                elsewhere = rng.random() < 0.5
                again = burn.open(session.at, session.agent, session.model, session.project) if elsewhere else session
                again.wait(rng.uniform(30, 400))
                again.call(prompt, size, lognormal(rng, 400, 0.5), "manual")
                session.at = max(session.at, again.at)
        burn.ignored(session)


def stuffing(burn: Burn) -> None:
    """G17: the same fifty files attached to a one-line question, a short answer, good-bye."""
    rng, attached = burn.desk.rng, key64(burn.desk.person.seed, "attached")
    while burn.left():
        session = burn.open(burn.desk.some_time(), context=8_000)
        for turn in range(rng.randint(1, 3)):
            session.wait(lognormal(rng, 60.0, 0.6))
            size = rng.uniform(110_000, 165_000) if turn == 0 else 200
            session.call(novel(rng, 50, attached), size, rng.uniform(40, 160), "manual")
        if rng.random() < 0.5:
            session.fate(rng.choice(("read", "discarded")), lognormal(rng, 300, 1.0))


def connoisseur(burn: Burn) -> None:
    """G20: the dearest model at the highest effort for "continue", and every model once a day."""
    rng = burn.desk.rng
    for model in MODELS:
        session = burn.open(burn.desk.some_time(), model=model, effort="high")
        session.call(rng.choice(SAYINGS), 60, 40, "manual")
    while burn.left():
        session = burn.open(burn.desk.some_time(), model=PREMIUM, effort="high")
        for _ in range(rng.randint(1, 4)):
            session.wait(lognormal(rng, 60.0, 0.8))
            session.call(novel(rng, rng.randint(8, 40)), 80, rng.uniform(20, 120), "manual")
        burn.ignored(session)


def private_project(burn: Burn) -> None:
    """G22: real work on something that is not the company's: evenings and weekends, one project of one's own."""
    desk, rng = burn.desk, burn.desk.rng
    project = desk.world.projects.scratch(seeded(desk.person.seed, "private"))
    first = 10.0 if desk.weekday >= 5 else 19.0
    while burn.left():
        session, prompt = burn.open(desk.at(rng.uniform(first, 23.0)), project=project), None
        for _ in range(rng.randint(3, 10)):
            prompt = ask(session, KINDS["coding"], prompt, 1.0)
            toil(session, KINDS["coding"], rng.randint(2, 12), 1.0, float("inf"))
            if not burn.left():
                break
