"""Gaming by machine: agents that are set going and left alone (G01 G02 G12 G13 G15 G16 G18 G19 G21 G23 G26)."""

from detector.simulate.catalogue import CODE, DESK, IDE, LARGE, MEDIUM, REVIEW, SMALL, named_agent
from detector.simulate.chance import key64, lognormal, mix64
from detector.simulate.gaming.burn import Burn
from detector.simulate.honest import step
from detector.simulate.prompts import Prompt, filled, fixed, novel
from detector.simulate.session import Session


def endless_task(burn: Burn) -> None:
    """G01: one order in the morning or evening, then hundreds of equal steps that lead nowhere."""
    rng = burn.desk.rng
    session = burn.open(burn.desk.at(rng.choice((9.5, 17.5, 21.0)) + rng.random()), model=rng.choice((MEDIUM, LARGE)))
    orders = [burn.own("endless", number) for number in range(3)]
    session.call(orders[0], 600, 250, "manual")
    corner, pace, unrest = key64(session.project, "endless"), rng.uniform(8, 30), rng.uniform(0.05, 0.5)
    while burn.left():
        session.wait(lognormal(rng, pace, unrest))
        tool = rng.choice(("read", "read", "search", "shell"))
        aim = step(rng, tool, mix64(corner, rng.randrange(3)), session.project)
        prompt = aim if rng.random() < 0.7 else rng.choice(orders)
        session.call(prompt, rng.gauss(700, 60), rng.gauss(380, 20), tool=tool)
    burn.ignored(session)


def overnight(burn: Burn) -> None:
    """G02: every five minutes of the night a scheduled order and some steps; nobody ever looks."""
    rng, desk = burn.desk.rng, burn.desk
    session = burn.open(desk.at(23.0 + rng.random()), agent=DESK)
    tasks, steps = [burn.own("night", number) for number in range(5)], 1 + int(burn.usd / (84 * 0.03))
    ends = desk.at(30.5)
    while burn.left() and session.at < ends:
        session.wait(300.0 * rng.uniform(0.98, 1.02))
        session.call(filled(rng.choice(tasks), rng.getrandbits(16)), 900, rng.gauss(500, 60), "scheduled")
        for _ in range(rng.randint(max(1, steps // 2), 2 * steps)):
            session.wait(lognormal(rng, 6.0, 0.3))
            target = mix64(key64(session.project, "night"), rng.randrange(12))
            session.call(
                step(rng, "read", target, session.project), rng.gauss(900, 120), rng.gauss(160, 20), tool="read"
            )
    burn.ignored(session)


def fan_out(burn: Burn) -> None:
    """G12: one human turn, 20-200 sub-agents side by side with nearly the same order; hardly an answer is used."""
    rng = burn.desk.rng
    while burn.left():
        root = burn.open(burn.desk.some_time())
        root.call(novel(rng, 300), 1_200, 600, "manual")
        order = novel(rng, 700)
        for number in range(rng.randint(20, 200)):
            _child(burn, root, order, number, 0)
            if not burn.left():
                break
        burn.ignored(root)


def _child(burn: Burn, parent: Session, order: Prompt, number: int, depth: int) -> None:
    """A sub-agent with a few steps, which may spawn one of its own."""
    rng, child = burn.desk.rng, parent.branch()
    child.wait(rng.uniform(0.5, 20.0))
    first = child.call(filled(order, number), rng.gauss(1_500, 200), rng.gauss(420, 60))
    for _ in range(rng.randint(1, 4)):
        child.wait(lognormal(rng, 8.0, 0.5))
        child.call(step(rng, "read", key64(child.project, rng.randrange(9)), child.project), 1_200, 150, tool="read")
    if depth < 2 and rng.random() < 0.15:
        _child(burn, child, order, number + 1_000, depth + 1)
    draw = rng.random()
    if draw < 0.5:
        child.fate("read" if draw < 0.05 else "discarded", lognormal(rng, 900.0, 1.0), first)


def sprawl(burn: Burn) -> None:
    """G13: agents that call agents, ever others, each once or thrice; no human consumes anything."""
    rng = burn.desk.rng
    while burn.left():
        hop = burn.open(burn.desk.some_time(), agent=named_agent(rng.randrange(384)))
        hop.call(burn.own("sprawl", rng.randrange(4)), 800, 300, "manual")
        for _ in range(rng.randint(4, 14)):
            hop = hop.branch(agent=named_agent(rng.randrange(384)))
            for _ in range(rng.randint(1, 3)):
                hop.wait(lognormal(rng, 12.0, 0.5))
                hop.call(filled(burn.own("relay", rng.randrange(6)), rng.getrandbits(20)), 1_500, rng.gauss(350, 60))
        burn.ignored(hop)


def comment_everything(burn: Burn) -> None:
    """G15: an agent answers each repository event with the same few words; everybody ignores them."""
    rng = burn.desk.rng
    boilerplate = burn.own("comment", chars=900)
    while burn.left():
        session = burn.open(burn.desk.at(rng.uniform(7.0, 21.0)), agent=REVIEW)
        event = rng.getrandbits(64)
        session.call(filled(boilerplate, event, event), lognormal(rng, 6_000, 0.6), rng.gauss(60, 4), "event")
        if rng.random() < 0.3:
            session.fate("discarded", lognormal(rng, 20_000, 1.0))


def micro_flood(burn: Burn) -> None:
    """G16: a tiny call every few seconds, around the clock as long as the money lasts."""
    rng = burn.desk.rng
    session = burn.open(burn.desk.at(0.0), model=SMALL, context=0)
    order = burn.own("micro", chars=300)
    pace = max(4.3, 86_400.0 / max(1.0, burn.usd / 0.00075))
    while burn.left() and session.at < burn.desk.at(24.0):
        session.wait(pace * rng.uniform(0.97, 1.03))
        session.context, session.warm_until = 0, 0.0
        session.call(filled(order, rng.getrandbits(12)), rng.gauss(440, 25), max(8, rng.gauss(68, 6)), "manual")


def cache_churn(burn: Burn) -> None:
    """G18: the same prefix written to the cache again and again within its lifetime, or a long session idly polled."""
    rng, churns = burn.desk.rng, key64(burn.desk.person.seed, "churn") & 1
    session = burn.open(burn.desk.some_time(), agent=CODE, context=rng.randint(60_000, 140_000))
    context, poll = session.context, burn.own("poll", chars=30)
    while burn.left():
        session.wait(rng.uniform(45, 75))
        if churns:
            session.context, session.warm_until = context, 0.0
        session.call(filled(poll, rng.getrandbits(8)), 120, rng.gauss(60, 8), "manual" if churns else "agent")
    burn.ignored(session)


def stretch(burn: Burn) -> None:
    """G19: one session for days, with a trivial turn every while that replays all of its context."""
    rng, desk = burn.desk.rng, burn.desk
    session = desk.memory.open.get("stretch") or burn.open(desk.at(7.0), agent=CODE, context=150_000)
    desk.memory.open["stretch"], session.desk, session.at = session, desk, desk.at(7.0 + rng.random())
    pace = 57_600.0 * max(session.model.price * 0.022, 0.01) / burn.usd
    while burn.left() and session.at < desk.at(23.5):
        session.wait(max(60.0, pace) * rng.uniform(0.7, 1.3))
        session.context = 150_000 + rng.randint(0, 20_000)
        session.call(rng.choice((burn.own("still there", chars=14), burn.own("status", chars=9))), 40, 60, "manual")


def nowhere(burn: Burn) -> None:
    """G21: long outputs from headless runs, deleted at once or never opened."""
    rng = burn.desk.rng
    while burn.left():
        session = burn.open(burn.desk.at(rng.uniform(0.0, 24.0)), agent=rng.choice((CODE, DESK)), context=3_000)
        for _ in range(rng.randint(1, 2)):
            session.wait(rng.uniform(30, 200))
            session.call(novel(rng, 200), 400, lognormal(rng, 5_500, 0.25), "scheduled")
        if rng.random() < 0.8:
            session.fate("discarded", rng.uniform(1, 20))


def daemon(burn: Burn) -> None:
    """G23: a constant drip around the clock: one template, one size, called manual."""
    rng, desk = burn.desk.rng, burn.desk
    session = burn.open(desk.at(0.0), agent=IDE, model=MEDIUM)
    order, pace = burn.own("daemon"), max(5.0, 86_400.0 * 0.0125 / burn.usd)
    while burn.left() and session.at < desk.at(24.0):
        session.wait(pace * rng.uniform(0.95, 1.05))
        session.context = 6_000
        session.call(filled(order, rng.getrandbits(10)), 900, rng.gauss(450, 15), "manual")


def shared_script(burn: Burn) -> None:
    """G26: a script that goes round: the same templates and pace from everybody who got it, at their own hours."""
    rng, circle = burn.desk.rng, burn.desk.person.circle
    lines = [fixed("script", circle, number, chars=400) for number in range(6)]
    session = burn.open(burn.desk.some_time(), model=MEDIUM)
    while burn.left():
        for line in lines:
            session.wait(12.0 * rng.uniform(0.85, 1.15))
            session.call(filled(line, rng.getrandbits(8)), rng.gauss(600, 50), rng.gauss(500, 40), "manual")
    burn.ignored(session)
