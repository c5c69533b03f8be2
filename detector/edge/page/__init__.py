"""The live page of a worker: how the fleet is, what fires and why, what it costs. Works without the internet.

`/` is a shell without data; `/api/v1/stream` brings it to life, `/api/v1/summary` and `/api/v1/alerts` say the same to
programs. Names in alerts come from clients and are hostile until shown otherwise: they only ever travel as JSON, the
script puts them into the page as text, and the page may run no script but its own.
"""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from ipaddress import ip_address
from typing import Final

import msgspec
from aiohttp import web

from detector.edge.page.board import BOARD_ALERTS, Board
from detector.edge.page.pulse import Pulse
from detector.edge.page.stream import Stream
from detector.edge.page.subscriber import Subscriber
from detector.edge.worker import Worker

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

ASSETS: Final = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "card.js": "text/javascript",
}
SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Page:
    """One worker's page: its board, filled from the alert topic once somebody looks."""

    def __init__(self, worker: Worker) -> None:
        self._local = is_loopback(worker.settings.web_host)
        self._board = Board()
        self._subscriber = Subscriber(worker.settings, worker.topics.alerts, self._board)
        self._pulse = Pulse(worker, self._board, self._subscriber)
        self._stream = Stream(self._board, self._pulse)

    def attach(self, app: web.Application) -> None:
        """Add the page to a worker's door."""
        for name, kind in ASSETS.items():
            path = "/" if name == "page.html" else f"/{name}"
            app.router.add_get(path, self._guarded(_asset(name, kind)))
        app.router.add_get("/api/v1/summary", self._guarded(self._summary))
        app.router.add_get("/api/v1/alerts", self._guarded(self._alerts))
        # No HEAD: an answer without a body would still be a stream without an end.
        app.router.add_get("/api/v1/stream", self._guarded(self._stream.serve), allow_head=False)
        app.on_response_prepare.append(_secure)
        app.on_shutdown.append(self._end)

    async def _summary(self, request: web.Request) -> web.Response:
        del request
        return _json(await self._pulse.take())

    async def _alerts(self, request: web.Request) -> web.Response:
        """The board's alert records as published, the latest news first; `?status=firing` or `resolved` chooses."""
        status = request.query.get("status")
        if status not in {None, "firing", "resolved"}:
            return web.Response(status=400, text="status is firing or resolved")
        entries = reversed(self._board.since(0))
        return _json({
            "alerts": [entry.record for entry in entries if status in {None, entry.alert.status}],
            "most": BOARD_ALERTS,
            "fault": self._subscriber.fault,
        })  # fmt: skip

    def _guarded(self, answer: Answer) -> Answer:
        """Answer only those who ask for this machine by its own name, when the door is open to it alone.

        A web site that points its name at 127.0.0.1 could otherwise read the page through a visitor's browser.
        """

        async def guarded(request: web.Request) -> web.StreamResponse:
            if self._local and not is_loopback(request.url.host or ""):
                return web.Response(status=403, text="this page is for this machine: ask for 127.0.0.1 or localhost")
            self._subscriber.start()
            return await answer(request)

        return guarded

    async def _end(self, app: web.Application) -> None:
        del app
        self._stream.end()
        await self._subscriber.stop()


def attach(app: web.Application, worker: Worker) -> None:
    """Add the live page to a worker's door."""
    Page(worker).attach(app)


def is_loopback(host: str) -> bool:
    """Whether a host names this machine and cannot be made to name another.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "localhost.example.org", "0.0.0.0")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _asset(name: str, kind: str) -> Answer:
    body = files(__package__).joinpath("assets", name).read_bytes()

    async def answer(request: web.Request) -> web.Response:
        del request
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return answer


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    del request
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
