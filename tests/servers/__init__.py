"""Real servers for tests, benchmarks and checks: `start_kafka` and `start_redis`, or `python -m tests.servers`."""

from tests.servers.ladder import start_kafka, start_redis
from tests.servers.process import ServerFailedError
from tests.servers.redis_cluster import RedisClusterServer
from tests.servers.server import Broker, RedisServer

__all__ = ["Broker", "RedisClusterServer", "RedisServer", "ServerFailedError", "start_kafka", "start_redis"]
