"""Settings: environment over file, one sentence for what is wrong, no secret ever shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from detector.__main__ import cli
from detector.edge.failures import Misconfigured
from detector.edge.settings import SECRETS, Settings, load, masked


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DETECTOR_WEB_PORT", "http", "DETECTOR_WEB_PORT"),
        ("DETECTOR_WEB_PORT", "70000", "DETECTOR_WEB_PORT"),
        ("DETECTOR_CHECKPOINT_EVENTS", "200000", "DETECTOR_CHECKPOINT_EVENTS"),
        ("DETECTOR_STATE_KEY", "short", "DETECTOR_STATE_KEY"),
        ("DETECTOR_STATE_KEY_FILE", "/nowhere", "DETECTOR_STATE_KEY_FILE"),
        ("DETECTOR_REDIS_URL", "http://cache", "DETECTOR_REDIS_URL"),
        ("DETECTOR_REDIS_PREFIX", "a{b}", "DETECTOR_REDIS_PREFIX"),
        ("DETECTOR_KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "DETECTOR_KAFKA_USERNAME"),
        ("DETECTOR_KAFKA_CA_FILE", "/nowhere", "DETECTOR_KAFKA_CA_FILE"),
        ("DETECTOR_ON_MISSING_RECORDS", "ignore", "DETECTOR_ON_MISSING_RECORDS"),
    ],
)
def test_what_is_wrong_is_named(variable, value, said):
    """The sentence names the variable, leaves out the value, and the command ends with 2."""
    with pytest.raises(Misconfigured) as caught:
        load({variable: value})
    assert said in caught.value.message
    done = CliRunner().invoke(cli, ["worker", "--check-config"], env={variable: value})
    assert done.exit_code == 2
    assert said in done.output


def test_the_environment_wins_over_the_file(tmp_path: Path):
    """Both are read; a variable says the last word."""
    file = tmp_path / "detector.toml"
    file.write_text('[worker]\ngroup_id = "file"\nweb_port = 1\n[policy]\nraise_at = 0.7\n')
    settings = load({"DETECTOR_WEB_PORT": "2"}, file)
    assert (settings.group_id, settings.web_port) == ("file", 2)


def test_a_setting_that_is_none_is_refused(tmp_path: Path):
    """A misspelt name in the file is told, not ignored."""
    file = tmp_path / "detector.toml"
    file.write_text('[worker]\ngroup = "x"\n')
    with pytest.raises(Misconfigured, match="group"):
        load({}, file)


def test_secrets_come_from_files(tmp_path: Path):
    """As container platforms mount them, with their last line break."""
    file = tmp_path / "key"
    file.write_text("sixteen bytes or more\n")
    assert load({"DETECTOR_PSEUDONYM_KEY_FILE": str(file)}).pseudonym_key == "sixteen bytes or more"


def test_no_secret_is_shown():
    """Neither a key, nor a password inside an address."""
    secret = "a-very-secret-value-9"  # noqa: S105 - it is none
    env = {f"DETECTOR_{name.upper()}": secret for name in SECRETS}
    env["DETECTOR_REDIS_URL"] = f"redis://me:{secret}@cache:6379/0"
    env["DETECTOR_WEBHOOK_URL"] = f"https://hooks.example/{secret}"
    env["DETECTOR_ALERTMANAGER_URL"] = f"https://me:{secret}@one.example,https://me:{secret}@two.example"
    assert secret not in str(masked(load(env)))
    done = CliRunner().invoke(cli, ["worker", "--check-config"], env=env)
    assert done.exit_code == 0
    assert secret not in done.output
    assert "DETECTOR_STATE_KEY=***" in done.output


def test_every_setting_is_printed():
    """What is in force is told whole, one variable a line."""
    done = CliRunner().invoke(cli, ["worker", "--check-config"])
    shown = {line.partition("=")[0] for line in done.output.splitlines()}
    assert {f"DETECTOR_{name.upper()}" for name in Settings.__struct_fields__} <= shown
