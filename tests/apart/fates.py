"""What becomes of work, and what the platform hears of it: outcomes are reported by kind of work, never by motive."""

from collections.abc import Mapping

from tests.apart.clock import DAY, HOUR, MINUTE
from tests.apart.prompts import keyed_hash
from tests.apart.records import Call, Diary, Outcome
from tests.apart.sessions import Session

USED = frozenset({"accepted", "merged", "read"})
TURN_SHARE = 0.35  # of an edit session's earlier turns whose own acceptance is logged by the editor

# Medians in seconds: how long after the last call each end comes. A sweep files what nobody opened as discarded.
DELAY = {
    "accepted": 6 * MINUTE,
    "merged": 14 * HOUR,
    "rejected": 5 * MINUTE,
    "discarded": 5 * HOUR,
    "no_op": 1 * MINUTE,
    "read": 12 * MINUTE,
    "error": 20.0,
}
JOB_READ_DELAY = 3 * HOUR
JOB_SWEEP_DELAY = 2.5 * DAY
DELAY_SIGMA = 0.8
LONGEST = 9 * DAY


def settle(session: Session, fates: Mapping[str, float], *, sooner: float = 1.0) -> str:
    """Draws the session's end and files it when the person's platform reports such ends; returns what became of it."""
    diary = session.diary
    fate = diary.dice.weighted(_with_knack(fates, diary.person.knack))
    if not session.calls or not diary.dice.chance(diary.person.reporting(session.kind)):
        return fate
    last = session.calls[-1]
    if fate == "merged":
        _file(diary, last, "accepted", DELAY["accepted"])
    _file(diary, last, fate, _delay(session.kind, fate) * sooner, of_call=diary.dice.chance(0.5))
    if session.kind == "edit":
        _file_turns(session, good=fate in USED)
    return fate


def settle_call(session: Session, call: Call, fates: Mapping[str, float]) -> None:
    """The end of one call of a larger tree, e.g. of one sub-agent's piece of work."""
    diary = session.diary
    if diary.dice.chance(diary.person.reporting(session.kind)):
        fate = diary.dice.weighted(fates)
        _file(diary, call, fate, _delay(session.kind, fate), of_call=True)


def _with_knack(fates: Mapping[str, float], knack: float) -> dict[str, float]:
    """People differ in how much of what they ask for is any good; the difference lasts."""
    return {fate: weight * (knack if fate in USED else 1.0) for fate, weight in fates.items()}


def _delay(kind: str, fate: str) -> float:
    if kind == "job" and fate == "read":
        return JOB_READ_DELAY
    if kind == "job" and fate == "discarded":
        return JOB_SWEEP_DELAY
    return DELAY[fate]


def _file_turns(session: Session, *, good: bool) -> None:
    diary = session.diary
    turns = [call for call in session.calls[:-1] if call.trigger == "manual" and call.status == "ok"]
    for call in turns:
        if diary.dice.chance(TURN_SHARE):
            kept = diary.dice.chance(0.8 if good else 0.35)
            _file(diary, call, "accepted" if kept else "rejected", MINUTE, of_call=True)


def _file(diary: Diary, call: Call, fate: str, median: float, *, of_call: bool = False) -> None:
    moment = call.moment + call.duration + min(LONGEST, diary.dice.around(median, DELAY_SIGMA))
    named = call.identity if of_call else None
    identity = f"o_{keyed_hash(call.identity, fate, len(diary.outcomes))}"
    # Editors send at once, the repository and the sweep are polled: the report comes some minutes after the fact.
    arrival = moment + diary.dice.around(40.0 if fate in {"accepted", "rejected", "error"} else 240.0, 0.8)
    diary.outcomes.append(Outcome(identity, moment, arrival, call.session, named, fate))
