"""Server-sent events: the pulse twice a second, and each alert's news once, from wherever a viewer left off."""

import asyncio
import secrets
from typing import Final

import msgspec
from aiohttp import web

from detector.edge.page.board import Board
from detector.edge.page.pulse import Pulse

TICK_SECONDS: Final = 0.5
"""Between two looks at the board: live to the eye, and a burst of alerts is sent, and drawn, in one go."""
MOST_VIEWERS: Final = 32
"""Streams at a time: a team's screens. More would be a proxy's mistake, and each costs a connection."""
WRITE_SECONDS: Final = 10.0
"""A viewer that takes nothing for this long is gone; it will ask again if it is not."""
AGAIN_MS: Final = 2_000
"""When a browser should ask again after a lost connection."""


class Stream:
    """All viewers of one board. Nothing is queued for them: each is given what is newer than what it has."""

    def __init__(self, board: Board, pulse: Pulse) -> None:
        self._board = board
        self._pulse = pulse
        self._epoch = secrets.token_hex(4)
        """Names this process: numbers of another one's board mean nothing here."""
        self._ending = asyncio.Event()
        self._viewers = 0

    def end(self) -> None:
        """Let all viewers go: the worker must not wait for them."""
        self._ending.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One viewer, until it leaves or the worker ends."""
        if self._viewers >= MOST_VIEWERS:
            return web.Response(status=503, text="too many viewers", headers={"Retry-After": "10"})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self._viewers += 1
        try:
            await response.prepare(request)
            await self._tell(response, self._known(request.headers.get("Last-Event-ID", "")))
        except (ConnectionError, TimeoutError):
            pass  # the viewer left: nothing is lost, the board keeps what it did not see
        finally:
            self._viewers -= 1
        return response

    async def _tell(self, response: web.StreamResponse, number: int) -> None:
        await _write(response, f"retry: {AGAIN_MS}\n\n".encode())
        dropped = -1 if number == 0 else self._board.dropped
        while not self._ending.is_set():
            event = b"event: summary\ndata: %b\n\n" % msgspec.json.encode(await self._pulse.take())
            if self._board.dropped != dropped:  # an erased alert must leave the screens too
                number, dropped = 0, self._board.dropped
                event += b"event: afresh\ndata: {}\n\n"
            if entries := self._board.since(number):
                number = entries[-1].number
                records = msgspec.json.encode([entry.record for entry in entries])
                event += b"event: alerts\nid: %b\ndata: %b\n\n" % (f"{self._name}-{number}".encode(), records)
            await _write(response, event)
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self._ending.wait()
            except TimeoutError:
                continue

    @property
    def _name(self) -> str:
        """Of this process's board since the last erasure."""
        return f"{self._epoch}.{self._board.dropped}"

    def _known(self, last_event_id: str) -> int:
        """The number that a returning viewer has; 0 for a new one, or one that saw another process."""
        epoch, _, number = last_event_id.partition("-")
        known = int(number) if epoch == self._name and number.isascii() and number.isdigit() else 0
        return known if known <= self._board.number else 0


async def _write(response: web.StreamResponse, event: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(event)
