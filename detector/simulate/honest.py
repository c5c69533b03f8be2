"""Honest work: kinds of session as a table, and the day that a person fills with them.

What makes it honest is not its size but its shape: people return to it, targets differ, some of it is accepted or
merged, some rejected and done again. A sixth of the calls repeats an earlier prompt (files read again, tests run
again, a regenerated answer), as real traffic does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from detector.simulate.catalogue import CHAT, LAUNCHED, Model
from detector.simulate.chance import Weighted, key64, lognormal, mix64, seeded, tail
from detector.simulate.prompts import Prompt, aimed, fixed, novel, paraphrased
from detector.simulate.roster import AWAY, PART_TIME, Person
from detector.simulate.session import Desk, Session

MOST_SESSIONS = 100
"""Sessions a day: twenty parallel threads, five times a day, is the busiest that anybody is."""

LARGE_DAY_USD = 10.0
"""From here on a day's agents work longer without a human turn, not only more often."""

NOTHING_TO_DO = 0.06
"""Share of honest sessions that end without anything to do: the bug was none, the change was there already."""

ASK_CHARS = 180.0
"""Median length of a typed prompt, characters."""

TOOLS = {
    name: fixed("tool", name, chars=70) for name in ("read", "search", "edit", "shell", "test", "web", "plan", "query")
}
"""The tool calls' templates, masked: the same for everybody in every company."""

SAYINGS = tuple(
    fixed("saying", words, chars=len(words)) for words in ("continue", "yes", "go on", "fix the tests", "commit this")
)
SKILLS = tuple(fixed("skill", number, chars=2_400) for number in range(24))
"""The company's catalogue of published slash commands: many people, one template, honestly."""

COMMANDS = 40
"""Shell commands that come back in a project (build, test, lint, git)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of session. `turns` and `steps` (a turn's agent steps) are (median, sigma); `gains` its possible fates."""

    turns: tuple[float, float] | None
    steps: tuple[float, float] | None
    tools: Weighted[str]
    asks: float
    answers: float
    gains: Weighted[str]


_MIXED = Weighted({"read": 4.0, "search": 2.0, "edit": 3.0, "shell": 1.5, "test": 1.5})
_FOUND = Weighted({"read": 8, "": 2})
KINDS = {
    "chat": Kind(None, None, _MIXED, 500, 420, Weighted({"read": 6, "accepted": 2, "rejected": 0.8, "": 1})),
    "lookup": Kind((2, 0.7), (1.2, 0.8), Weighted({"search": 3, "read": 4, "web": 2}), 900, 380, _FOUND),
    "coding": Kind((5, 0.9), (6, 1.0), _MIXED, 700, 260, Weighted({"merged": 5, "accepted": 3, "": 1.5})),
    "review": Kind((3, 0.7), (5, 0.7), Weighted({"read": 5, "search": 2, "shell": 1}), 4_000, 500, _FOUND),
    "analysis": Kind((6, 0.8), (3, 0.9), Weighted({"query": 4, "read": 2, "shell": 2, "edit": 1}), 800, 350,
                     Weighted({"read": 4, "accepted": 4, "": 2})),
    "writing": Kind((4, 0.7), None, _MIXED, 1_500, 800, Weighted({"accepted": 5, "read": 3, "": 2})),
    "fanout": Kind((3, 0.6), (4, 0.8), Weighted({"read": 4, "search": 3, "web": 2}), 900, 450,
                   Weighted({"merged": 2, "read": 3, "": 1})),
}  # fmt: skip


def attends(desk: Desk, person: Person) -> bool:
    """Does the person work with agents today?"""
    if seeded(person.seed, "away", desk.day // 7).random() < AWAY:
        return False
    chance = person.attendance * (PART_TIME if person.part_time else 1.0)
    return desk.rng.random() < chance * (person.weekend if desk.weekday >= 5 else 1.0)


def ordinary_day(desk: Desk) -> None:
    """Sessions of the role's kinds until the day's cost is reached, or no session at all."""
    person = desk.person
    if attends(desk, person):
        ramp = min(1.0, (desk.day + 2) / (person.ramp_days + 2))
        work(desk, person.level * ramp * lognormal(desk.rng, 1.0, person.day_sigma))


def work(desk: Desk, usd: float) -> None:
    """Honest sessions worth about `usd` dollars at the person's own hours."""
    rng, role = desk.rng, desk.person.role
    for _ in range(MOST_SESSIONS):
        left = usd - desk.spent
        kind = role.kinds.pick(rng) if left > 0.15 else "chat"
        hold(desk, kind, desk.some_time(), left)
        if desk.spent >= usd * 0.9:
            return


def start(desk: Desk, kind: str, at: float) -> Session:
    """A session of this kind with the agent, model and project that the person would use."""
    person, rng = desk.person, desk.rng
    agent = CHAT if kind == "chat" and rng.random() < 0.5 else person.agent if rng.random() < 0.8 else person.second
    project = rng.choice(person.projects) if rng.random() < 0.95 else desk.world.projects.scratch(rng)
    return Session(desk, at, agent, model_of(desk), project, effort=some_effort(rng))


def some_effort(rng: Random) -> str | None:
    """Half the calls leave the effort to the client."""
    return None if rng.random() < 0.5 else rng.choice(("low", "medium", "medium", "high"))


def model_of(desk: Desk) -> Model:
    """The person's habitual model; some days after the launch, often the new one."""
    person, launch = desk.person, desk.world.calendar.launch
    adopts = launch + key64(person.seed, "adopts") % 6
    if 0 <= launch <= desk.day and (person.eager or (desk.day >= adopts and desk.rng.random() < 0.3)):
        return LAUNCHED
    return person.models.pick(desk.rng)


def hold(desk: Desk, kind: str, at: float, usd: float, session: Session | None = None) -> Session:
    """One session to its end: when the work is done, or when it has cost `usd` dollars."""
    rng, shape = desk.rng, KINDS[kind]
    session = session or start(desk, kind, at)
    scale = max(0.5, min(3.0, (desk.person.level / 4.0) ** 0.3))
    turns = tail(rng, 2.0, 25) if shape.turns is None else max(1, round(lognormal(rng, *shape.turns)))
    stamina = max(1.0, usd / LARGE_DAY_USD) ** 0.5
    ends, prompt = desk.spent + usd, None
    for turn in range(turns):
        prompt = ask(session, shape, prompt, scale)
        if shape.steps and desk.spent < ends:
            toil(session, shape, max(1, round(stamina * lognormal(rng, *shape.steps))), scale, ends)
        if kind == "fanout" and turn == 0:
            fan_out(session, shape, rng.randint(3, 9), scale, ends)
        if desk.spent >= ends:
            break
    conclude(session, shape.gains)
    return session


def ask(session: Session, shape: Kind, before: Prompt | None, scale: float) -> Prompt:
    """A human's turn: something new, or the same again because the answer was wrong, lost or cut short."""
    rng = session.desk.rng
    draw = rng.random()
    session.wait(lognormal(rng, 45.0, 1.1) if rng.random() > 0.05 else lognormal(rng, 1_800.0, 0.7))
    chars = int(lognormal(rng, ASK_CHARS, 1.0)) + 4
    if before is not None and draw < 0.10:
        prompt = before  # regenerate
        session.fate("rejected", -1.0, session.last)
    elif before is not None and draw < 0.18:
        prompt = paraphrased(before, rng)
    elif draw < 0.30:
        prompt = rng.choice(SAYINGS) if before is not None else rng.choice(SKILLS)
    else:
        prompt = novel(rng, chars)
    status = _status(rng)
    session.call(
        prompt, lognormal(rng, shape.asks * scale, 1.0), lognormal(rng, shape.answers, 0.8), "manual", status=status
    )
    if status != "ok" and rng.random() < 0.8:
        session.wait(lognormal(rng, 8.0, 0.6))
        session.call(prompt, 20, lognormal(rng, shape.answers, 0.8), "manual")
    return prompt


def toil(session: Session, shape: Kind, steps: int, scale: float, ends: float) -> None:
    """An agent's steps: tool calls at files of one corner of the project, now and then the same again."""
    desk = session.desk
    rng = desk.rng
    corner = key64(session.project, rng.randrange(40))
    width = 3 + int(rng.expovariate(0.12))
    for _ in range(steps):
        tool = shape.tools.pick(rng)
        session.wait(lognormal(rng, 7.0, 0.8))
        target = mix64(corner, rng.randrange(width))
        out = lognormal(rng, 320.0 if tool == "edit" else 90.0, 0.9)
        invocation = session.call(step(rng, tool, target, session.project), lognormal(rng, 650.0 * scale, 1.2), out,
                                  tool=tool, status=_status(rng))  # fmt: skip
        if tool == "edit" and rng.random() < 0.4:
            session.fate("accepted" if rng.random() < 0.85 else "rejected", lognormal(rng, 40.0, 1.2), invocation)
        if desk.spent >= ends:
            return


def step(rng: Random, tool: str, target: int, project: str) -> Prompt:
    """The prompt of one tool call. Commands repeat exactly, reads mostly differ in range, edits are all new."""
    if tool in {"shell", "test"}:
        return aimed(TOOLS[tool], key64(project, tool, int(COMMANDS * rng.random() ** 2)))
    if tool in {"edit", "query", "plan"}:
        return novel(rng, int(lognormal(rng, 260.0, 0.8)), target)
    return aimed(TOOLS[tool], target, rng.randrange(8))


def fan_out(session: Session, shape: Kind, width: int, scale: float, ends: float) -> None:
    """Sub-agents side by side, each with its own question; some answers are used."""
    rng = session.desk.rng
    for _ in range(width):
        child = session.branch()
        child.wait(rng.uniform(0.2, 4.0))
        question = novel(rng, 600, key64(session.project, rng.randrange(500)))
        first = child.call(question, lognormal(rng, 900.0, 0.7), lognormal(rng, 250.0, 0.7))
        toil(child, shape, max(1, round(lognormal(rng, 4.0, 0.6))), scale, ends)
        child.fate("read" if rng.random() < 0.6 else "discarded", lognormal(rng, 200.0, 0.8), first)
        session.at = max(session.at, child.at)


def conclude(session: Session, gains: Weighted[str]) -> None:
    """The session's fate: what its kind brings, thrown away at the role's rate, late, or never known."""
    rng = session.desk.rng
    if rng.random() < session.desk.person.role.discards:
        session.fate("discarded", lognormal(rng, 9_000.0, 1.5))
        return
    fate = "no_op" if rng.random() < NOTHING_TO_DO else gains.pick(rng)
    if fate:
        session.fate(fate, lognormal(rng, DELAYS[fate], 1.2))


DELAYS = {"no_op": 30.0, "read": 60.0, "accepted": 300.0, "rejected": 60.0, "merged": 30_000.0}
"""Median seconds until an outcome is known."""


def _status(rng: Random) -> str:
    draw = rng.random()
    return "ok" if draw > 0.025 else "error" if draw > 0.006 else "rate_limited"


Habit = Callable[[Desk], None]
"""What a persona adds to a day, or does instead."""
