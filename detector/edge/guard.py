"""Who may see what names people, and what every answer of the door carries."""

import base64
import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

log = logging.getLogger(__name__)

OPEN = frozenset({"/metrics", "/healthz", "/readyz"})
"""For probes and Prometheus: nothing there names a person, a session or a hash."""
ASK = 'Basic realm="detector", charset="UTF-8"'
"""Browsers ask a person for it, and then send it with the page's own requests, the stream's too."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(token: str | None) -> Middleware:
    """Lets nobody past `OPEN` without the token: as `Authorization: Bearer`, or as a password beside any name.

    No token, no guard: the door then relies on where it listens.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if token is None or request.path in OPEN or _knows(request.headers.get("Authorization", ""), token):
            return await handler(request)
        return web.Response(status=401, text="a token is needed", headers={"WWW-Authenticate": ASK})

    return guard


def warn_if_open(host: str, *, local: bool, token: str | None) -> None:
    """Say so when the door is open to others and asks nobody who they are."""
    if not local and token is None:
        log.warning(
            "DETECTOR_WEB_HOST=%s and no DETECTOR_WEB_TOKEN: whoever reaches this port sees alerts about people", host
        )


def _knows(header: str, token: str) -> bool:
    scheme, _, told = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            told = base64.b64decode(told, validate=True).decode().partition(":")[2]
        except ValueError:  # not base64, not UTF-8
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(told.encode(errors="surrogateescape"), token.encode())
