"""How odd a volume is for its own past: today's departure from the usual, against the largest departures so far.

No distribution is assumed. A value departs from what is usual in several ways (at once, over a while, for this hour of
the day; upwards or downwards), and each way keeps its own record; a departure is odd when it beats its record, so a
series that is wild by nature raises its own bar. After a new record the score stays down until the memory of it fades.
"""

from typing import Final

from river import stats

SPANS: Final = (1, 5, 20)
"""Observations over which a departure may build up: a jump, a surge, a shift."""
USUAL: Final = 100
"""Memory of the usual level, in observations."""
SLOTS: Final = 24
"""Hours of the day, each with a usual value of its own."""
SLOT_SPAN: Final = 20
"""Memory of an hour's usual value, in observations of that hour: a month of working days of hourly ones."""
FADE: Final = 20_000
"""Observations over which a record fades: what was extraordinary a season ago may be told again."""
REFRACTORY: Final = 200
"""Observations over which a told departure keeps lesser ones quiet: one incident, one alarm."""
SLACK: Final = 0.25
"""Usual departures by which a record must be beaten: a record of next to nothing is no record."""
WARM_UP: Final = 100
"""Observations before which nothing is odd."""
HOUR: Final = 3600.0


class Volume:
    """Scores a series of volumes, one after the other. Score first, learn after: `update` does both in that order.

    >>> v = Volume()
    >>> quiet = [v.update(float(i), 10.0 + i * 7 % 5) for i in range(300)]
    >>> max(quiet[-100:]) < 0.6 < v.update(300.0, 40.0)
    True
    """

    def __init__(self) -> None:
        self.n = 0
        self._levels = [stats.EWMean(1 / span) for span in SPANS]
        self._usual = stats.EWMean(1 / USUAL)
        self._slots: dict[int, stats.EWMean] = {}
        self._spread = stats.EWMean(1 / USUAL)
        self._records = [0.0] * (2 * len(SPANS) + 2)
        self._held = 0.0

    def update(self, at: float, x: float) -> float:
        """The oddness of a volume at a time (Unix seconds), in [0, 1): 0.5 equals the record, 0.67 doubles it."""
        if not self.n:
            self._usual.update(x)
        ratio = self._ratio(self._departures(at, x))
        told = ratio if ratio > self._held else 0.0
        self._held = max(self._held * (1 - 1 / REFRACTORY), ratio)
        self._spread.update(abs(x - self._usual.get()))
        self._usual.update(x)
        self.n += 1
        return told / (1 + told)

    def _departures(self, at: float, x: float) -> list[float]:
        usual, found = self._usual.get(), []
        for level in self._levels:
            level.update(x)
            found.append(level.get() - usual)
        slot = int(at // HOUR) % SLOTS
        known = self._slots.get(slot)
        found.append(x - known.get() if known is not None else 0.0)
        if known is None:
            known = self._slots[slot] = stats.EWMean(1 / SLOT_SPAN)
        known.update(x)
        return [way for d in found for way in (max(d, 0.0), max(-d, 0.0))]

    def _ratio(self, departures: list[float]) -> float:
        """The largest departure over its record; records are learned on the way."""
        ratio, slack = 0.0, SLACK * self._spread.get()
        for i, (departure, record) in enumerate(zip(departures, self._records, strict=True)):
            if self.n > WARM_UP and record > 0:
                ratio = max(ratio, departure / (record + slack))
            self._records[i] = departure if departure > record else record * (1 - 1 / FADE)
        return ratio
