"""Every peer: what it is, what it keeps of its state, and where it runs."""

from typing import NamedTuple


class Peer(NamedTuple):
    """A subject of the benchmark."""

    place: str
    """`module:function` under `tests.bench.peers`; empty for the detector's own worker."""
    text: str
    keeps: str
    """What is left of its state after a crash."""
    own: bool = False
    """Needs the environment of `environment.python`."""
    most: int = 1_000_000
    """Most records that it is given: a slow one would take minutes over all of them."""


PEERS = {
    "worker": Peer("", "detector worker", "all, atomic with the offsets, fenced"),
    "aiokafka-core": Peer("loops:aiokafka_core", "aiokafka loop, same core", "nothing"),
    "aiokafka-core-redis": Peer("loops:aiokafka_core_redis", "aiokafka loop, same core, Redis a batch", "all, twice"),
    "faust-core": Peer("faust_agents:core_batches", "stock Faust take(500), same core", "nothing"),
    "quix-core": Peer("quix:core", "Quix Streams, same core", "nothing", own=True),
    "quix-state": Peer("quix:core_stateful", "Quix Streams, same core in its RocksDB state", "its disk", own=True),
    "bytewax-core": Peer("bytewax_flow:core", "Bytewax, same core", "nothing", own=True),
    "bytewax-state": Peer("bytewax_flow:core_stateful", "Bytewax, same core in its state", "its disk", own=True),
    "naive-light": Peer("faust_agents:naive_light", "Faust + Redis + pickled z-score, a GET and SET each", "all, twice",
                        most=12_000),
    "naive-trees": Peer("faust_agents:naive_trees", "Faust + Redis + pickled half-space trees", "all, twice",
                        most=600),
    "confluent": Peer("loops:confluent_bare", "confluent-kafka loop, does nothing", "-", own=True),
    "aiokafka": Peer("loops:aiokafka_bare", "aiokafka loop, does nothing", "-"),
    "faust-take": Peer("faust_agents:bare_batches", "stock Faust take(500), does nothing", "-"),
    "faust": Peer("faust_agents:bare", "stock Faust agent, does nothing", "-"),
    "quix": Peer("quix:bare", "Quix Streams, does nothing", "-", own=True),
    "bytewax": Peer("bytewax_flow:bare", "Bytewax, does nothing", "-", own=True),
}  # fmt: skip
"""`keeps`: *twice* means that a crash between the writes and the commit lets records be learned a second time."""
