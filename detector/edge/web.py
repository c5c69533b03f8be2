"""The worker's door: metrics, health, readiness and the live page."""

import asyncio
import logging

from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from detector.edge import page
from detector.edge.door import listening
from detector.edge.guard import guarded, warn_if_open
from detector.edge.worker import Worker

log = logging.getLogger(__name__)


async def start(worker: Worker) -> web.AppRunner:
    """Open the door on the configured address. Raises `Misconfigured` when it is taken."""
    settings = worker.settings
    app = web.Application(middlewares=[guarded(settings.web_token)])
    app.add_routes(routes(worker))
    page.attach(app, worker)
    host = settings.web_host
    warn_if_open(host, local=page.is_loopback(host), token=settings.web_token)
    runner = await listening(app, settings)
    address = runner.addresses[0]
    log.info("live page, metrics and health on http://%s:%d", address[0], address[1])
    return runner


def routes(worker: Worker) -> list[web.RouteDef]:
    """What every worker answers. A handler that answers proves that the loop moves."""

    async def metrics(request: web.Request) -> web.Response:
        del request
        worker.metrics.ready.set(not worker.unready())
        body = await asyncio.to_thread(generate_latest, worker.metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def healthz(request: web.Request) -> web.Response:
        del request
        return _verdict(worker.unhealthy())

    async def readyz(request: web.Request) -> web.Response:
        del request
        return _verdict(worker.unready())

    return [web.get("/metrics", metrics), web.get("/healthz", healthz), web.get("/readyz", readyz)]


def _verdict(faults: list[str]) -> web.Response:
    return web.json_response({"ok": not faults, "faults": faults}, status=503 if faults else 200)
