"""Apache Kafka itself: one combined broker and controller (KRaft) from its published jars, on loopback."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers.jars import class_path, java, kafka_version
from tests.servers.process import ServerFailedError, ServerProcess, free_port, port_answers
from tests.servers.server import Broker

CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg"
"""Any 16 bytes in base64 do; it only has to stay the same over restarts."""

LOOPBACK = "127.0.0.1"

START_SECONDS = 90
"""A start takes 2.5 s on an idle machine; a noisy one with two cores gets ample room before it counts as failed."""

JAVA_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",  # two cores: no threads for collecting
    "-XX:TieredStopAtLevel=1",  # the quick compiler only: saves a second of start and much warm-up load
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",  # else every start lists 300 settings
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn",
)

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAIN",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # Tests may ask for short sessions, so that a killed member is missed within seconds.
    "group.min.session.timeout.ms": "1000",
    # After kill -9 the controller waits for the dead broker's session (9 s by default) before it lets it in again.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # One broker holds everything: a copy and a partition of each internal topic.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "log.cleaner.dedupe.buffer.size": "16777216",  # 16 MiB instead of 128: the heap is small
}


def start_apache_kafka(properties: Mapping[str, str], listeners: Mapping[str, str], address: str = LOOPBACK) -> Broker:
    """Format fresh storage and start a broker; see `start_kafka` for the arguments."""
    program = java()
    if program is None:
        raise ServerFailedError("Apache Kafka needs Java 17 or later on the path")
    folder = Path(tempfile.mkdtemp(prefix="detector-kafka-"))
    ports = {name: free_port() for name in ("PLAIN", "CONTROLLER", *listeners)}
    settings = folder / "server.properties"
    named = {name: f"{address if name in listeners else LOOPBACK}:{port}" for name, port in ports.items()}
    settings.write_text(_server_properties(folder, named, listeners, properties), "utf-8")
    run = [program, *JAVA_OPTIONS, "-cp", class_path()]
    _format_storage(run, settings)
    process = ServerProcess(
        [*run, "kafka.Kafka", str(settings)],
        log=folder / "server.log",
        answers=partial(admin_answers, ports["PLAIN"], _serves),
        within=START_SECONDS,
    )
    addresses = {name: named[name] for name in named if name != "CONTROLLER"}
    broker = Broker("apache-kafka", kafka_version(), process, folder, bootstrap=addresses["PLAIN"], listeners=addresses)
    return _started(broker)


def admin_answers(port: int, ask: Callable[[KafkaAdminClient], bool]) -> bool:
    """What an admin call on a loopback port says; False when it fails."""
    if not port_answers(port):
        return False
    try:
        admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=5_000)
    except KafkaError:
        return False
    try:
        return ask(admin)
    except KafkaError:
        return False
    finally:
        admin.close()


def _serves(admin: KafkaAdminClient) -> bool:
    # After a crash the controller is up first and knows the broker, fenced off until its old session has passed.
    return any(not broker["is_fenced"] for broker in admin.describe_cluster()["brokers"])


def _server_properties(
    folder: Path, named: Mapping[str, str], listeners: Mapping[str, str], properties: Mapping[str, str]
) -> str:
    protocols = {"PLAIN": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **listeners}
    addresses = {name: f"{name}://{address}" for name, address in named.items()}
    settings = {
        **SETTINGS,
        "log.dirs": str(folder / "data"),
        "listeners": ",".join(addresses.values()),
        "advertised.listeners": ",".join(address for name, address in addresses.items() if name != "CONTROLLER"),
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
        "controller.quorum.voters": f"1@{named['CONTROLLER']}",
        **properties,
    }
    return "".join(f"{name}={setting}\n" for name, setting in settings.items())


def _format_storage(run: list[str], settings: Path) -> None:
    done = subprocess.run(
        [*run, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(settings)],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    if done.returncode != 0:
        raise ServerFailedError(f"Kafka's storage could not be formatted:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _started(broker: Broker) -> Broker:
    try:
        broker.start()
    except ServerFailedError:
        broker.close()
        raise
    return broker
