"""How a door is opened, and the door of what serves no page: metrics and health, nothing that names anybody."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings

GOODBYE_SECONDS: Final = 1.0
"""Longest wait for a caller when the door closes. aiohttp's own is 60: whoever sent half a request kept a worker for
ten seconds after its last checkpoint, as long as `docker stop` waits before it kills."""


async def listening(app: web.Application, settings: Settings) -> web.AppRunner:
    """Answer on the configured address, until `cleanup`. Raises `Misconfigured` when it is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GOODBYE_SECONDS)
    await runner.setup()
    host, port = settings.web_host, settings.web_port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise Misconfigured(f"DETECTOR_WEB_PORT: {host}:{port}: {error.strerror}") from error
    return runner


async def opened(settings: Settings, registry: CollectorRegistry, faults: Callable[[], list[str]]) -> web.AppRunner:
    """Open the door; `faults` says why `/readyz` should. Raises `Misconfigured` when the port is taken."""

    async def metrics(request: web.Request) -> web.Response:
        del request
        body = await asyncio.to_thread(generate_latest, registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def healthz(request: web.Request) -> web.Response:
        del request
        return web.json_response({"ok": True, "faults": []})

    async def readyz(request: web.Request) -> web.Response:
        del request
        found = faults()
        return web.json_response({"ok": not found, "faults": found}, status=503 if found else 200)

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/healthz", healthz), web.get("/readyz", readyz)])
    return await listening(app, settings)
