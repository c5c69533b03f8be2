"""`python -m tests.bench` measures everything and prints one table; `python -m tests.bench NAME` one part of it.

`--help`, alone or after a name, tells the options.
"""

import sys
from importlib import import_module

BENCHES = {
    "core": "tests.bench.core",
    "models": "tests.bench.models",
    "peers": "tests.bench.peers.measure",
    "scale": "tests.bench.scale",
    "worker": "tests.bench.worker",
    "notify": "tests.bench.notify",
}
"""Each module has `main(arguments)`, which prints its table."""


def main() -> int:
    """Run the benchmark asked for."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        import_module("tests.bench.whole").main(sys.argv[1:])
        return 0
    if sys.argv[1] not in BENCHES:
        sys.stderr.write(f"say which: {', '.join(BENCHES)}\n")
        return 2
    import_module(BENCHES[sys.argv[1]]).main(sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
