"""The runner and the lock: what a fresh machine gets is what pyproject.toml asks for."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def test_lock_holds_what_the_project_asks_for() -> None:
    """Each requirement of the project and of its extras is in the lock, in a version that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    locked: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, flags=re.MULTILINE):
        locked.setdefault(canonicalize_name(name), set()).add(version)
    wanted = [Requirement(line) for line in project["dependencies"] + extras]
    assert [
        str(requirement)
        for requirement in wanted
        if not any(requirement.specifier.contains(v) for v in locked.get(canonicalize_name(requirement.name), ()))
    ] == []


def test_lock_names_no_place_to_fetch_from() -> None:
    """Where packages come from is the machine's business, and every file of one is known by its hash."""
    assert "://" not in LOCK
    assert "index-url" not in LOCK
    pinned = re.findall(r"^[\w.-]+==.*?(?=^\S|\Z)", LOCK, flags=re.MULTILINE | re.DOTALL)
    assert len(pinned) > 0
    assert all("--hash=sha256:" in entry for entry in pinned)


def test_runner_refuses_what_it_does_not_know() -> None:
    """Wrong use ends with status 2 and one sentence, before anything is installed."""
    for words in ((), ("bench",)):
        done = subprocess.run([sys.executable, ROOT / "run", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr == "run: say ./run demo or ./run test\n"
