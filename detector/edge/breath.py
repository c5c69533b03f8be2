"""Letting others in during long work: rebalances, checkpoints and the web must not wait for a chunk to end."""

import asyncio
import time

SLICE_SECONDS = 0.01
"""Longest run in one piece: an alert leaves, and a checkpoint of another partition goes on, no later than that."""


class Breath:
    """Counts from one breath to the next; `worked` is the time spent between them, in seconds."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self._worked = 0.0

    async def taken(self) -> None:
        """Let others in, if the slice is used up."""
        now = time.perf_counter()
        if now - self._since > SLICE_SECONDS:
            self._worked += now - self._since
            await asyncio.sleep(0)
            self._since = time.perf_counter()

    @property
    def worked(self) -> float:
        return self._worked + time.perf_counter() - self._since
