"""One peer in a process of its own: `python -m tests.bench.peers.subject PLACE BOOTSTRAP TOPIC GROUP STOP_AT REDIS`.

`PLACE` is `module:function` under `tests.bench.peers`; it prints one JSON line (see `count.Count`) and ends.
"""

import sys
from importlib import import_module
from typing import NamedTuple


class Subject(NamedTuple):
    """What a peer is told."""

    bootstrap: str
    topic: str
    group: str
    stop_at: int
    redis_url: str


def main(place: str, bootstrap: str, topic: str, group: str, stop_at: str, redis_url: str) -> None:
    """Run it; it ends the process itself."""
    module, _, function = place.partition(":")
    peer = getattr(import_module(f"tests.bench.peers.{module}"), function)
    peer(Subject(bootstrap, topic, group, int(stop_at), redis_url))


if __name__ == "__main__":
    main(*sys.argv[1:])
