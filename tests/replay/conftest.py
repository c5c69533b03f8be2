"""The command line as a person runs it, in a folder of its own."""

from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from detector.__main__ import cli
from tests.worlds import slice_of_company


class Run(NamedTuple):
    """What a run left."""

    status: int
    said: str
    folder: Path

    def __getitem__(self, name: str) -> bytes:  # type: ignore[override]
        return (self.folder / name).read_bytes()

    @property
    def counts(self) -> dict[str, int]:
        """The last sentence's figures by name."""
        words = self.said.splitlines()[-1].replace(",", "").replace("(", "").replace(")", "").split()
        return {words[n - 1]: int(word) for n, word in enumerate(words) if word.isdigit() and n}


@pytest.fixture
def replay(tmp_path, monkeypatch):
    """Run `detector replay`, with alerts into `alerts` unless told otherwise."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=b"", alerts="alerts", **environ):
        done = CliRunner().invoke(cli, ["replay", *arguments, "--alerts", alerts], input=stdin, env=environ)
        if alerts == "-":
            (tmp_path / "-").write_bytes(done.stdout_bytes)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Run(done.exit_code, done.stderr, tmp_path)

    return run


@pytest.fixture(scope="session")
def recorded():
    """Recorded records of a small simulated company, as a file's bytes."""
    return b"".join(line.value + b"\n" for line in slice_of_company(4000))
