"""Honest automation, as the platform is advertised: heartbeats, nightly digests, watched deployments.

Off-hours, constant text and even spacing are its nature. What separates it from burning: a small fixed cost, targets
that differ, and a person who reads the result, perhaps only on Monday.
"""

from detector.simulate.catalogue import DESK, MEDIUM, SMALL
from detector.simulate.chance import key64, lognormal
from detector.simulate.honest import TOOLS, Habit
from detector.simulate.prompts import aimed, filled, fixed, novel
from detector.simulate.session import Desk, Session

BEAT = fixed("heartbeat", chars=310)
"""The platform's default heartbeat text, the same for everybody who never changed it."""


def _session(desk: Desk, at: float, project: str, context: int) -> Session:
    return Session(desk, at, DESK, SMALL, project, context=context)


def heartbeat(desk: Desk, every: float = 1_800.0, context: int = 5_000) -> None:
    """A heartbeat a half hour, day and night: constant text, mostly nothing to do."""
    rng, seed = desk.rng, desk.person.seed
    beat = BEAT if key64(seed, "beat") % 10 < 7 else fixed(seed, "beat", chars=400)
    session = _session(desk, desk.at(0.0) + key64(seed, "phase") % 1_700, desk.person.projects[0], context)
    while session.at < desk.at(24.0):
        session.context = context + rng.randrange(1 + context // 20)
        call = session.call(beat, 300, rng.uniform(8, 20), "heartbeat")
        draw = rng.random()
        if draw < 0.65:
            session.fate("no_op" if draw < 0.6 else "read", rng.uniform(1, 1_200), call)
        session.wait(every * rng.uniform(0.995, 1.005))


def digest(desk: Desk, hour: float = 5.0, items: int = 14, delay: float = 0.0) -> None:
    """A nightly look through mail, builds or papers, one call an item, read by the person in the morning."""
    rng, person = desk.rng, desk.person
    session = _session(desk, desk.at(hour) + rng.uniform(0, 30), person.projects[0], 9_000)
    session.call(fixed(person.seed, "digest", chars=900), 1_200, 200, "scheduled")
    for _ in range(max(2, int(lognormal(rng, items, 0.4)))):
        session.wait(lognormal(rng, 5.0, 0.4))
        session.call(aimed(TOOLS["read"], rng.getrandbits(64)), lognormal(rng, 1_500, 0.8), 120, tool="read")
    last = session.call(filled(fixed(person.seed, "summary", chars=200), desk.day), 300, 900)
    reads = desk.at(8.0 + 1.8 * rng.random()) + delay
    if rng.random() < 0.92:
        session.fate("read", reads - session.at, last)
        if rng.random() < 0.4:
            session.at = reads + rng.uniform(30, 400)
            session.call(novel(rng, 120), 200, 350, "manual")


def weekend_batch(desk: Desk) -> None:
    """A batch from Friday evening through the weekend, evenly paced; its result is read on Monday morning."""
    if desk.weekday != 4:
        return
    rng, person = desk.rng, desk.person
    session = Session(desk, desk.at(19.0 + rng.random()), DESK, MEDIUM, person.projects[-1], context=12_000)
    session.call(novel(rng, 1_400), 2_000, 500, "manual")
    order = fixed(person.seed, "batch", chars=600)
    while session.at < desk.at(19.0 + 44.0):
        session.wait(420.0 * rng.uniform(0.9, 1.1))
        session.context = 12_000
        target = rng.getrandbits(64)
        session.call(filled(order, target, target), lognormal(rng, 1_800, 0.6), lognormal(rng, 300, 0.5), "scheduled")
    session.fate("read", desk.at(3 * 24.0 + 9.0 + rng.random()) - session.at)
    session.fate("accepted", desk.at(3 * 24.0 + 11.0) - session.at)


def watch_deployments(desk: Desk) -> None:
    """On some days one or two deployments, polled every minute or two until they are through."""
    rng = desk.rng
    if desk.weekday >= 5 or rng.random() < 0.4:
        return
    for _ in range(rng.randint(1, 2)):
        session = _session(desk, desk.at(rng.uniform(10, 17)), desk.person.projects[0], 7_000)
        target, last = rng.getrandbits(64), ""
        for _ in range(rng.randint(30, 80)):
            session.wait(90.0 * rng.uniform(0.95, 1.05))
            last = session.call(aimed(fixed("watch", chars=160), target), 400, rng.gauss(40, 4), "event")
        session.fate("read", rng.uniform(10, 600), last)


ROUTINES: dict[str, Habit] = {"heartbeat": heartbeat, "digest": digest}
"""What plain people run besides their work, by the names in `Person.routines`."""
