"""The embedded broker of the noida-db wheel: quick, no Java, and not to be trusted about rebalances and faults."""

import os
import tempfile
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from kafka import KafkaAdminClient

from tests.servers.apache_kafka import admin_answers
from tests.servers.process import ServerFailedError, ServerProcess, free_port
from tests.servers.server import Broker

START_SECONDS = 30
"""A start takes 0.4 s; a noisy machine gets ample room before it counts as failed."""


def noida_program() -> str | None:
    """The path of the wheel's server; None where it is not installed. Its script would only start this as a child."""
    package = find_spec("noida_db")
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).with_name("noida-db")
    return str(program) if os.access(program, os.X_OK) else None


def noida_version() -> str:
    """The installed wheel's version; empty when there is none."""
    try:
        return version("noida-db")
    except PackageNotFoundError:
        return ""


def start_noida() -> Broker:
    """Start noida-db with its Kafka service alone, data in a temporary folder."""
    program = noida_program()
    if program is None:
        raise ServerFailedError("the noida-db wheel is not installed")
    folder = Path(tempfile.mkdtemp(prefix="detector-noida-"))
    port = free_port()
    process = ServerProcess(
        [program, "start", "--data-dir", str(folder / "data"), "--only", "kafka", "--kafka-port", str(port)],
        log=folder / "server.log",
        answers=partial(admin_answers, port, _serves),
        within=START_SECONDS,
    )
    address = f"127.0.0.1:{port}"
    broker = Broker("noida-db", noida_version(), process, folder, bootstrap=address, listeners={"PLAIN": address})
    try:
        broker.start()
    except ServerFailedError:
        broker.close()
        raise
    return broker


def _serves(admin: KafkaAdminClient) -> bool:
    # It does not speak the newest describe-cluster, but knows its topics, none, once it serves.
    return isinstance(admin.list_topics(), list)
