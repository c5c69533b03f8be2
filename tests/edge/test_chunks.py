"""Calls into the consumer's thread: who is told to end, ends."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from detector.edge.chunks import ConsumerThread


async def answer() -> int:
    """What the thread says."""
    return 1


@pytest.mark.parametrize("steps", range(6))
def test_a_cancellation_that_comes_with_the_answer_counts(steps: int) -> None:
    """Whichever step of the loop it falls on, a call that was not over is cancelled: nobody goes on for an answer."""
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()

    async def call() -> bool:
        task = asyncio.create_task(ConsumerThread.in_thread(SimpleNamespace(thread_loop=other), answer()))
        await asyncio.sleep(0)
        time.sleep(0.05)  # noqa: ASYNC251 - the answer is in the queue of this loop, which has not looked yet
        for _ in range(steps):
            await asyncio.sleep(0)
        asked = task.cancel()
        await asyncio.wait({task})
        return task.cancelled() or not asked

    try:
        assert asyncio.run(call())
    finally:
        other.call_soon_threadsafe(other.stop)
        thread.join()
        other.close()
