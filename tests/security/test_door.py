"""The worker's HTTP door: described, held to its description by schemathesis, and shut to whoever has no token."""

import base64
import http.client
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
import yaml

from detector.edge import page
from detector.edge.page.pulse import Summary
from detector.edge.settings import Settings
from tests.edge.world import Worker, World, until
from tests.servers import Broker, RedisServer

TOKEN = "zq-token-of-this-test-zq"  # noqa: S105 - made up
DESCRIPTION = Path(__file__).parents[2] / "schemas" / "openapi.yaml"
PATHS = yaml.safe_load(DESCRIPTION.read_text())["paths"]
OPEN = ("/metrics", "/healthz", "/readyz")
REVEALING = ("/", "/page.js", "/api/v1/summary", "/api/v1/alerts", "/api/v1/stream")
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
described = schemathesis.openapi.from_path(DESCRIPTION)


@pytest.fixture(scope="module")
def worker(
    kafka_server: Broker, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worker]:
    """A worker with a token."""
    prefix = f"t{uuid.uuid4().hex[:12]}-"
    with World(kafka_server.bootstrap, redis_server.url, prefix, tmp_path_factory.mktemp("door")) as world:
        worker = world.worker(DETECTOR_WEB_TOKEN=TOKEN)
        until(worker.ready, "the worker")
        yield worker
    for key in world.redis.scan_iter(match=f"*{prefix}*", count=1000):
        world.redis.delete(key)


def ask(worker: Worker, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    """An answer and its body; of a stream only the head."""
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    connection.request(method, path, headers=headers)
    reply = connection.getresponse()
    body = "" if path == "/api/v1/stream" and reply.status == 200 else reply.read().decode()
    connection.close()
    return reply, body


def basic(name: str, password: str) -> str:
    """What a browser sends after it has asked a person."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@described.exclude(path="/api/v1/stream").parametrize()
def test_the_door_is_as_described(case: schemathesis.Case, worker: Worker) -> None:
    """Whatever is asked with a token: no server error; only statuses, kinds, headers and bodies of the description."""
    case.call_and_validate(base_url=f"http://127.0.0.1:{worker.port}", headers={"Authorization": f"Bearer {TOKEN}"})


def test_every_route_is_described(worker: Worker) -> None:
    """No address answers that the description does not know, but for the page's files; the pulse is described whole."""
    summary = described.raw_schema["components"]["schemas"]["Summary"]
    assert set(summary["required"]) == set(summary["properties"]) == set(Summary.__struct_fields__)
    source = Path(page.__file__).read_text()
    served = set(re.findall(r'add_get\("(/[^"]+)"', source)) | set(OPEN)
    assert served == set(PATHS) - {"/"}


@pytest.mark.parametrize("path", REVEALING)
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", basic("ann", "wrong"), "Basic \xff", f"Digest {TOKEN}"],
)
def test_without_the_token_nothing_is_shown(worker: Worker, path: str, header: str | None) -> None:
    """Not the page, its data, its stream, nor what it is made of; a browser is told to ask."""
    reply, body = ask(worker, path, **({} if header is None else {"Authorization": header}))
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")
    assert body == "a token is needed"


@pytest.mark.parametrize("path", REVEALING)
def test_with_the_token_all_is_shown(worker: Worker, path: str) -> None:
    """To programs by bearer, to people by what their browser asks."""
    for header in (f"Bearer {TOKEN}", f"bearer {TOKEN}", basic("ann", TOKEN), basic("", TOKEN)):
        assert ask(worker, path, Authorization=header)[0].status == 200


@pytest.mark.parametrize("path", OPEN)
def test_probes_need_no_token(worker: Worker, path: str) -> None:
    """Prometheus and the platform's probes name nobody and are told of nobody."""
    assert ask(worker, path)[0].status == 200


@pytest.mark.parametrize("path", [*OPEN, *REVEALING, "/nothing", "/api/v1/alerts?status=zq"])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_every_answer_carries_the_headers(worker: Worker, path: str, token: str | None) -> None:
    """Also errors: nothing may be framed, sniffed, kept, or tell where one came from."""
    reply, _ = ask(worker, path, **({"Authorization": f"Bearer {token}"} if token else {}))
    for name, value in HEADERS.items():
        assert value in reply.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", [*OPEN, *REVEALING])
def test_the_door_is_read_only(worker: Worker, path: str, method: str) -> None:
    """Nothing but reading is answered."""
    assert ask(worker, path, method, Authorization=f"Bearer {TOKEN}")[0].status == 405


@pytest.mark.parametrize("path", ["/zq", "/zq%3Cscript%3E", "/api/v1/alerts?status=zq", "/?zq=zq", "/api/v1/zq/../zq"])
def test_no_answer_reflects_what_was_asked(worker: Worker, path: str) -> None:
    """Neither path, query, header nor method come back, in body or head."""
    for token in (None, TOKEN):
        head = {"Authorization": f"Bearer {token}"} if token else {}
        reply, body = ask(worker, path, **head, Referer="http://zq", Origin="http://zq", **{"X-Forwarded-Host": "zq"})
        assert "zq" not in body
        assert "zq" not in str(reply.headers)
    assert "zq" not in ask(worker, "/", "ZQ")[1]


def test_the_door_listens_on_loopback_unless_told() -> None:
    """The default shows nothing to the network."""
    assert page.is_loopback(Settings().web_host)
    assert Settings().web_token is None


def test_a_door_open_to_others_without_a_token_is_told(world: World) -> None:
    """It is the operator's choice, said in the log."""
    worker = world.worker(DETECTOR_WEB_HOST="0.0.0.0")  # noqa: S104 - that is the point
    until(lambda: "no DETECTOR_WEB_TOKEN" in worker.log.read_text(), "the warning")
    asked = world.worker(DETECTOR_WEB_HOST="0.0.0.0", DETECTOR_WEB_TOKEN=TOKEN)  # noqa: S104
    until(lambda: "live page" in asked.log.read_text(), "the door")
    assert "no DETECTOR_WEB_TOKEN" not in asked.log.read_text()
