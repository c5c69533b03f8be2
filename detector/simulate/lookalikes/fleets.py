"""Honest machines: bots, batch jobs, fleets and harnesses that work under somebody's name (L1 L2 L7 L11)."""

from detector.simulate.catalogue import CODE, COMPLETE, IDE, LARGE, MEDIUM, PREMIUM, REVIEW, SMALL, named_agent
from detector.simulate.chance import key64, lognormal, mix64
from detector.simulate.honest import TOOLS, step
from detector.simulate.prompts import aimed, filled, fixed, novel, paraphrased
from detector.simulate.session import Desk, Session


def ci_bot(desk: Desk) -> None:
    """L1: a pipeline under a human's key: the same orders a run, each at another commit."""
    rng, seed = desk.rng, desk.person.seed
    for _ in range(rng.randint(15, 45) if desk.weekday < 5 else rng.randint(1, 8)):
        session = Session(desk, desk.at(rng.triangular(6, 23, 15)), REVIEW, MEDIUM, desk.person.projects[0])
        commit = rng.getrandbits(64)
        for stage in range(rng.randint(3, 5)):
            session.wait(lognormal(rng, 15.0, 0.4))
            order = fixed(seed, "stage", stage, chars=800)
            session.call(filled(order, commit, commit), lognormal(rng, 3_000, 0.7), lognormal(rng, 180, 0.4), "ci")
        if rng.random() < 0.4:
            session.fate("read", lognormal(rng, 1_800, 1.0))


def review_bot(desk: Desk) -> None:
    """L1: a sanctioned review bot with a service identity: boilerplate on every pull request, around the clock."""
    rng = desk.rng
    order = fixed(desk.person.seed, "review", chars=1_100)
    for _ in range(rng.randint(60, 150) if desk.weekday < 5 else rng.randint(5, 20)):
        session = Session(desk, desk.at(rng.uniform(0, 24)), REVIEW, MEDIUM, rng.choice(desk.person.projects))
        change = rng.getrandbits(64)
        call = session.call(filled(order, change, change), lognormal(rng, 6_000, 0.7), rng.gauss(90, 12), "event")
        if rng.random() < 0.25:
            session.fate("read" if rng.random() < 0.8 else "rejected", lognormal(rng, 3_000, 1.0), call)


def extraction(desk: Desk) -> None:
    """L1: documents classified by thousands of tiny calls under a personal key, in a registered batch project."""
    rng, projects = desk.rng, desk.world.projects.evaluations
    if desk.weekday >= 5 or rng.random() < 0.4:
        return
    project = projects[key64(desk.person.seed, "batch") % len(projects)]
    session = Session(desk, desk.at(rng.choice((1.0, 20.0))), COMPLETE, SMALL, project, context=0)
    order = fixed(desk.person.seed, "classify", chars=500)
    for _ in range(rng.randint(800, 2_500)):
        session.wait(rng.expovariate(1 / 1.5))
        session.context, document = 0, rng.getrandbits(64)
        session.call(filled(order, document, document), lognormal(rng, 450, 0.5), rng.uniform(5, 30), "scheduled")
    session.fate("accepted", lognormal(rng, 20_000, 0.8))


def probe(desk: Desk) -> None:
    """L1: a synthetic monitor in a registered project: the same tiny question every five minutes, for ever."""
    projects = desk.world.projects.evaluations
    project = projects[key64(desk.person.seed, "probe") % len(projects)]
    session = Session(desk, desk.at(0.0), COMPLETE, SMALL, project, context=0)
    question = fixed(desk.person.seed, "probe", chars=80)
    while session.at < desk.at(24.0):
        session.wait(300.0 + desk.rng.uniform(-1, 1))
        session.context = 0
        session.call(question, 120, 12, "scheduled")


def codemod(desk: Desk) -> None:
    """L2: one order, four hundred files at machine pace, merged the next day."""
    rng = desk.rng
    if desk.day % 7 != 1 + key64(desk.person.seed, "codemod") % 4:
        return
    session = Session(desk, desk.at(10.0 + 6 * rng.random()), CODE, MEDIUM, desk.person.projects[0])
    session.call(novel(rng, 1_200), 2_500, 700, "manual")
    order, corner = novel(rng, 350), rng.getrandbits(48)
    for number in range(rng.randint(250, 450)):
        session.wait(rng.uniform(1.5, 4.0))
        session.context = min(session.context, 45_000)
        target = mix64(corner, number)
        call = session.call(filled(order, target, target), rng.gauss(700, 200), rng.gauss(260, 60), tool="edit")
        if number % 9 == 0:
            session.fate("accepted", rng.uniform(1_000, 20_000), call)
    session.fate("merged", rng.uniform(14, 26) * 3_600)


def migration(desk: Desk) -> None:
    """L2: sixty sub-agents, a module each, most of them accepted, then merged."""
    rng = desk.rng
    if desk.day % 7 != 2 + key64(desk.person.seed, "fleet") % 3:
        return
    root = Session(desk, desk.at(9.5 + 6 * rng.random()), CODE, MEDIUM, desk.person.projects[0])
    root.call(novel(rng, 1_600), 3_000, 900, "manual")
    order, corner, latest = novel(rng, 900), rng.getrandbits(48), root.at
    for number in range(rng.randint(30, 70)):
        child, module = root.branch(), mix64(corner, number)
        child.wait(rng.uniform(0, 90))
        first = child.call(filled(order, module, module), rng.gauss(2_000, 500), rng.gauss(400, 100))
        for _ in range(rng.randint(3, 8)):
            child.wait(lognormal(rng, 8.0, 0.6))
            tool = rng.choice(("read", "edit", "edit", "test"))
            child.call(step(rng, tool, mix64(module, rng.randrange(4)), child.project), 900, 250, tool=tool)
        if rng.random() < 0.8:
            child.fate("accepted", rng.uniform(300, 9_000), first)
        latest = max(latest, child.at)
    root.at = latest
    root.fate("merged", rng.uniform(3, 40) * 3_600)


def builder_critic(desk: Desk) -> None:
    """L7: a builder and a critic in turn, the same critique each time, smaller changes each time, then accepted."""
    rng, seed = desk.rng, desk.person.seed
    if desk.weekday >= 5:
        return
    for _ in range(rng.randint(1, 3)):
        builder = Session(desk, desk.some_time(), CODE, LARGE, desk.person.projects[0])
        builder.call(novel(rng, 500), 1_500, 900, "manual")
        critic, critique = builder.branch(model=PREMIUM), fixed(seed, "critique", chars=1_300)
        target, rounds = rng.getrandbits(64), rng.randint(5, 14)
        for number in range(rounds):
            size = 1_800.0 * 0.72**number + 60.0
            builder.at = max(builder.at, critic.at) + lognormal(rng, 15.0, 0.4)
            built = builder.call(novel(rng, 600, target), size, size, tool="edit")
            critic.at = builder.at + lognormal(rng, 12.0, 0.4)
            critic.call(filled(critique, number, target), size + 400, 200 + size / 4)
        builder.fate("accepted", rng.uniform(20, 2_000), built)
        builder.fate("merged", lognormal(rng, 30_000, 0.8))


def sweep(desk: Desk) -> None:
    """L11: a registered evaluation: the same prompts at every model and effort, twice a week."""
    rng, projects = desk.rng, desk.world.projects.evaluations
    mine = key64(desk.person.seed, "sweep")
    if desk.day % 7 not in {mine % 5, (mine + 2) % 5}:
        return
    suite = [fixed(desk.person.seed, "suite", number, chars=900, target=mix64(mine, number)) for number in range(60)]
    at, project = desk.at(rng.choice((11.0, 18.0, 23.0))), projects[mine % len(projects)]
    for model in (SMALL, MEDIUM, LARGE):
        for effort in ("low", "medium", "high"):
            run = Session(desk, at, named_agent(mine % 384), model, project, effort=effort, context=2_000)
            for prompt in suite:
                run.context = 2_000
                run.wait(lognormal(rng, 3.0, 0.5))
                run.call(prompt, 700, lognormal(rng, 350, 0.5), "scheduled")
            run.fate("read", rng.uniform(2_000, 50_000))
            at = run.at + 20.0


def prompt_engineer(desk: Desk) -> None:
    """L11: one prompt honed by hand, thirty near-duplicates in an hour, several models, one accepted in the end."""
    rng = desk.rng
    if desk.weekday >= 5 or rng.random() < 0.3:
        return
    prompt, at = novel(rng, 1_500), desk.some_time()
    for _ in range(rng.randint(2, 4)):
        session = Session(desk, at, IDE, rng.choice((MEDIUM, LARGE)), desk.person.projects[-1], effort="medium")
        for _ in range(rng.randint(6, 14)):
            session.wait(lognormal(rng, 70.0, 0.7))
            prompt = paraphrased(prompt, rng) if rng.random() < 0.7 else prompt
            last = session.call(prompt, 700, lognormal(rng, 400, 0.5), "manual")
            if rng.random() < 0.3:
                session.fate("rejected", rng.uniform(5, 40), last)
        session.fate("accepted", rng.uniform(10, 300), last)
        at = session.at + 60.0


def many_agents(desk: Desk) -> None:
    """L0: somebody who builds agents for a living: many names, few calls each, looked at and used."""
    rng = desk.rng
    if desk.weekday >= 5:
        return
    for _ in range(rng.randint(4, 12)):
        session = Session(desk, desk.some_time(), named_agent(rng.randrange(384)), MEDIUM, desk.person.projects[0])
        session.call(novel(rng, 300), 1_200, 400, "manual")
        for _ in range(rng.randint(1, 4)):
            session.wait(lognormal(rng, 30.0, 0.8))
            session.call(aimed(TOOLS["plan"], rng.getrandbits(64)), 900, 300)
        session.fate(rng.choice(("accepted", "read", "rejected")), lognormal(rng, 200, 1.0))
