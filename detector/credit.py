"""Outcomes credited to the work that they speak of, however late they come."""

from math import log

from detector.event import Outcome
from detector.features import Features, credited
from detector.prior import GOOD_SHARE
from detector.profile import Line, Profile, Session, Strand, Yield

USELESS_GOOD = 0.1
"""Share of good outcomes that useless work still has."""
USUAL_FLOOR = 0.25
"""Least usual share of good outcomes that bad ones are measured by: researchers rightly discard 70 %."""
WELCOME_WEIGHT = 8.0
"""Outcomes that the prior share of good ones counts for."""
SOUR_CAP = 12.0
"""Log odds at which the running sum stops, so that a person comes back from a bad week within some good outcomes."""
SOUR_LEARN = 3.0
"""Log odds above which outcomes are not learned as usual."""
GOOD = frozenset({"accepted", "merged", "read"})
"""Outcomes that show that somebody wanted it; the others show that nobody did."""
REDEEMING = frozenset({"accepted", "merged"})
"""A good end redeems what was rejected on the way: the work converged."""


def learn_outcome(profile: Profile, outcome: Outcome, at: float) -> None:
    """Credit an outcome to its session, the session's line and strands, and the person."""
    key = credited(profile, outcome)
    session = profile.session(key) if key else None
    if session is None:
        return
    good = outcome.outcome in GOOD
    if outcome.outcome == "rejected":
        profile.prompts.pop(session.last_prompt, None)  # asking again after a rejection is no duplicate
    moved = session.open_burn
    redeemed = session.bad_burn if outcome.outcome in REDEEMING else 0.0
    first = session.good + session.bad == 0
    voice = _is_voice(session, good=good)
    if voice and not session.declared:
        _hear(profile, good=good)
    session.open_burn = 0.0
    if good:
        session.good_burn += moved + redeemed
        session.bad_burn -= redeemed
    else:
        session.bad_burn += moved
    fruits = [profile.fruit]
    if (line := profile.line(session.line)) is not None:
        fruits.append(line.fruit)
    fruits.extend(strand.fruit for k in session.strands if (strand := profile.strand(k)) is not None)
    for fruit in fruits:
        fruit.answered += first
        _credit(fruit, moved, redeemed, at, voice=voice, good=good)


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


def _hear(profile: Profile, *, good: bool) -> None:
    """One more independent outcome: the running odds, and, where nothing is wrong, the usual share of good ones."""
    usual = (profile.welcome.n * profile.welcome.value + WELCOME_WEIGHT * GOOD_SHARE) / (
        profile.welcome.n + WELCOME_WEIGHT
    )
    usual = min(0.9, max(USUAL_FLOOR, usual))
    step = log(USELESS_GOOD / usual) if good else log((1.0 - USELESS_GOOD) / (1.0 - usual))
    profile.sour = min(SOUR_CAP, max(0.0, profile.sour + step))
    if profile.sour < SOUR_LEARN:
        profile.welcome.update(float(good))


def _credit(fruit: Yield, moved: float, redeemed: float, at: float, *, voice: bool, good: bool) -> None:
    moved, redeemed = min(moved, fruit.open_burn), min(redeemed, fruit.bad_burn)
    fruit.open_burn -= moved
    if good:
        fruit.good_burn += moved + redeemed
        fruit.bad_burn -= redeemed
        fruit.good += voice
        fruit.bad = max(0.0, fruit.bad - 1.0) if redeemed else fruit.bad
        fruit.last_good = max(fruit.last_good, at)
    else:
        fruit.bad_burn += moved
        fruit.bad += voice
