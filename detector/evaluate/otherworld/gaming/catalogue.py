"""All ways to game by number, with what a detector may rightly call them."""

from collections.abc import Callable
from dataclasses import dataclass

from detector.evaluate.otherworld.gaming.loops import BurnDaemon, EndlessTask, Flood, SharedScript
from detector.evaluate.otherworld.gaming.repeats import CommentsOnEverything, Doubling, Sprawl, Swarm
from detector.evaluate.otherworld.gaming.scheme import Scheme
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


SCHEMES: dict[str, Behaviour] = {
    "G01": Behaviour(EndlessTask, _is("unproductive_loop", "unattended_burn", "low_yield_burn", "duplicate_prompting")),
    "G12": Behaviour(Swarm, _is("fan_out", "duplicate_prompting", "low_yield_burn", "unproductive_loop")),
    "G13": Behaviour(Sprawl, _is("fan_out", "low_yield_burn", "unattended_burn", "unproductive_loop")),
    "G14": Behaviour(Doubling, _is("duplicate_prompting", "low_yield_burn")),
    "G15": Behaviour(
        CommentsOnEverything, _is("micro_call_flood", "unattended_burn", "low_yield_burn", "duplicate_prompting")
    ),
    "G16": Behaviour(Flood, _is("micro_call_flood", "unattended_burn", "unproductive_loop", "duplicate_prompting")),
    "G23": Behaviour(
        BurnDaemon, _is("unattended_burn", "unproductive_loop", "duplicate_prompting", "micro_call_flood")
    ),
    "G26": Behaviour(
        SharedScript, _is("shared_template", "unproductive_loop", "unattended_burn", "duplicate_prompting"), group=4
    ),
}
