"""The door of what serves no page: metrics and health, nothing that names anybody."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings


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
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.web_host, settings.web_port).start()
    except OSError as error:
        await runner.cleanup()
        raise Misconfigured(f"DETECTOR_WEB_PORT: {settings.web_host}:{settings.web_port}: {error.strerror}") from error
    return runner
