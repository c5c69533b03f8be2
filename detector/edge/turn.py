"""How a partition waits for its turn: what it stands before, and what was fetched meanwhile."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.edge.chunks import Chunk


class Turn:
    """Whether a lease waits before a record of a day that others have not come to (see `cohorts`)."""

    def __init__(self) -> None:
        self.at = 0.0
        """The time of the record that it stands before, in Unix seconds; 0: it stands before none."""
        self.since = 0.0
        """When it came there (monotonic seconds)."""
        self.late = False
        """It has waited in vain, and does not again before it knows a day that was closed."""
        self.kept: list[Chunk] = []
        """What was fetched meanwhile, the record that it stands before in the first."""
        self.sought: set[str] = set()
        """Topics that were told where to go on reading: chunks fetched before do not follow, and need no other word."""

    @property
    def waits(self) -> bool:
        """Whether it stands before a record."""
        return self.at > 0.0
