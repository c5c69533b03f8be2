"""Gaming that a person carries out by hand: idle questions, prototypes, duplicates, costly trifles."""

from dataclasses import replace

from tests.apart.activities import ASK, BUILD, EXPLORE, FIX
from tests.apart.clock import HOUR, MINUTE
from tests.apart.prices import LARGE, NEWEST, OTHER_MIDDLE, OTHER_SMALL, PRICES, SMALL
from tests.apart.prompts import blur, scaffold, typed
from tests.apart.scenes import Scene
from tests.apart.sessions import Session
from tests.apart.work import Assignment, ask, converse

CYCLED_MODELS = (LARGE, NEWEST, LARGE, OTHER_MIDDLE, OTHER_SMALL, SMALL)
LATELY = 12  # questions of one's own that are fresh enough to be sent again
TURN_GAP = 70.0  # seconds, median between two turns of somebody who hardly reads the answers


def known_answers(scene: Scene) -> list[Session]:
    """Questions that a page in the handbook answers, the same dozen over and over."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("assistant", "answer", dice.between(7000, 11000))
    while scene.unspent(session):
        question = typed(dice, dice.pick(traits.subjects), 70)
        near = replace(question, meaning=blur(dice.pick(traits.subjects), 4, dice))
        session.call(scene.word(near), dice.around(420, 0.5), added=dice.around(9000, 0.5), tool="search_docs")
        scene.wait(session, TURN_GAP, 0.5)
    return [session]


def throwaway_prototype(scene: Scene) -> list[Session]:
    """A new thing in a new folder, a few wishes more, and it is never opened again."""
    dice = scene.dice
    session = scene.session("coder", "edit", dice.between(9000, 18000))
    session.project = f"proto-{dice.bits(24):06x}" if "rotation" not in scene.evasive else session.project
    subject, files = dice.bits(64), [f"{dice.bits(64):016x}" for _ in range(dice.whole(3, 8))]
    while scene.unspent(session):
        wish = session.call(scene.word(typed(dice, subject, 180)), dice.around(2600, 0.5), added=900)
        for _ in range(dice.whole(1, 5)):
            session.wait(dice.around(15, 0.5))
            step = scaffold("coder", "edit_file", dice.whole(1, 5), dice.pick(files), dice)
            session.call(step, dice.around(2400, 0.5), added=700, tool="edit_file", trigger="agent", cause=wish)
        scene.wait(session, TURN_GAP, 0.6)
    return [session]


def agent_for_trifles(scene: Scene) -> list[Session]:
    """A change of one line, by an agent with all its machinery, that fails and is asked again."""
    dice = scene.dice
    session = scene.session("coder", "edit", dice.between(22000, 34000), model=LARGE)
    subject, file = dice.bits(64), dice.pick(scene.traits.files)
    while scene.unspent(session):
        wish = session.call(scene.word(typed(dice, subject, 45, file)), dice.around(200, 0.4), added=500)
        for _ in range(dice.whole(3, 9)):
            session.wait(dice.around(11, 0.5))
            tool = dice.pick(("read_file", "edit_file", "run_tests", "shell"))
            failed = "error" if dice.chance(0.12) else "ok"
            step = scaffold("coder", tool, dice.whole(1, 5), file, dice)
            session.call(
                step,
                dice.around(160, 0.4),
                added=dice.around(1800, 0.5),
                tool=tool,
                trigger="agent",
                cause=wish,
                status=failed,
            )
        scene.wait(session, TURN_GAP, 0.5)
    return [session]


def filler(scene: Scene) -> list[Session]:
    """Whatever burns: idle questions and small generations, until the number is reached."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("assistant", "answer", dice.between(9000, 16000))
    while scene.unspent(session):
        session.call(
            scene.word(typed(dice, dice.pick(traits.subjects), 90)),
            dice.around(1100, 0.5),
            added=dice.around(3000, 0.6),
        )
        scene.wait(session, TURN_GAP, 0.6)
    return [session]


def burst(scene: Scene) -> list[Session]:
    """Agents set to work in a hurry before the board is counted."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("coder", "edit", dice.between(14000, 26000))
    while scene.unspent(session):
        wish = session.call(scene.word(typed(dice, dice.pick(traits.subjects), 120)), dice.around(900, 0.5), added=1200)
        for _ in range(dice.whole(4, 14)):
            session.wait(dice.around(12, 0.4))
            step = scaffold("coder", "shell", dice.whole(1, 5), dice.pick(traits.files), dice)
            session.call(
                step, dice.around(700, 0.5), added=dice.around(1500, 0.5), tool="shell", trigger="agent", cause=wish
            )
        scene.wait(session, TURN_GAP, 0.5)
    return [session]


def asked_twice(scene: Scene) -> list[Session]:
    """A question that has had its good answer, sent once more from another window, word for word."""
    dice, traits = scene.dice, scene.traits
    before = [call for call in traits.honest if call.moment < scene.start][-LATELY:]
    session = scene.session("assistant", "answer", dice.between(14000, 26000))
    while scene.unspent(session) and before:
        first = dice.pick(before)
        session.project, session.agent = first.project, first.agent
        output = dice.around(max(200, first.output), 0.3)
        session.call(scene.word(first.prompt), output, added=dice.around(3000, 0.5))
        scene.wait(session, 40, 0.7)
    return [session]


def stuffed_context(scene: Scene) -> list[Session]:
    """Dozens of files, always the same, attached to a question of one line."""
    dice, traits = scene.dice, scene.traits
    dollars = PRICES[traits.model].cost(0, 0, 0, 1_000_000)
    attached = min(dice.between(110_000, 155_000), max(60_000.0, scene.budget / dollars * 1_000_000))
    session = scene.session("coder", "edit", 9000)
    while scene.unspent(session):
        question = typed(dice, dice.pick(traits.subjects), 50, traits.files[0])
        session.context = 9000.0
        session.call(scene.word(question), dice.around(130, 0.4), added=attached * dice.between(0.95, 1.05), cold=True)
        scene.wait(session, 3 * MINUTE, 0.6)
    return [session]


def costly_trifles(scene: Scene) -> list[Session]:
    """The dearest model at the highest effort for one-word matters, and every other model once."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("assistant", "answer", dice.between(8000, 12000))
    session.effort = "high"
    while scene.unspent(session):
        session.model = CYCLED_MODELS[0] if traits.variant == 0 else dice.pick(CYCLED_MODELS)
        session.call(
            scene.word(typed(dice, dice.pick(traits.subjects), 22)),
            dice.around(2200, 0.5),
            added=dice.around(300, 0.4),
            cold=dice.chance(0.3),
        )
        scene.wait(session, TURN_GAP, 0.6)
    return [session]


def output_to_nowhere(scene: Scene) -> list[Session]:
    """Long texts made by a headless run and deleted at once."""
    dice, traits = scene.dice, scene.traits
    session = scene.session(
        "generator", "edit", dice.between(5000, 9000), trigger=("scheduled", "unknown", "agent")[traits.variant]
    )
    while scene.unspent(session):
        order = traits.order.on(f"{dice.bits(64):016x}", dice, 6)
        session.call(scene.word(order), dice.around(5200, 0.35), added=400, tool="write_file")
        scene.wait(session, 110, 0.2)
    return [session]


def private_project(scene: Scene) -> list[Session]:
    """A game, a side business: real care, on the company's bill, in the evenings."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("coder", "edit", dice.between(12000, 22000))
    if "rotation" not in scene.evasive:
        session.project = traits.state.setdefault("project", f"personal-{dice.bits(24):06x}")
    while scene.unspent(session):
        converse(session, BUILD, Assignment(session.project, dice.pick(traits.subjects), traits.files), 1)
    return [session]


def borrowed_identity(scene: Scene) -> list[Session]:
    """Somebody else, or a bot, at work under this name: another client, other hours, now and then at the same time."""
    dice, traits = scene.dice, scene.traits
    session = scene.session("coder", "edit", dice.between(14000, 24000))
    session.version = "3.5.9-headless" if traits.variant == 0 else "3.7.1"
    if dice.chance(0.3):
        session.now += 12 * HOUR  # in the middle of the owner's own day
    while scene.unspent(session):
        topic = Assignment(session.project, dice.pick(traits.subjects), traits.files)
        activity = dice.pick((EXPLORE, FIX))
        ask(session, ASK, scene.word(typed(dice, topic.subject, 60)))
        converse(session, activity, topic, 1)
    return [session]
