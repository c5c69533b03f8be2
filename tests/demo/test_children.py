"""Children that do as they are told, and one that does not."""

import asyncio
import os
import sys

import pytest

from detector.demo.children import Child, Nursery
from detector.edge.failures import Halted, Misconfigured

STUBBORN = (
    "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
)


async def started(nursery: Nursery, script: str) -> Child:
    return await nursery.start("the child", [sys.executable, "-c", script], os.environ)


def test_a_deaf_child_is_ended_all_the_same():
    """One that ignores the request to end is killed, and its folder goes."""

    async def story() -> None:
        nursery = Nursery()
        child = await started(nursery, STUBBORN)

        async def deaf() -> bool:
            return "deaf" in child.log.read_text()

        await child.answers(deaf, 30)
        await nursery.close(1)
        assert not child.running
        assert not nursery.folder.exists()

    asyncio.run(story())


def test_one_that_ends_before_it_answers_says_why():
    """Its status and its last words, rather than a wait for nothing."""

    async def never() -> bool:
        return False

    async def story() -> None:
        nursery = Nursery()
        try:
            child = await started(nursery, "import sys; sys.exit('no room')")
            with pytest.raises(Halted, match="the child ended with status 1: no room"):
                await child.answers(never, 30)
        finally:
            await nursery.close(1)

    asyncio.run(story())


def test_a_program_that_is_none_is_named():
    """A wheel for another machine: a sentence, not a traceback."""

    async def story() -> None:
        nursery = Nursery()
        try:
            program = nursery.folder / "server"
            program.write_bytes(b"\x7fELF for another machine")
            program.chmod(0o755)
            with pytest.raises(Misconfigured, match="the broker can't be started here: server: Exec format error"):
                await nursery.start("the broker", [program], os.environ)
        finally:
            await nursery.close(1)

    asyncio.run(story())
