"""How far the clock of a stream of records has come, when some of the clocks that wrote them are wrong."""

from typing import Final

from detector.cohort import FAR_DAYS
from detector.policy import DAY

FAR_SECONDS: Final = FAR_DAYS * DAY
STEP_SECONDS: Final = 3 * DAY
"""The largest step that one record makes alone: a weekend."""
AHEAD_RUN: Final = 5
"""Records in a row further ahead from which it is the stream that moved on: a holiday."""
BEHIND_RUN: Final = 100
"""Records in a row further behind from which it was the clock before that was wrong: a client's buffer is shorter."""


class Reach:
    """The newest time of a stream's records that is believed, in Unix seconds; 0 before the first."""

    def __init__(self, at: float = 0.0) -> None:
        self.at = at
        self._run = 0
        """Records in a row that are out of step: ahead above 0, behind below 0."""

    def believes(self, at: float) -> bool:
        """Whether a next record of this time may have a right clock."""
        return at <= self.at + FAR_SECONDS or self.follows(at)

    def follows(self, at: float) -> bool:
        """Whether the stream would have come to this time with such a record."""
        return at <= self.at + STEP_SECONDS or not self.at or self._run + 1 >= AHEAD_RUN

    def see(self, at: float) -> bool:
        """Take in a record's time; whether it may be right.

        >>> reach, day = Reach(), 86_400.0
        >>> reach.see(100 * day), reach.see(200 * day), reach.see(101 * day), reach.at / day
        (True, False, True, 101.0)
        >>> [reach.see(200 * day) for _ in range(AHEAD_RUN)], reach.at / day
        ([False, False, False, False, True], 200.0)
        """
        ahead = at - self.at
        if -STEP_SECONDS <= ahead <= STEP_SECONDS or not self.at:
            self.at = max(self.at, at)
            self._run = 0
            return True
        believed = self.believes(at)
        self._run = max(self._run, 0) + 1 if ahead > 0 else min(self._run, 0) - 1
        if not -BEHIND_RUN < self._run < AHEAD_RUN:
            self.at, self._run = at, 0
        return believed
