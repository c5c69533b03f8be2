"""The README is held to the code."""

from pathlib import Path

from detector.__main__ import COMMANDS
from tests.docs.configuration import table

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_configuration_table_is_the_settings() -> None:
    """Every setting with its default and meaning stands in the README, and no other."""
    assert table() in README, "run: python -m tests.docs.configuration"


def test_every_setting_says_what_it_means() -> None:
    """No row of the table is empty."""
    assert not [row for row in table().splitlines() if row.endswith("|  |")]


def test_commands_of_the_readme_exist() -> None:
    """Each command that the program has is named in the README."""
    assert COMMANDS
    assert not [name for name in COMMANDS if f"`{name}`" not in README and f"`detector {name}" not in README]
