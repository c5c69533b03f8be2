"""Running log odds that recent sessions were useless: a one-sided CUSUM against how the person's sessions end."""

from math import log

from detector.prior import USELESS_READ
from detector.profile import Profile
from detector.work import Session

USELESS_GOOD = 0.1
"""Share of good outcomes that useless work still has."""
SOUR_CAP = 12.0
"""Log odds at which the running sum stops, so that a person comes back from a bad week within some good outcomes."""
SITTING_SECONDS = 120.0
"""Bad ends within two minutes of one another are one person clearing a desk: one voice, not one a session."""
SAME_SESSION = 0.35
"""Weight of a further bad outcome of the same session: what is rejected twice is often accepted the third time."""
LONG = 8
"""Bad outcomes without a good one from which a session is no attempt that converges any more."""


def step_of(profile: Profile, session: Session, at: float, *, good: bool) -> float:
    """What an outcome adds to the running odds and its session, which is useless until something good comes of it."""
    usual = profile.usual_good
    if good:
        step = (good_step(usual) if session.good == 1 else 0.0) - session.sour
        session.sour = session.sittings = 0
        return step
    if session.good or abs(at - profile.last_bad) < SITTING_SECONDS:
        return 0.0
    profile.last_bad = at
    session.sittings += 1
    if session.sittings.bit_count() != 1:
        return 0.0
    step = bad_step(usual) * (1.0 if session.sittings == 1 or session.sittings >= LONG else SAME_SESSION)
    session.sour += step
    return step


def look_step(profile: Profile) -> float:
    """What a session that was only read adds to the running odds: it speaks for whose sessions usually end so."""
    return min(0.0, log(USELESS_READ / profile.usual_read))


def good_step(usual: float) -> float:
    """What a useful session adds, where `usual` is the share of the person's sessions that are useful.

    >>> round(good_step(0.6), 2), round(bad_step(0.6), 2), round(bad_step(0.3), 2)
    (-1.79, 0.81, 0.25)
    """
    return log(USELESS_GOOD / usual)


def bad_step(usual: float) -> float:
    """The same of a useless one."""
    return log((1.0 - USELESS_GOOD) / (1.0 - usual))


def losses(session: Session) -> int:
    """As how many useless sessions it counts: one that goes on and on without any good counts again at its eighth,
    sixteenth, ... bad outcome.

    >>> [losses(Session("l", 1, 0.0, sittings=n)) for n in (0, 1, 7, 8, 16)]
    [0, 1, 1, 2, 3]
    """
    return 1 + max(0, session.sittings.bit_length() - LONG.bit_length() + 1) if session.sittings else 0


def summed(sour: float, step: float) -> float:
    """The running odds after one more step."""
    return min(SOUR_CAP, max(0.0, sour + step))
