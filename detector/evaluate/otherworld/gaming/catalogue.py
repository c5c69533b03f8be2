"""All ways to game by number, with what a detector may rightly call them."""

from collections.abc import Callable
from dataclasses import dataclass

from detector.evaluate.otherworld.gaming.contexts import Churn, Stuffing
from detector.evaluate.otherworld.gaming.idle import KeptAlive, NightRuns, ToNowhere
from detector.evaluate.otherworld.gaming.loops import BurnDaemon, EndlessTask, Flood, SharedScript
from detector.evaluate.otherworld.gaming.pastime import (
    DocQuestions,
    Escalation,
    OwnProjects,
    Sledgehammer,
    Throwaway,
)
from detector.evaluate.otherworld.gaming.repeats import CommentsOnEverything, Doubling, Sprawl, Swarm
from detector.evaluate.otherworld.gaming.scheme import Scheme
from detector.evaluate.otherworld.gaming.targets import LastMinute, Minimum, Streak, WeeklyPing
from detector.evaluate.otherworld.gaming.telemetry import Fabrication
from detector.evaluate.otherworld.life import Life
from detector.evaluate.otherworld.truth import Plot


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way to game.

    Attributes:
        make: Its scheme.
        expected: Typologies that are right for it; any of them counts.
        work: How much honest work such a person has, relative to their role.
        group: How many people share it.
        whole: Whether it needs the whole stream, because it goes by weeks.
    """

    make: Callable[[Life, Plot], Scheme]
    expected: frozenset[str]
    work: float = 1.0
    group: int = 1
    whole: bool = False


def _is(*typologies: str) -> frozenset[str]:
    return frozenset(typologies)


LOOP, UNREAD, YIELD, TWICE = "unproductive_loop", "unattended_burn", "low_yield_burn", "duplicate_prompting"
FLOOD, FAN, CONTEXT, BURST = "micro_call_flood", "fan_out", "context_inflation", "window_burst"

SCHEMES: dict[str, Behaviour] = {
    "G01": Behaviour(EndlessTask, _is(LOOP, UNREAD, YIELD, TWICE)),
    "G02": Behaviour(NightRuns, _is(UNREAD, LOOP, YIELD, TWICE)),
    "G03": Behaviour(DocQuestions, _is(TWICE, YIELD, CONTEXT)),
    "G04": Behaviour(Throwaway, _is(YIELD, LOOP)),
    "G05": Behaviour(Sledgehammer, _is(YIELD, LOOP, TWICE)),
    "G07": Behaviour(Minimum, _is("minimum_hugging", BURST, YIELD), whole=True),
    "G09": Behaviour(WeeklyPing, _is("keep_alive"), work=0.0, whole=True),
    "G10": Behaviour(Streak, _is("keep_alive"), whole=True),
    "G11": Behaviour(LastMinute, _is(BURST, YIELD, TWICE, LOOP), whole=True),
    "G12": Behaviour(Swarm, _is(FAN, TWICE, YIELD, LOOP)),
    "G13": Behaviour(Sprawl, _is(FAN, YIELD, UNREAD, LOOP)),
    "G14": Behaviour(Doubling, _is(TWICE, YIELD)),
    "G15": Behaviour(CommentsOnEverything, _is(FLOOD, UNREAD, YIELD, TWICE)),
    "G16": Behaviour(Flood, _is(FLOOD, UNREAD, LOOP, TWICE)),
    "G17": Behaviour(Stuffing, _is(CONTEXT, YIELD)),
    "G18": Behaviour(Churn, _is(CONTEXT, YIELD, LOOP)),
    "G19": Behaviour(KeptAlive, _is(CONTEXT, UNREAD, TWICE, LOOP)),
    "G20": Behaviour(Escalation, _is(YIELD, CONTEXT)),
    "G21": Behaviour(ToNowhere, _is(YIELD, UNREAD, LOOP, TWICE)),
    "G22": Behaviour(OwnProjects, _is(YIELD)),
    "G23": Behaviour(BurnDaemon, _is(UNREAD, LOOP, TWICE, FLOOD, CONTEXT)),
    "G24": Behaviour(Fabrication, _is("telemetry_fault")),
    "G26": Behaviour(SharedScript, _is("shared_template", LOOP, UNREAD, TWICE), group=4),
}
"""What one person's stream can show; calibration against peers, caps, tool-side inflation and shared keys it cannot."""
