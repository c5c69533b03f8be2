"""One gaming workload of one person: its budget, its evasions, its occasions, and the truth about it."""

from dataclasses import dataclass
from typing import Any

from tests.apart.behaviours import FILLING_UP, Behaviour
from tests.apart.budgets import spread
from tests.apart.clock import DAY, HOUR, iso
from tests.apart.dice import Dice
from tests.apart.fates import settle
from tests.apart.minimum import fill_windows, hold_below
from tests.apart.prompts import Prompt
from tests.apart.records import TENANT, Call, Diary
from tests.apart.scenes import Scene, draw_traits

INTENSITIES = (0.05, 0.25, 0.75)
EVASIVE_SHARE = 0.5
FIRST_ONSET, LAST_ONSET = 7, 16  # days
FAKED_SHARE = 0.4  # of sessions that get an outcome made up for the purpose
FAKED = {"edit": {"accepted": 0.6, "merged": 0.4}, "answer": {"accepted": 1.0}, "job": {"accepted": 0.5, "read": 0.5}}
WINDOWED = frozenset({FILLING_UP, "G11_window_burst"})  # these begin with a window, i.e. on a Monday


@dataclass(frozen=True, slots=True)
class Workload:
    """What was played: enough to write its truth."""

    behaviour: Behaviour
    intensity: float
    evasive: tuple[str, ...]
    first_day: int
    calls: list[Call]

    def truth(self, diary: Diary) -> dict[str, Any]:
        return {
            "kind": "workload",
            "tenant_id": TENANT,
            "user_id": diary.person.user,
            "behaviour": self.behaviour.name,
            "intensity": self.intensity,
            "evasive": list(self.evasive),
            "onset": iso(self.first_day * DAY),
            "end": iso(diary.days * DAY),
            "invocations": len(self.calls),
            "cost_usd": round(sum(call.cost for call in self.calls), 6),
            "expected": list(self.behaviour.expected),
            "person_alert": True,  # none of the ways played here is of the kinds that must never lead to one
            "session_ids": sorted({call.session for call in self.calls}),
            "invocation_ids": [call.identity for call in self.calls],
        }


def play_workload(diary: Diary, dice: Dice, behaviour: Behaviour, intensity: float, script: Prompt) -> Workload:
    """Burns the share of the person's spend from a drawn onset to the end of the month."""
    first = draw_onset(dice, behaviour, diary.days)
    evasive = draw_evasions(dice, behaviour)
    minimum = hold_below(diary, first, intensity) if behaviour.name == FILLING_UP else None
    honest = sum(call.cost for call in diary.calls if call.moment >= first * DAY)
    target = honest * intensity / (1 - intensity)
    traits = draw_traits(diary, dice, target, script)
    before = len(diary.calls)
    end = diary.days * DAY - HOUR
    moments = sorted(moment for moment in behaviour.moments(diary, dice, first) if first * DAY <= moment < end)
    if minimum is None:
        occasions = spread(diary, dice, moments, target, behaviour.typical)
    else:
        occasions = fill_windows(diary, dice, moments, minimum)
    for start, budget in occasions:
        _play_one(Scene(diary, dice, traits, frozenset(evasive), start, budget), behaviour)
    made = [call for call in diary.calls[before:] if call.moment < diary.days * DAY]
    return Workload(behaviour, intensity, evasive, first, made)


def draw_onset(dice: Dice, behaviour: Behaviour, days: int) -> int:
    last = min(LAST_ONSET, days - 5)
    if behaviour.name in WINDOWED:
        return 7 * dice.whole(1, max(1, min(2, days // 7 - 1)))
    return dice.whole(min(FIRST_ONSET, last), last)


def draw_evasions(dice: Dice, behaviour: Behaviour) -> tuple[str, ...]:
    if not dice.chance(EVASIVE_SHARE):
        return ()
    return tuple(sorted({dice.pick(behaviour.evasions) for _ in range(dice.whole(1, 3))}))


def _play_one(scene: Scene, behaviour: Behaviour) -> None:
    """One occasion, with what becomes of each of its sessions."""
    for session in behaviour.play(scene):
        faked = "fake_outcomes" in scene.evasive and scene.dice.chance(FAKED_SHARE)
        settle(session, FAKED[session.kind] if faked else behaviour.fates, sooner=1.0 if faked else behaviour.sooner)
