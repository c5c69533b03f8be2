"""Redis with TLS and a user of its own (ACL), on the server itself: what is right works, what is wrong is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import redis

from tests.edge.world import Record, World, until
from tests.security.certificates import Authority
from tests.servers import Broker
from tests.servers.process import ServerProcess, free_port, port_answers

PASSWORD = "p4ssw0rd-of-the-worker"  # noqa: S105 - made up
RIGHTS = (
    "+ping +mget +hmget +hget +hgetall +hset +hincrby +hkeys +hdel +expire "
    "+set +del +time +evalsha +script|load +config|get +select +client"
)
"""All that a worker does: what the threat model tells operators to give its user."""

pytestmark = [pytest.mark.kafka, pytest.mark.redis, pytest.mark.slow]


class Secured(NamedTuple):
    """A Redis that speaks TLS only and knows one user, who may touch one prefix."""

    url: str
    authority: Authority
    stranger: Authority
    client: redis.Redis


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """redis-server itself, no plain port."""
    folder = tmp_path_factory.mktemp("redis")
    authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
    files, port = authority.server(), free_port()
    acl = folder / "users.acl"
    acl.write_text(
        "user default off\n"
        f"user admin on >{PASSWORD} ~* &* +@all\n"
        f"user worker on >{PASSWORD} ~{{t*}}:* {RIGHTS}\n"
        f"user reader on >{PASSWORD} ~* +ping +mget +hmget\n"
    )
    process = ServerProcess(
        ["redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
         "--tls-cert-file", str(files.certificate), "--tls-key-file", str(files.key),
         "--tls-ca-cert-file", str(authority.file), "--tls-auth-clients", "no", "--aclfile", str(acl), "--save", ""],
        log=folder / "server.log", answers=lambda: port_answers(port), within=30,
    )  # fmt: skip
    process.start()
    url = f"rediss://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url, username="admin", password=PASSWORD, ssl_ca_certs=str(authority.file))
    try:
        yield Secured(url, authority, stranger, client)
    finally:
        client.close()
        process.kill()


@pytest.fixture
def world(secured: Secured, kafka_server: Broker, topic_prefix: str, tmp_path: Path) -> Iterator[World]:
    """Topics of one test; its workers log in to that Redis, its own looks are the administrator's."""
    with World(kafka_server.bootstrap, secured.url, topic_prefix, tmp_path) as built:
        built.redis = secured.client
        built.settings = {
            "DETECTOR_REDIS_USERNAME": "worker",
            "DETECTOR_REDIS_PASSWORD": PASSWORD,
            "DETECTOR_REDIS_CA_FILE": str(secured.authority.file),
            "DETECTOR_OUTAGE_SECONDS": "3",
        }
        yield built


def test_the_rights_are_those_of_the_threat_model() -> None:
    """Operators are told the rights that a worker is tested with."""
    page = (Path(__file__).parents[2] / "deploy" / "threat-model.md").read_text()
    assert f"`{RIGHTS}`" in page


def test_a_worker_works_with_few_rights_over_tls(world: World) -> None:
    """The rights in `RIGHTS` suffice for judging, the page, and erasing."""
    worker = world.worker()
    until(worker.ready, "the worker")
    call = {"kind": "invocation", "invocation_id": "i", "occurred_at": "2026-05-01T10:00:00Z", "user_id": "ann"}
    world.produce([Record(b"ann", json.dumps(call).encode())])
    until(lambda: world.counted() == 1, "the record counted")
    until(lambda: json.loads(worker.get("/api/v1/summary")[1])["records"] == {"invocation:judged": 1}, "the page")
    erased = world.run("erase", "ann")
    assert erased.returncode == 0, erased.stderr
    assert "erased 1 profiles" in erased.stdout
    assert worker.end() == 0
    assert PASSWORD not in worker.log.read_text()
    assert "permissions" not in worker.log.read_text()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DETECTOR_REDIS_PASSWORD": "another-password"}, "username-password"),
        ({"DETECTOR_REDIS_USERNAME": "reader"}, "permissions"),
        ({"DETECTOR_REDIS_USERNAME": "", "DETECTOR_REDIS_PASSWORD": ""}, "authenticated"),
        ({"DETECTOR_REDIS_CA_FILE": "stranger"}, "DETECTOR_REDIS_CA_FILE"),
        ({"DETECTOR_REDIS_CA_FILE": ""}, "DETECTOR_REDIS_CA_FILE"),
    ],
    ids=["password", "rights", "nobody", "stranger", "no authority"],
)
def test_what_is_wrong_is_told(secured: Secured, world: World, settings: dict[str, str], said: str) -> None:
    """Status 2 at once, one sentence, no password in it; the command that erases says the same."""
    if settings.get("DETECTOR_REDIS_CA_FILE") == "stranger":
        settings = {"DETECTOR_REDIS_CA_FILE": str(secured.stranger.file)}
    commands = [("worker",), ("erase", "ann")]
    if said == "permissions":
        commands.pop()  # a person who is not there can be erased by whoever may look
    for command in commands:
        done = world.run(*command, **{"DETECTOR_WEB_PORT": "0", **settings})
        sentence = done.stderr.strip().splitlines()[-1]
        assert done.returncode == 2, done.stderr
        assert said in sentence
        assert "DETECTOR_REDIS" in sentence
        assert "Traceback" not in done.stderr
        assert PASSWORD not in done.stderr
        assert "another-password" not in done.stderr


def test_nothing_is_spoken_in_plain(secured: Secured, world: World) -> None:
    """Asked without TLS, this server gives nothing, and the worker ends with 3; it does not try otherwise."""
    plain = {"DETECTOR_REDIS_URL": secured.url.replace("rediss://", "redis://"), "DETECTOR_WEB_PORT": "0"}
    done = world.run("worker", **plain)
    assert done.returncode == 3, done.stderr
    assert "redis was away" in done.stderr
