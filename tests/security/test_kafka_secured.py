"""Logins and TLS at Apache Kafka itself, with certificates and tokens made here: what is right works, what is wrong is
told in one sentence, and nothing is ever spoken in plain.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from detector.edge.failures import Misconfigured
from detector.edge.settings import Settings, load
from detector.subscribe import Subscription
from tests.edge.world import Record, World, until
from tests.security.certificates import Authority
from tests.security.tokens import AUDIENCE, ISSUER, Issuer
from tests.servers import Broker, RedisServer, start_kafka
from tests.subscribe.conftest import record_of

PASSWORD = "p4ssw0rd-of-the-detector"  # noqa: S105 - made up
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
BEARER = "org.apache.kafka.common.security.oauthbearer"

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


RIGHTS = {
    ResourceType.TOPIC: (ACLOperation.READ, ACLOperation.WRITE, ACLOperation.DESCRIBE_CONFIGS),
    ResourceType.GROUP: (ACLOperation.READ,),
}
"""All that a worker does, and the commands that read and re-drive: what the threat model tells operators to give."""


def _right(kind: ResourceType, operation: ACLOperation) -> ACL:
    """One right of the detector on what the tests' prefixes begin with."""
    pattern = ResourcePattern(kind, "t", ACLResourcePatternType.PREFIXED)
    return ACL("User:detector", "*", operation, ACLPermissionType.ALLOW, pattern)


class Secured(NamedTuple):
    """A broker with a SASL_SSL listener, and what its clients need."""

    broker: Broker
    folder: Path
    authority: Authority
    stranger: Authority
    issuer: Issuer

    def env(self, **settings: str) -> dict[str, str]:
        """The settings of a client that logs in by password."""
        return {
            "DETECTOR_KAFKA_BOOTSTRAP": self.broker.listeners["TLS"],
            "DETECTOR_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "DETECTOR_KAFKA_USERNAME": "detector",
            "DETECTOR_KAFKA_PASSWORD": PASSWORD,
            "DETECTOR_KAFKA_CA_FILE": str(self.authority.file),
            "DETECTOR_OUTAGE_SECONDS": "3",
            "DETECTOR_WEB_PORT": "0",
            **settings,
        }

    def bearer(self, token: str) -> dict[str, str]:
        """The settings of a client that logs in by a token."""
        file = self.folder / "token"
        file.write_text(token + "\n")
        return self.env(DETECTOR_KAFKA_SASL_MECHANISM="OAUTHBEARER", DETECTOR_KAFKA_TOKEN_FILE=str(file))


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Apache Kafka with passwords (SCRAM) and tokens (OAUTHBEARER) over TLS."""
    folder = tmp_path_factory.mktemp("secured")
    authority, stranger, issuer = Authority(folder, "authority"), Authority(folder, "stranger"), Issuer()
    keys = folder / "keys.json"
    issuer.key_set(keys)
    tls, bearer = "listener.name.tls.", "listener.name.tls.oauthbearer."
    properties = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",  # whoever comes by the plain listener: the test itself
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
        f"{tls}ssl.keystore.type": "PEM",
        f"{tls}ssl.keystore.location": str(authority.server().both),
        f"{tls}sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
        f"{tls}scram-sha-512.sasl.jaas.config": SCRAM,
        f"{bearer}sasl.jaas.config": f"{BEARER}.OAuthBearerLoginModule required;",
        f"{bearer}sasl.server.callback.handler.class": f"{BEARER}.OAuthBearerValidatorCallbackHandler",
        f"{bearer}sasl.oauthbearer.jwks.endpoint.url": keys.as_uri(),
        f"{bearer}sasl.oauthbearer.expected.issuer": ISSUER,
        f"{bearer}sasl.oauthbearer.expected.audience": AUDIENCE,
    }
    options = os.environ.get("JAVA_TOOL_OPTIONS", "")
    allowed = f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={keys.as_uri()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", f"{options} {allowed}".strip())
        broker = start_kafka(properties=properties, listeners={"TLS": "SASL_SSL"})
    with broker:
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        credential = UserScramCredentialUpsertion("detector", ScramMechanism.SCRAM_SHA_512, PASSWORD, iterations=4_096)
        admin.alter_user_scram_credentials([credential])
        told = admin.create_acls(
            [_right(kind, operation) for kind, operations in RIGHTS.items() for operation in operations]
        )
        assert not told["failed"]
        admin.close()
        yield Secured(broker, folder, authority, stranger, issuer)


@pytest.fixture
def world(
    secured: Secured, redis_server: RedisServer, topic_prefix: str, redis_prefix: str, tmp_path: Path
) -> Iterator[World]:
    """Topics on that broker, made through its plain listener; workers are given the secured one."""
    del redis_prefix
    with World(secured.broker.bootstrap, redis_server.url, topic_prefix, tmp_path) as built:
        yield built
    for key in built.redis.scan_iter(match=f"*{topic_prefix}*", count=1000):
        built.redis.delete(key)


WRONG = "another-password"


def call(number: int) -> Record:
    """One good record."""
    record = {"kind": "invocation", "invocation_id": f"i{number}", "user_id": "ann"}
    return Record(b"ann", json.dumps(record | {"occurred_at": f"2026-05-01T10:{number:02}:00Z"}).encode())


@pytest.mark.parametrize("login", ["password", "token"])
def test_a_worker_works_over_tls(secured: Secured, world: World, login: str) -> None:
    """Consumer, producer, first look and commands all log in: records are judged, a bad one reaches its topic."""
    settings = secured.env() if login == "password" else secured.bearer(secured.issuer.token("detector"))
    settings.pop("DETECTOR_WEB_PORT", None)  # the worker has one of its own
    world.settings.update(settings)
    world.settings["DETECTOR_DEAD_LETTER_PERCENT"] = "100"
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce([call(1), call(2), Record(b"ann", b"bad")])
    until(lambda: world.counted() == 3, "all records counted")
    assert world.tally() == {"invocation:judged": 2, "refused:dead": 1}
    until(lambda: json.loads(worker.get("/api/v1/summary")[1])["board_fault"] is None, "the page to read the topic")
    listed = world.run("dead-letters", "list", "--json")
    assert json.loads(listed.stdout)["reason"] == "not_json", listed.stderr
    assert world.run("topics", "--check").returncode == 0
    assert worker.end() == 0
    assert PASSWORD not in worker.log.read_text()


def refused(world: World, settings: dict[str, str]) -> list[tuple[int, str]]:
    """Status and sentence of a worker and of a command under these settings."""
    told = []
    for command in (("worker",), ("dead-letters", "list")):
        done = world.run(*command, **settings)
        assert PASSWORD not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        told.append((done.returncode, done.stderr.strip().splitlines()[-1]))
    return told


def test_a_wrong_password_is_told(secured: Secured, world: World) -> None:
    """Status 2 at once, with the setting's name."""
    for status, sentence in refused(world, secured.env(DETECTOR_KAFKA_PASSWORD=WRONG)):
        assert status == 2, sentence
        assert "DETECTOR_KAFKA_USERNAME" in sentence
        assert WRONG not in sentence


def test_a_certificate_of_a_stranger_is_told(secured: Secured, world: World) -> None:
    """A broker that another authority vouches for is not spoken to."""
    for status, sentence in refused(world, secured.env(DETECTOR_KAFKA_CA_FILE=str(secured.stranger.file))):
        assert status == 2, sentence
        assert "DETECTOR_KAFKA_CA_FILE" in sentence


@pytest.mark.parametrize("fault", ["over", "forged", "missing"])
def test_a_bad_token_is_told(secured: Secured, world: World, fault: str) -> None:
    """One whose time is over, one that somebody else signed, none at all: status 2, and the token is not shown."""
    token = {
        "over": secured.issuer.token("detector", lives=-600),
        "forged": Issuer().token("detector"),
        "missing": "",
    }[fault]
    for status, sentence in refused(world, secured.bearer(token)):
        assert status == 2, sentence
        assert "DETECTOR_KAFKA_TOKEN_FILE" in sentence
        assert token == "" or token not in sentence


def test_nothing_is_spoken_in_plain(secured: Secured, world: World) -> None:
    """Asked for TLS, a plain listener is not spoken to, nor a TLS listener when asked for plain: both end with 3."""
    plain = {"DETECTOR_KAFKA_BOOTSTRAP": secured.broker.listeners["TLS"], "DETECTOR_OUTAGE_SECONDS": "2"}
    for settings in (
        secured.env(DETECTOR_KAFKA_BOOTSTRAP=secured.broker.bootstrap),
        plain | {"DETECTOR_WEB_PORT": "0"},
    ):
        for status, sentence in refused(world, settings):
            assert status == 3, sentence
            assert "DETECTOR_KAFKA_BOOTSTRAP" in sentence


def subscribed(settings: Settings, name: str, least: int) -> list[str]:
    """What a subscriber of that name is told first."""

    async def run() -> list[str]:
        told: list[str] = []
        async with asyncio.timeout(60), Subscription(settings, name) as alerts:
            async for news in alerts:
                told.append(news.key)
                if len(told) == least:
                    break
        return told

    return asyncio.run(run())


@pytest.mark.parametrize("login", ["password", "token"])
def test_a_subscriber_works_over_tls(secured: Secured, world: World, login: str) -> None:
    """With no other rights than a worker's; a name that it has no right to, and a wrong password, are told."""
    given = secured.env() if login == "password" else secured.bearer(secured.issuer.token("detector"))
    world.produce([record_of(name, world.topics.alerts) for name in "ab"])
    assert sorted(subscribed(load(world.env(**given)), world.prefix + "subscriber", 2)) == ["a:1", "b:1"]
    with pytest.raises(Misconfigured, match="refuses this subscriber"):
        subscribed(load(world.env(**given)), "a-name-of-others", 1)
    wrong = secured.env(DETECTOR_KAFKA_PASSWORD=WRONG)
    with pytest.raises(Misconfigured, match="DETECTOR_KAFKA_USERNAME"):
        subscribed(load(world.env(**wrong)), world.prefix + "subscriber", 1)
