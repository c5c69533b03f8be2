"""What is known of a tenant's people together, by closed event-time days.

Every figure is a count of person-days, outcomes or labels. Counts add up, so neither the order of records between
people nor the partition that a person is in changes them, and no person can be found in one. The judgement of day D
reads the closed days up to D-2: whoever is less than a day behind the others is in them, so that a verdict does not
depend on which worker was faster.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Final

import msgspec

from detector.lessons import UNTAUGHT, Lessons, taught

LAG_DAYS: Final = 2
"""Days between the judgement and the newest closed day that it reads."""
SPAN_DAYS: Final = 7
"""Closed days that a cohort covers: an organisation's week."""
LABEL_DAYS: Final = 28
"""The same for labels, which are rare."""
FAR_DAYS: Final = 30
"""A record more days than this ahead of all before it has a wrong clock, unless several in a row agree."""
KEPT_DAYS: Final = LABEL_DAYS + LAG_DAYS + FAR_DAYS
"""Days for which counts are kept: what a judgement reads, also when one clock is as far ahead as is believed."""
SHIFT_DAYS: Final = 2
"""The newest of them, in which a shift of the whole cohort is looked for."""
SHIFT_PEOPLE: Final = 10
"""Person-days on a day below which no share of it means anything."""
SHIFT_SHARE: Final = 0.3
"""Share of the people of a day who moved together from which it is the company that moved: of honest synthetic ones at
most 18 % spend far more on a day, and 5 % change price, answers or context."""
BURN_DAYS: Final = 50
"""Person-days with burn below which they say nothing of what a day usually burns: ten people's working week."""
BURN_WEIGHT: Final = 100.0
"""Person-days worth as much as the shipped prior."""
UNWANTED: Final = 0.1
"""Good outcomes for each person and day with a barren script up to which nobody wants what it makes."""

Count = tuple[str, int]
"""`day|what|detail|tenant` (days since 1970, UTC), and how many more of it."""


def counted(day: int, what: str, tenant: str, detail: str | int = "", times: int = 1) -> Count:
    """One count.

    >>> counted(20590, "people", "acme")
    ('20590|people||acme', 1)
    """
    return f"{day}|{what}|{detail}|{tenant}", times


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """The closed days before a judgement, of one tenant. Without any of them it changes nothing."""

    newest: int = 0
    """The newest day covered, in days since 1970."""
    burn: tuple[int, float, float] = (0, 0.0, 0.0)
    """Person-days with burn, mean and spread of their log dollars."""
    shifted: frozenset[str] = frozenset()
    """What the whole cohort moved in lately: volume, price, output, context."""
    scripts: dict[int, tuple[int, int, int]] = {}
    """By template: the most people on one day with whom it ran barren, and its good and bad outcomes with everybody."""
    lessons: Lessons = UNTAUGHT
    """What people said of alerts in the last four weeks."""

    def day_burn(self, shipped: tuple[float, float]) -> tuple[float, float]:
        """Mean and spread of log dollars a person-day: the tenant's, drawn towards the shipped ones by n / (n + k).

        >>> Cohort(burn=(300, 3.0, 1.0)).day_burn((1.0, 2.0)), Cohort(burn=(9, 3.0, 1.0)).day_burn((1.0, 2.0))
        ((2.5, 1.25), (1.0, 2.0))
        """
        n, mean, sd = self.burn
        if n < BURN_DAYS:
            return shipped
        own = n / (n + BURN_WEIGHT)
        return own * mean + (1 - own) * shipped[0], own * sd + (1 - own) * shipped[1]


NOBODY: Final = Cohort()
"""The cohort before any day is closed."""


class Cohorts:
    """The counts of all tenants, and the cohorts read from them, each as it was when it was first asked for.

    `closed` is the newest day for whose judgement all counts are there, where they come from elsewhere; a later day is
    judged as that one, and a far later one by nothing. None: they come as they are judged, and are always there.
    """

    def __init__(self, closed: int | None = None) -> None:
        self.closed = closed
        self.counts: defaultdict[str, dict[int, Counter[tuple[str, str]]]] = defaultdict(dict)
        """By tenant, day, and what and detail."""
        self._known: dict[tuple[str, int], Cohort] = {}

    def add(self, counts: Iterable[Count]) -> None:
        """Take in counts; those of days long closed are dropped."""
        for name, count in counts:
            day, what, detail, tenant = name.split("|", 3)
            days = self.counts[tenant]
            if int(day) not in days:
                days[int(day)] = Counter()
                for old in [known for known in days if known < max(days) - KEPT_DAYS]:
                    del days[old]
            if int(day) in days:
                days[int(day)][what, detail] += count

    def close(self, day: int, counts: "Cohorts") -> None:
        """Take over all counts there are, for the judgement of days up to this one. Cohorts of days before stay as they
        were; if any were asked for of later days, it was by a wrong clock, and they are asked for again.
        """
        self.counts, self.closed = counts.counts, day
        for later in [known for known in self._known if known[1] > day]:
            del self._known[later]

    def of(self, tenant: str, day: int) -> Cohort:
        """The cohort that the judgement of a day reads."""
        known = self._known.get((tenant, day))
        if known is None:
            if self.closed is not None and day > self.closed:
                return NOBODY if day > self.closed + FAR_DAYS else self.of(tenant, self.closed)
            known = self._known[tenant, day] = _cohort(self.counts.get(tenant, {}), day - LAG_DAYS)
            if len(self._known) > MAX_KNOWN:
                del self._known[next(iter(self._known))]
        return known


MAX_KNOWN: Final = 1_024
"""Cohorts at hand: a month of thirty tenants."""


def _cohort(days: Mapping[int, Counter[tuple[str, str]]], newest: int) -> Cohort:
    week = [days[day] for day in range(newest - SPAN_DAYS + 1, newest + 1) if day in days]
    month = [days[day] for day in range(newest - LABEL_DAYS + 1, newest + 1) if day in days]
    if not month:
        return NOBODY
    total = _sum(week)
    labels = {name[1]: n for name, n in _sum(month).items() if name[0] == "label"}
    return Cohort(
        newest=newest,
        burn=_spread(total["burn", "n"], total["burn", "sum"], total["burn", "square"]),
        shifted=frozenset(kind for day in week[-SHIFT_DAYS:] for kind in _shifts(day)),
        scripts=_scripts(week, total),
        lessons=taught(labels, sum(day["people", ""] for day in month)),
    )


def _sum(days: Iterable[Counter[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    total: Counter[tuple[str, str]] = Counter()
    for day in days:
        total.update(day)
    return total


def _spread(n: int, thousandths: int, squares: int) -> tuple[int, float, float]:
    """Mean and deviation from sums in thousandths, which add up to the bit in any order."""
    if not n:
        return 0, 0.0, 0.0
    mean = thousandths / n / 1000.0
    return n, mean, sqrt(max(0.0, squares / n / 1000.0 - mean * mean))


def _shifts(day: Counter[tuple[str, str]]) -> Iterable[str]:
    whole = {"volume": day["people", ""]}
    for (what, kind), moved in day.items():
        people = whole.get(kind, day["busy", ""])
        if what == "moved" and people >= SHIFT_PEOPLE and moved >= SHIFT_SHARE * people:
            yield kind


def _scripts(week: list[Counter[tuple[str, str]]], total: Counter[tuple[str, str]]) -> dict[int, tuple[int, int, int]]:
    found: dict[int, tuple[int, int, int]] = {}
    for (what, detail), times in total.items():
        if what == "barren" and (good := total["good", detail]) <= UNWANTED * times:
            found[int(detail)] = max(day["barren", detail] for day in week), good, total["bad", detail]
    return found
