"""Habits: ways to work that a session can show, whatever its agent and project, and what comes of the sessions that do.

Gaming by hand hides among honest work on the same agent and project. What it has in common is a way: the same is asked
again, contexts are stuffed, the dearest model gets the smallest task, every session has a project or an agent of its
own, or all of it is done before the week's count closes. Each habit is nothing by itself: honest people show
all of them.
"""

from typing import Final

from detector.credit import catch_up
from detector.event import Invocation
from detector.features import Features, tenths
from detector.limits import MAX_PLACES
from detector.names import id_hash, kept_name
from detector.profile import Profile
from detector.work import HABITS, Habit, Session

AGAIN_SHARE: Final = 0.4
"""Share of a session's typed prompts that ask again, from which it shows the habit: people regenerate every tenth."""
STUFFED: Final = 5.5
"""Log tokens sent for each written, from which a call is stuffed: 245 to 1, where 13 is usual."""
DEAR: Final = 0.35
"""Log price of the model above the person's usual, from which a trifle is dear: 1.4 times; tiers are 1.7 apart."""
SHORT_CHARS: Final = 60
"""Typed characters up to which a prompt is short."""
SMALL: Final = 5.0
"""Log output tokens up to which a call is small: 150 tokens, a short paragraph."""
SWARM: Final = 8
"""Calls at once with the one before, from which a session sets off a swarm: on four synthetic companies 40 to 95 % of
the sessions that fan out for show have so many, and 0 to 6 % of honest ones."""
BURN_SHARE: Final = 0.5
"""Share of a session's burn from which stuffed or dear calls make its habit."""


def learn_habits(profile: Profile, call: Invocation, seen: Features, session: Session, *, tail: bool) -> None:
    """Take in which habits a session shows now, and count its call for each. Declared automation has none.

    `tail`: the call is at the end of the week (`detector.windows`).
    """
    scratch = _first(profile.projects, id_hash(call.project), session)
    sprawl = _first(profile.agents, id_hash(call.agent), session)
    if seen.declared:
        return
    if seen.session is None:
        for habit in profile.habits.values():
            habit.pass_by()
    session.overlapped += seen.overlaps
    session.last_took = tenths(call.duration_ms)
    session.typed += seen.typed
    session.again += seen.again
    if seen.answered and not seen.failed:
        session.stuffed += seen.burn if seen.log_context >= STUFFED else 0
        usual = profile.price_usual
        dear = usual.n and seen.log_price >= usual.mean + DEAR and (seen.log_out <= SMALL or _is_short(call, seen))
        session.dear += seen.burn if dear else 0
    showing = (
        session.again >= max(1.0, AGAIN_SHARE * session.typed),
        session.stuffed > BURN_SHARE * session.burn,
        session.dear > BURN_SHARE * session.burn,
        scratch,
        sprawl,
        tail,
        session.overlapped >= SWARM,
    )
    if not session.habits and not any(showing):
        return
    for bit, (name, shows) in enumerate(zip(HABITS, showing, strict=True)):
        if shows or session.habits >> bit & 1:
            _learn(profile.habits.setdefault(name, Habit()), call, seen, session, bit)


def _is_short(call: Invocation, seen: Features) -> bool:
    """Whether a person asked it in a line; what is asked of an unknown length is not short."""
    return not seen.automatic and call.prompt_chars is not None and call.prompt_chars <= SHORT_CHARS


def _first(places: dict[int, int], place: int, session: Session) -> bool:
    """Whether the session is the first in a place, a project or an agent, of a person who has others."""
    if not place:
        return False
    first = places.pop(place, session.ordinal)
    places[place] = first
    if len(places) > MAX_PLACES:
        del places[next(iter(places))]
    return first == session.ordinal and len(places) > 1


def _learn(habit: Habit, call: Invocation, seen: Features, session: Session, bit: int) -> None:
    if not session.habits >> bit & 1:
        session.habits |= 1 << bit
        habit.fruit.sessions += 1
        habit.shows()
        catch_up(habit.fruit, session)
    habit.fruit.open_burn += seen.burn
    habit.agent, habit.project = kept_name(call.agent), kept_name(call.project)
    habit.calls += 1
    habit.tokens += seen.tokens
    habit.burn += seen.burn
    habit.again += seen.again
