"""`python -m tests.fuzz [--inputs N]`: coverage-guided fuzzing (atheris) of records and of state, and its table.

A finding is any exception, any hang of a second, any growth over half a GiB; the input is kept and named, the status 1.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.doors import seeds

REAL = ("record", "state")
MOST_BYTES = 8_192
"""Longest input: a usage record has 500 bytes, a profile 4 KiB."""
LIMITS = ("-timeout=1", f"-max_len={MOST_BYTES}", "-mutate_depth=2")
GROWTH_MB = 512
"""Resident growth that counts as a finding. A process starts with its parent's peak on record (getrusage(2)), so that
the limit is above this one's: pytest's own peak was over 512 MB once a whole suite had run in it."""


class Done(NamedTuple):
    """What fuzzing one door came to."""

    door: str
    ok: bool
    told: str
    edges: int
    seconds: float
    output: str


def fuzz(door: str, inputs: int, seed: int, folder: Path) -> Done:
    """Fuzz one door in a process of its own; what it found is kept in `folder`."""
    corpus = folder / f"{door}-corpus"
    corpus.mkdir()
    seeds(door, corpus)
    began = time.monotonic()
    most = GROWTH_MB + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz.target", door, f"-runs={inputs}", f"-seed={seed}", *LIMITS,
            f"-rss_limit_mb={most}",
            f"-artifact_prefix={folder}/{door}-", str(corpus),
        ],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    edges = [int(found) for found in re.findall(r"cov: (\d+)", done.stderr)]
    return Done(
        door,
        done.returncode == 0 and bool(done.stdout),
        done.stdout.strip(),
        max(edges, default=0),
        time.monotonic() - began,
        done.stdout + done.stderr,
    )


def main() -> int:
    """Fuzz every door and print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("--inputs", type=int, default=1_000_000, help="inputs for each door")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="detector-fuzz-"))
    findings = 0
    for door in REAL:
        done = fuzz(door, asked.inputs, asked.seed, folder)
        findings += not done.ok
        sys.stdout.write(f"{door:7} {done.told or 'stopped'}  edges {done.edges:,}  {done.seconds:.0f} s\n")
        if not done.ok:
            sys.stdout.write(done.output[-4_000:] + f"\nkept in {folder}\n")
        sys.stdout.flush()
    sys.stdout.write(f"findings {findings}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
