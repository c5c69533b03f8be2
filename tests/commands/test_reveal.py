"""`detector reveal`: the key's holder finds out whose pseudonym it is, and it is written down; nobody else does."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from detector.__main__ import cli
from detector.event import pseudonym
from tests.edge.truth import story
from tests.edge.world import World

KEY, OTHER = "a key for tests of revealing", "the key of the year before"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where uses are written down."""
    return tmp_path / "reveal.log"


def reveal(log: Path | None, *arguments: str, users: str | None = None, key: str | None = KEY) -> Result:
    """Run the command on a list of users from standard input."""
    env = {"DETECTOR_PSEUDONYM_KEY": key, "DETECTOR_REVEAL_LOG": str(log) if log else None}
    given = ["--users", "-"] if users is not None else []
    return CliRunner().invoke(cli, ["reveal", *arguments, *given], input=users, env=env)


def test_the_holder_of_the_key_finds_the_user(log: Path):
    """Among the ids given, in the tenant given; the use is written down for its owner alone, without the answer."""
    name = pseudonym(KEY.encode(), "eu", "bob")
    done = reveal(log, name, "--reason", "case 7", "--tenant", "eu", users="ann\nbob\n")
    assert (done.exit_code, done.output) == (0, "bob\n")
    (use,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (use["pseudonym"], use["tenant_id"], use["reason"]) == (name, "eu", "case 7")
    assert use["by"]
    assert "bob" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_each_use_is_written_down_found_or_not(log: Path):
    """Trying counts as using: the file only grows."""
    name = pseudonym(KEY.encode(), "default", "bob")
    assert reveal(log, name, "--reason", "first", users="ann\n").exit_code == 1
    assert reveal(log, name, "--reason", "second", users="bob\n").exit_code == 0
    assert [json.loads(line)["reason"] for line in log.read_text().splitlines()] == ["first", "second"]


def test_a_pseudonym_of_an_older_key_needs_that_key(log: Path):
    """After a rotation, alerts of the time before are revealed by the key of that time."""
    name = pseudonym(OTHER.encode(), "default", "bob")
    assert reveal(log, name, "--reason", "r", users="bob\n").exit_code == 1
    assert reveal(log, name, "--reason", "r", users="bob\n", key=OTHER).output == "bob\n"


def test_without_key_log_or_reason_nothing_is_revealed(log: Path, tmp_path: Path):
    """Each is named, with status 2, and a log that can't be written to reveals nothing either."""
    name = pseudonym(KEY.encode(), "default", "bob")
    for done, said in (
        (reveal(log, name, "--reason", "r", users="bob\n", key=None), "DETECTOR_PSEUDONYM_KEY"),
        (reveal(None, name, "--reason", "r", users="bob\n"), "DETECTOR_REVEAL_LOG"),
        (reveal(tmp_path / "no" / "where", name, "--reason", "r", users="bob\n"), "DETECTOR_REVEAL_LOG"),
        (reveal(log, name, users="bob\n"), "--reason"),
    ):
        assert done.exit_code == 2
        assert said in done.output
        assert "bob" not in done.output
    assert not log.exists()


def test_users_of_the_topic_are_tried(world: World, log: Path) -> None:
    """Without a list, everybody whose records Kafka still holds."""
    records = story(300)
    world.produce(records)
    user = (records[-1].key or b"").decode()
    settings = {"DETECTOR_PSEUDONYM_KEY": KEY, "DETECTOR_REVEAL_LOG": str(log)}
    done = world.run("reveal", pseudonym(KEY.encode(), "default", user), "--reason", "case 8", **settings)
    assert (done.returncode, done.stdout) == (0, f"{user}\n"), done.stderr
    assert world.run("reveal", "p-" + "0" * 24, "--reason", "case 9", **settings).returncode == 1
    assert len(log.read_text().splitlines()) == 2
