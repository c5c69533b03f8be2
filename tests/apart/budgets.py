"""How a workload's dollars are spread over its occasions."""

from collections.abc import Iterator

from tests.apart.dice import Dice
from tests.apart.records import Diary

BUDGET_SIGMA = 0.35  # how unequal occasions are
FEWEST_OCCASIONS = 3


def spread(
    diary: Diary, dice: Dice, moments: list[float], target: float, typical: float
) -> Iterator[tuple[float, float]]:
    """Occasions of about the typical size, as many as the target needs; what one leaves, later ones burn."""
    wanted = min(len(moments), max(FEWEST_OCCASIONS, round(target / typical)))
    chosen, counted, left = draw_sorted(dice, moments, wanted), len(diary.calls), target
    for number, moment in enumerate(chosen):
        left -= sum(call.cost for call in diary.calls[counted:])
        counted = len(diary.calls)
        if left <= 0:
            return
        last = number == len(chosen) - 1
        yield moment, left if last else min(left, left / (len(chosen) - number) * dice.around(1.0, BUDGET_SIGMA))


def draw_sorted(dice: Dice, moments: list[float], wanted: int) -> list[float]:
    """So many of the moments, drawn without putting back, in order of time."""
    rest = list(moments)
    return sorted(rest.pop(int(dice.unit() * len(rest))) for _ in range(min(wanted, len(moments))))
