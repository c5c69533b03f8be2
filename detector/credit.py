"""Outcomes credited to the work that they speak of, however late they come."""

from math import log

from detector.addressed import credited, forgotten, line_of
from detector.event import Outcome
from detector.features import Features
from detector.limits import GONE_DAYS, MAX_GONE
from detector.names import short_hash
from detector.profile import Profile
from detector.work import HABITS, Gone, Habit, Line, Session, Strand, Yield

USELESS_GOOD = 0.1
"""Share of good outcomes that useless work still has."""
SOUR_CAP = 12.0
"""Log odds at which the running sum stops, so that a person comes back from a bad week within some good outcomes."""
SOUR_LEARN = 3.0
"""Log odds of useless outcomes above which the way a person works now is not learned as usual."""
SITTING_SECONDS = 120.0
"""Bad ends within two minutes of one another are one person clearing a desk: one voice, not one a session."""
SAME_SESSION = 0.35
"""Weight of a further bad outcome of the same session: what is rejected twice is often accepted the third time."""
DAY_MASK = 127
"""The day of a forgotten session is kept modulo 128."""
LONG = 8
"""Bad outcomes without a good one from which a session is no attempt that converges any more."""
GOOD = frozenset({"accepted", "merged", "read"})
"""Outcomes that show that somebody wanted it; the others show that nobody did."""
BY_DESIGN = frozenset({"no_op", "error"})
"""Outcomes of declared automation that say nothing: a watcher hopes for nothing to do, a build may fail."""
REDEEMING = frozenset({"accepted", "merged"})
"""A good end redeems what was rejected on the way: the work converged."""


def learn_outcome(profile: Profile, outcome: Outcome) -> None:
    """Credit an outcome to its session, the session's line and strands, and the person."""
    key = credited(profile, outcome)
    session = profile.session(key) if key else None
    good = outcome.outcome in GOOD
    if session is None:
        _credit_gone(profile, outcome, good=good)
        return
    if outcome.outcome == "rejected":
        profile.prompts.pop(session.last_prompt, None)  # asking again after a rejection is no duplicate
    fruits = _fruits(profile, session.line, session.strands, session.habits)
    moved = session.open_burn
    redeemed = session.bad_burn if outcome.outcome in REDEEMING else 0.0
    first = session.good + session.bad == 0
    voice = _is_voice(session, good=good)
    was_lost = losses(session)
    step = _step(profile, session, outcome.at, good=good)
    if not session.declared:
        profile.sour = _sum(profile.sour, step)
    turned = good and session.good == 1
    lost = losses(session) - was_lost
    session.open_burn = 0
    if good:
        session.good_burn += moved + redeemed
        session.bad_burn = session.bad_burn - redeemed or 0
    else:
        session.bad_burn += moved
    for fruit in fruits:
        fruit.answered += first
        fruit.useful += turned
        fruit.useless = max(0, fruit.useless + lost)  # a habit may be shown only after the loss
        if not (session.declared and outcome.outcome in BY_DESIGN):
            fruit.sour = _sum(fruit.sour, step)
        _credit(fruit, moved, redeemed, voice=voice, good=good)


def _fruits(profile: Profile, line: str, strands: list[str], habits: int) -> list[Yield]:
    """What came of the person's work, and of all works that a session, remembered or forgotten, is part of."""
    works: list[Line | Strand | Habit | None] = [profile.line(line), *(profile.strand(key) for key in strands)]
    works += shown(profile, habits)
    return [profile.fruit, *(work.fruit for work in works if work is not None)]


def bury(profile: Profile, key: str, session: Session) -> None:
    """Keep of a session that is forgotten what it takes to credit an outcome that comes later still."""
    end = 2 if session.good else min(1, session.bad)
    strand = session.strands[-1] if session.strands else None
    profile.gone[session.ordinal] = Gone(
        short_hash(key), short_hash(session.line), strand, end, session.declared, session.habits, profile.day & DAY_MASK
    )
    oldest = next(iter(profile.gone))
    while len(profile.gone) > MAX_GONE or (profile.day - profile.gone[oldest].day) & DAY_MASK > GONE_DAYS:
        del profile.gone[oldest]
        oldest = next(iter(profile.gone))


def _credit_gone(profile: Profile, outcome: Outcome, *, good: bool) -> None:
    """Credit an outcome to the works of a forgotten session; what it burned is not known any more."""
    gone = forgotten(profile, outcome)
    end = 2 if good else 1
    if gone is None or gone.end >= end:
        return
    usual = profile.usual_good
    step = log(USELESS_GOOD / usual) if good else _bad_step(usual)
    step -= _bad_step(usual) if gone.end else 0.0
    lost = not good and abs(outcome.at - profile.last_bad) >= SITTING_SECONDS
    if lost:
        profile.last_bad = outcome.at
    elif not good:
        step = 0.0  # a desk that is cleared at once
    fruits = _fruits(profile, line_of(profile, gone), [gone.strand] if gone.strand else [], gone.habits)
    if not gone.declared:
        if not gone.end and profile.sour < SOUR_LEARN:
            profile.welcome.update(float(good))
        profile.sour = _sum(profile.sour, step)
    for fruit in fruits:
        fruit.answered += not gone.end
        fruit.useful += good
        fruit.useless = max(0, fruit.useless + lost - (good and gone.end == 1))
        if not (gone.declared and outcome.outcome in BY_DESIGN):
            fruit.sour = _sum(fruit.sour, step)
        _credit(fruit, 0.0, 0.0, voice=True, good=good)
    gone.end = end


def _bad_step(usual: float) -> float:
    return log((1.0 - USELESS_GOOD) / (1.0 - usual))


def shown(profile: Profile, bits: int) -> list[Habit]:
    """The habits that a session's bits stand for."""
    return [profile.habits[name] for bit, name in enumerate(HABITS) if bits >> bit & 1 and name in profile.habits]


def open_session(work: Line | Strand, session: Session, seen: Features) -> bool:
    """Note that a work burns in a session; whether it is a new one for it."""
    turn_fruit(work.fruit, seen.day)
    first = work.last_session != session.ordinal
    work.fruit.sessions += first
    work.last_session = session.ordinal
    work.fruit.open_burn += seen.burn
    return first


def turn_fruit(fruit: Yield, day: int) -> None:
    """At a new day, remember how many sessions were still without an answer."""
    if day > fruit.day:
        fruit.turned_before = fruit.turned if day == fruit.day + 1 else fruit.sessions - fruit.answered
        fruit.turned = fruit.sessions - fruit.answered
        fruit.day = day


def _is_voice(session: Session, *, good: bool) -> bool:
    """Whether the outcome is an independent voice: the session's first, second, fourth, eighth ... of its kind."""
    if good:
        session.good += 1
        return session.good.bit_count() == 1
    session.bad += 1
    return session.bad.bit_count() == 1


def losses(session: Session) -> int:
    """As how many useless sessions it counts: one that goes on and on without any good counts again at its eighth,
    sixteenth, ... bad outcome.

    >>> [losses(Session("l", 1, 0.0, sittings=n)) for n in (0, 1, 7, 8, 16)]
    [0, 1, 1, 2, 3]
    """
    return 1 + max(0, session.sittings.bit_length() - LONG.bit_length() + 1) if session.sittings else 0


def _step(profile: Profile, session: Session, at: float, *, good: bool) -> float:
    """What an outcome adds to the running odds: its session is useless until something good comes of it."""
    usual = profile.usual_good
    if good:
        step = (log(USELESS_GOOD / usual) if session.good == 1 else 0.0) - session.sour
        session.sour = session.sittings = 0
        return step
    if session.good or abs(at - profile.last_bad) < SITTING_SECONDS:
        return 0.0
    profile.last_bad = at
    session.sittings += 1
    if session.sittings.bit_count() != 1:
        return 0.0
    step = _bad_step(usual) * (1.0 if session.sittings == 1 or session.sittings >= LONG else SAME_SESSION)
    session.sour += step
    return step


def _sum(sour: float, step: float) -> float:
    return min(SOUR_CAP, max(0.0, sour + step))


def _credit(fruit: Yield, moved: float, redeemed: float, *, voice: bool, good: bool) -> None:
    moved, redeemed = min(moved, fruit.open_burn), min(redeemed, fruit.bad_burn)
    fruit.open_burn = fruit.open_burn - moved or 0
    if good:
        fruit.good_burn += moved + redeemed
        fruit.bad_burn = fruit.bad_burn - redeemed or 0
        fruit.good += voice
        fruit.bad = max(0, fruit.bad - 1) if redeemed else fruit.bad
    else:
        fruit.bad_burn += moved
        fruit.bad += voice
