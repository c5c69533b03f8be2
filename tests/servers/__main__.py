"""Starts a broker and a Redis, says where they are, and waits for Ctrl-C."""

import signal
import sys
import threading

from tests.servers import start_kafka, start_redis


def main() -> None:
    """Print the two addresses as shell variables; both servers end with this command."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with start_redis() as redis, start_kafka() as kafka:
        for line in (
            f"# {redis.kind} {redis.version}, {kafka.kind} {kafka.version}; Ctrl-C ends both",
            f"export DETECTOR_TEST_REDIS={redis.url}",
            f"export DETECTOR_TEST_KAFKA={kafka.bootstrap}",
        ):
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        ended.wait()


main()
