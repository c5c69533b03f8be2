"""Outcomes credited to the work that they speak of, however late they come."""

from detector.addressed import credited, forgotten, line_of, strand_of
from detector.cusum import SITTING_SECONDS, bad_step, good_step, look_step, losses, step_of, summed
from detector.event import Outcome
from detector.features import Features
from detector.gone import READ_ONLY, Gone, note_end
from detector.profile import Profile
from detector.work import HABITS, Habit, Line, Session, Strand, Yield

SOUR_LEARN = 3.0
"""Log odds of useless outcomes above which the way a person works now is not learned as usual."""
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
    fruits = _fruits(profile, session.line, session.strands, session.habits, declared=session.declared)
    if is_look(outcome, declared=session.declared):
        _look(profile, session, fruits)
        return
    moved = session.open_burn
    redeemed = session.bad_burn if outcome.outcome in REDEEMING else 0.0
    first = not is_answered(session)
    voice = _is_voice(session, good=good)
    was_lost = losses(session)
    by_design = session.last_declared and outcome.outcome in BY_DESIGN
    step = 0.0 if by_design else step_of(profile, session, outcome.at, good=good)
    if not session.declared:
        profile.sour = summed(profile.sour, step)
    turned = good and session.good == 1
    lost = losses(session) - was_lost
    session.open_burn = 0
    if good:
        session.bad_burn = session.bad_burn - redeemed or 0
    else:
        session.bad_burn += moved
    for fruit in fruits:
        fruit.answered += first
        fruit.useful += turned
        fruit.useless = max(0, fruit.useless + lost)  # forgotten works begin again at nought
        fruit.sour = summed(fruit.sour, step)
        _credit(fruit, moved, redeemed, voice=voice, good=good)


def is_look(outcome: Outcome, *, declared: bool) -> bool:
    """Whether an outcome says only that somebody looked. What automation made unasked is wanted where it is read; who
    asked reads the answer anyway, whether it is used or thrown away then.
    """
    return outcome.outcome == "read" and not declared


def is_answered(session: Session) -> bool:
    """Whether anything is known of what became of a session."""
    return session.good + session.bad + session.read > 0


def learn_ends(profile: Profile, session: Session) -> None:
    """Take in how an answered session ended, as usual for the person. Not while something is wrong."""
    known = session.good + session.bad > 0
    profile.looked.update(float(not known))
    if known:
        profile.welcome.update(float(session.good > 0))


def _look(profile: Profile, session: Session, fruits: list[Yield]) -> None:
    first, session.read = not is_answered(session), session.read + 1
    moved, session.open_burn = session.open_burn, 0
    if session.read == 1:
        _note_look(profile, fruits, first=first)
    for fruit in fruits:
        _credit(fruit, moved, 0.0, voice=False, good=True)


def _note_look(profile: Profile, fruits: list[Yield], *, first: bool) -> None:
    """Count that somebody looked; where nothing else is known of how it ended, it speaks for the person."""
    step = look_step(profile) if first else 0.0
    profile.sour = summed(profile.sour, step)
    for fruit in fruits:
        fruit.answered += first
        fruit.read += 1
        fruit.sour = summed(fruit.sour, step)


def _fruits(profile: Profile, line: str, strands: list[str], habits: int, *, declared: bool) -> list[Yield]:
    """What came of all that a session, remembered or forgotten, is part of: its works, and what its person began as a
    whole, or what began by itself.
    """
    works: list[Line | Strand | Habit | None] = [profile.line(line), *(profile.strand(key) for key in strands)]
    works += shown(profile, habits)
    whole = profile.automated if declared else profile.fruit
    return [whole, *(work.fruit for work in works if work is not None)]


def _fruits_of(profile: Profile, gone: Gone) -> list[Yield]:
    strand = strand_of(profile, gone)
    return _fruits(profile, line_of(profile, gone), [strand] if strand else [], gone.habits, declared=gone.declared)


def _credit_gone(profile: Profile, outcome: Outcome, *, good: bool) -> None:
    """Credit an outcome to the works of a forgotten session; what it burned is not known any more."""
    gone = forgotten(profile, outcome)
    if gone is None:
        return
    if is_look(outcome, declared=gone.declared):
        _look_at_gone(profile, gone)
        return
    ended, end = 0 if gone.end == READ_ONLY else gone.end, 2 if good else 1
    if ended >= end:
        return
    usual = profile.usual_good
    step = good_step(usual) if good else bad_step(usual)
    step -= bad_step(usual) if ended else 0.0
    by_design = gone.declared and outcome.outcome in BY_DESIGN
    lost = not good and not by_design and abs(outcome.at - profile.last_bad) >= SITTING_SECONDS
    if lost:
        profile.last_bad = outcome.at
    elif not good:
        step = 0.0  # nothing to do, or a desk that is cleared at once
    fruits = _fruits_of(profile, gone)
    if not gone.declared:
        if not ended and profile.sour < SOUR_LEARN:
            profile.welcome.update(float(good))
            profile.looked.update(0.0)
        profile.sour = summed(profile.sour, step)
    for fruit in fruits:
        fruit.answered += not gone.end
        fruit.useful += good
        fruit.useless = max(0, fruit.useless + lost - (good and ended == 1))
        fruit.sour = summed(fruit.sour, step)
        _credit(fruit, 0.0, 0.0, voice=True, good=good)
    note_end(profile, gone, end)


def _look_at_gone(profile: Profile, gone: Gone) -> None:
    if gone.end:
        return
    fruits = _fruits_of(profile, gone)
    usual = profile.sour < SOUR_LEARN
    _note_look(profile, fruits, first=True)
    if usual:
        profile.looked.update(1.0)
    note_end(profile, gone, READ_ONLY)


def shown(profile: Profile, bits: int) -> list[Habit]:
    """The habits that a session's bits stand for."""
    return [profile.habits[name] for bit, name in enumerate(HABITS) if bits >> bit & 1 and name in profile.habits]


def open_session(work: Line | Strand, session: Session, seen: Features, *, known: bool) -> bool:
    """Note that a work burns in a session; whether it is a new one for it. `known`: the session is known to be part of
    it already, for sessions side by side take turns and are two, not one a turn.
    """
    first = not known and work.last_session != session.ordinal
    work.fruit.sessions += first
    work.last_session = session.ordinal
    work.fruit.open_burn += seen.burn
    return first


def catch_up(fruit: Yield, session: Session) -> None:
    """Credit a work that is part of a session from late on with what is known of the session's end already: what was
    answered is not silent, and what ended well is not useless for what it ended like later.
    """
    fruit.answered += is_answered(session)
    fruit.useful += session.good > 0
    fruit.useless += 0 if session.good else losses(session)
    fruit.read += session.read > 0


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
