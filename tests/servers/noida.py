"""The embedded broker of the noida-db wheel: quick, no Java, and not to be trusted about rebalances and faults."""

import shutil
import sys
import tempfile
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.servers.apache_kafka import broker_answers
from tests.servers.process import ServerFailedError, ServerProcess, free_port
from tests.servers.server import Broker

START_SECONDS = 30
"""A start takes 0.4 s; a noisy machine gets ample room before it counts as failed."""


def noida_program() -> str | None:
    """The path of noida-db, beside this Python or on the path; None where the wheel is not installed."""
    beside = Path(sys.executable).with_name("noida-db")
    return str(beside) if beside.exists() else shutil.which("noida-db")


def noida_version() -> str:
    """The installed wheel's version; empty when only the program is there."""
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
        answers=partial(broker_answers, port),
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
