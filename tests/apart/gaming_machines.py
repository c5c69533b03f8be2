"""Gaming that a machine carries out: loops, nights, fan-out, floods, daemons, churned caches, stretched sessions."""

from tests.apart.clock import DAY, HOUR, MINUTE
from tests.apart.fates import settle_call
from tests.apart.prices import MIDDLE, PRICES, SMALL
from tests.apart.prompts import Prompt, keyed_hash, scaffold, typed
from tests.apart.scenes import Scene
from tests.apart.sessions import Session

NIGHT = 7.5 * HOUR
CLOCKWORK = 0.06  # lognormal spread of a machine's gaps
FLOOD_CALLS = 9000  # calls a flood may have in all, so that a company's log stays of a size to work with
FLOOD_SESSION = 400  # calls after which its client begins another session
UNUSED_CHILDREN = {"discarded": 0.62, "no_op": 0.3, "accepted": 0.05, "read": 0.03}


def endless_task(scene: Scene) -> list[Session]:
    """A pointless order, then the agent by itself: the same few steps on the same few files, no one looking in."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("coder", "edit", dice.between(12000, 30000))
    opening = session.call(scene.word(typed(dice, traits.subjects[0], 140)), 300, added=900, trigger="manual")
    while scene.unspent(session):
        scene.wait(session, 14, 0.25)
        target = dice.pick(traits.files[:3])
        step = scene.word(scaffold("coder", "shell", traits.variant, target, dice))
        session.call(
            step,
            dice.around(260, 0.2),
            added=dice.around(700, 0.3),
            tool=dice.pick(("shell", "read_file")),
            trigger=scene.label("agent"),
            cause=opening,
        )
    return [session]


def beat(scene: Scene, session: Session, added: float, output: float, span: float) -> float:
    """Seconds between calls of a run with a context of its own, so that its budget lasts for the whole span."""
    price, lifetime = PRICES[session.model], scene.diary.person.cache_lifetime
    context, new, text = round(session.context), round(added), round(output)
    warm = span / max(1.0, scene.budget / price.cost(40, text, context, new))
    return warm if warm < lifetime else span / max(1.0, scene.budget / price.cost(40, text, 0, context + new))


def night_run(scene: Scene) -> list[Session]:
    """A report every few minutes through the night that nobody opens."""
    dice, traits = scene.dice, scene.traits
    trigger = ("scheduled", "heartbeat", "scheduled")[traits.variant]
    session = scene.session("night-watch", "job", dice.between(15000, 30000), trigger=trigger)
    context, gap = session.context, beat(scene, session, 2400, 650, NIGHT)
    while scene.unspent(session):
        session.context = context
        session.call(scene.word(traits.order), dice.around(650, 0.3), added=dice.around(2400, 0.3), tool="summarise")
        scene.wait(session, max(60.0, gap), CLOCKWORK)
    return [session]


def fan_out(scene: Scene) -> list[Session]:
    """One order to many agents at once, told nearly the same, some of which hire more; next to nothing is used."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("orchestrator", "edit", dice.between(8000, 16000))
    root = session.call(scene.word(typed(dice, traits.subjects[0], 220)), 900, added=1500, trigger="manual")
    begun, parents = session.now, [root]
    while scene.unspent(session):
        # All of them run within the same quarter of an hour, whatever their number.
        session.now = begun + dice.between(5, 15 * MINUTE)
        parent = dice.pick(parents) if dice.chance(0.3) else root
        task = scene.word(traits.order.on(dice.pick(traits.files), dice, 4))
        session.context = (
            9000.0  # each child begins with a context of its own; half of them find the common prefix cached
        )
        child = session.call(
            task,
            dice.around(800, 0.5),
            added=dice.around(4000, 0.4),
            cold=dice.chance(0.5),
            tool="spawn_agent",
            trigger=scene.label("agent"),
            cause=parent,
        )
        if parent is root:
            parents.append(child)
        settle_call(session, child, UNUSED_CHILDREN)
    session.calls.sort(key=lambda call: call.moment)
    return [session]


def remarks(scene: Scene) -> list[Session]:
    """An agent hooked to every event of the repository, whose stock remarks are dismissed."""
    dice, traits, sessions = scene.dice, scene.traits, list[Session]()
    while scene.unspent(*sessions):
        session = scene.session("commenter", "job", 9000, trigger="event")
        session.now = scene.start + dice.between(6, 22) * HOUR
        remark = scene.word(traits.order.on(keyed_hash("event", dice.bits(48)), dice, 4))
        session.call(remark, dice.around(140, 0.15), added=dice.around(2500, 0.5), tool="post_comment")
        sessions.append(session)
    return sessions


def micro_call_flood(scene: Scene) -> list[Session]:
    """Tiny calls, one every few seconds, hour after hour."""
    dice, traits = scene.dice, scene.traits
    model = SMALL if traits.target < 12 else MIDDLE
    unit = 0.0011 if model == SMALL else 0.0032  # dollars of one tiny call
    size = max(1.0, traits.target / FLOOD_CALLS / unit)
    sessions, now = list[Session](), scene.start + dice.between(0, 10) * HOUR
    while scene.unspent(*sessions):
        session = scene.session("classifier", "answer", 0, model=model, trigger="agent")
        session.now = now
        while scene.unspent(*sessions, session) and len(session.calls) < FLOOD_SESSION:
            session.context = 0.0
            tiny = scene.word(traits.order.on(f"{dice.bits(64):016x}", dice, 4))
            session.call(tiny, dice.around(120 * size, 0.1), added=0, fresh=dice.around(400 * size, 0.1))
            scene.wait(session, 3.0, CLOCKWORK)
        sessions.append(session)
        now = session.now
    return sessions


def burn_daemon(scene: Scene) -> list[Session]:
    """The same order around the clock at a constant beat."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("worker", "job", dice.between(9000, 14000), trigger="agent")
    context, gap = session.context, beat(scene, session, 500, 380, DAY)
    while scene.unspent(session):
        session.context = context
        session.call(scene.word(traits.order), dice.around(380, 0.1), added=dice.around(500, 0.1))
        scene.wait(session, max(90.0, gap), CLOCKWORK)
    return [session]


def churned_cache(scene: Scene) -> list[Session]:
    """The same long prefix written anew within its lifetime, or an idle session polled for its long context."""
    dice, traits = scene.dice, scene.traits
    polling = traits.variant == 0
    session = scene.session(
        "assistant", "answer", dice.between(45000, 80000), trigger="heartbeat" if polling else "agent"
    )
    while scene.unspent(session):
        session.call(scene.word(traits.order), dice.around(25, 0.3), added=40, cold=not polling)
        scene.wait(session, 90.0 if polling else 150.0, 0.15)
    return [session]


def stretched_session(scene: Scene) -> list[Session]:
    """One session kept alive for days by small words, each of which replays everything said before."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("assistant", "answer", dice.between(70000, 130000))
    if "rotation" not in scene.evasive:
        session.identity = traits.state.setdefault("session", session.identity)
    while scene.unspent(session):
        word = typed(dice, traits.order.meaning, 14) if traits.variant else traits.order
        session.call(scene.word(word), dice.around(40, 0.4), added=60)
        scene.wait(session, 17 * MINUTE, 0.3)
        if session.now > scene.start + 15 * HOUR:
            break
    return [session]


def shared_script(scene: Scene) -> list[Session]:
    """A script that went round among colleagues: one template, one cadence, nobody's work."""
    dice, script = scene.dice, scene.traits.state["script"]
    template, cadence = keyed_hash("script", script), 60.0 + int(script, 16) % 240
    session = scene.session("coder", "edit", 14000, trigger="scheduled")
    for_all = Prompt(script, template, int(template, 16), 240)
    while scene.unspent(session):
        order = for_all.on(keyed_hash("slot", round(session.now)), dice, 5)
        session.call(scene.word(order), dice.around(700, 0.25), added=dice.around(900, 0.3), tool="shell")
        scene.wait(session, cadence, CLOCKWORK)
    return [session]
