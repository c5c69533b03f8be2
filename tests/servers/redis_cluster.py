"""A Redis Cluster on loopback: masters that share the slots, without replicas."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import redis

from tests.servers.ladder import start_redis
from tests.servers.process import ServerFailedError, free_port
from tests.servers.server import RedisServer

SLOTS = 16_384
MEET_SECONDS = 30.0
"""Three nodes know each other after half a second; a noisy machine gets ample room."""


class RedisClusterServer:
    """Running masters. `url` is the first one's; every client finds the others from there."""

    def __init__(self, masters: int = 3) -> None:
        self._stack = ExitStack()
        try:
            self._buses = [free_port() for _ in range(masters)]
            self.nodes = [self._stack.enter_context(_node(bus)) for bus in self._buses]
            self._meet()
        except BaseException:
            self._stack.close()
            raise
        self.url = self.nodes[0].url

    def _meet(self) -> None:
        size = -(-SLOTS // len(self.nodes))
        first = _port(self.nodes[0]), self._buses[0]
        for number, node in enumerate(self.nodes):
            _ask(node, "CLUSTER", "ADDSLOTS", *range(number * size, min(SLOTS, (number + 1) * size)))
            if number:
                _ask(node, "CLUSTER", "MEET", "127.0.0.1", *first)
        end = time.monotonic() + MEET_SECONDS
        while not all(self._agrees(node) for node in self.nodes):
            if time.monotonic() > end:
                raise ServerFailedError(f"{len(self.nodes)} Redis nodes did not become a cluster")
            time.sleep(0.05)

    def _agrees(self, node: RedisServer) -> bool:
        told: bytes = _ask(node, "CLUSTER", "INFO")
        return b"cluster_state:ok" in told and b"cluster_known_nodes:%d" % len(self.nodes) in told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stack.close()


def _node(bus: int) -> RedisServer:
    # The cluster's own port is the client port + 10,000 unless told otherwise: that may be taken, or too high.
    options = ("--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-node-timeout", "2000")
    return start_redis(*options)


def _port(node: RedisServer) -> int:
    return int(node.url.rpartition(":")[2].partition("/")[0])


def _ask(node: RedisServer, *command: object) -> Any:
    with redis.Redis.from_url(node.url) as client:
        return client.execute_command(*command)
