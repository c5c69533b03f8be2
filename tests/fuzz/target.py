"""One fuzzed door, as libFuzzer runs it: `python -m tests.fuzz.target record -runs=20000 CORPUS`.

The instrumentation must come before the imports, so this is a program of its own, started by `tests.fuzz`.
"""

import json
import random
import sys
from typing import Any

import atheris

with atheris.instrument_imports(include=["detector"], enable_loader_override=False):
    from tests.fuzz.doors import DOORS, EXAMPLES, TOLD

ODD = (
    None, True, 0, -1, 1, 1.5, 1e308, -0.0, 10**12, 10**12 + 1, 10**30, "", "x", "x" * 600, "\0", "\ud800", [], {},
    [[]], "2026-05-01T10:00:00Z", "2026-05-01T10:00:00+14:00", "1970-01-01T00:00:00Z", "human", "ok", "scheduled",
    {"a": ["b", None]}, 10**400,
)  # fmt: skip
VALID = [json.loads(path.read_bytes()) for path in sorted((EXAMPLES / "valid").glob("[!a]*/*.json"))]


def change_record(data: bytes, most: int, seed: int) -> bytes:
    """Change a field where there is one, so that inputs get past the grammar; now and then change bytes."""
    chance = random.Random(seed)  # noqa: S311 - libFuzzer gives the seed, so that a finding comes again
    record = _object(data)
    if record and chance.random() < 0.9:
        field = chance.choice(sorted(record))
        like = [example[field] for example in VALID if field in example]
        odd = chance.choice((*ODD, record[chance.choice(sorted(record))], chance.randrange(10**6)))
        record[field] = chance.choice(like) if like and chance.random() < 0.7 else odd
        if chance.random() < 0.05:
            del record[field]
        changed = json.dumps(record).encode()
        if len(changed) <= most:
            return changed
    return bytes(atheris.Mutate(data, most))


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def main() -> None:
    """Fuzz one door for `-runs=N` inputs; the last one prints what became of them."""
    name, runs = sys.argv[1], next(int(word.removeprefix("-runs=")) for word in sys.argv if word.startswith("-runs="))
    door, seen = DOORS[name](), 0

    def one(data: bytes) -> None:
        nonlocal seen
        door(data)
        seen += 1
        if seen == runs:
            sys.stdout.write(json.dumps({"inputs": seen, **TOLD}) + "\n")
            sys.stdout.flush()

    options = {"custom_mutator": change_record} if name != "state" else {}
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one, **options)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
