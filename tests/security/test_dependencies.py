"""What is shipped: pinned by hash, free of known vulnerabilities, and run without rights."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "deploy/requirements.lock", "tests/deploy/tools.lock")
SHIPPED = ROOT / "deploy" / "requirements.lock"
SERVICES = ("pypi", "osv")


def audited(service: str) -> tuple[list[dict[str, object]], list[str]]:
    """What pip-audit says of each shipped package, and why it could not look at some.

    It says "No known vulnerabilities found" and ends with 0 when it could look at none: the reasons must be counted.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-s", service, "--disable-pip", "--require-hashes", "-r", str(SHIPPED),
         "--progress-spinner", "off", "--timeout", "10", "-f", "json"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if not done.stdout.strip():
        return [], [done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}"]
    told = json.loads(done.stdout)["dependencies"]
    return [one for one in told if "vulns" in one], [one["skip_reason"] for one in told if "skip_reason" in one]


@pytest.mark.slow
def test_no_shipped_package_has_a_known_vulnerability() -> None:
    """Asked of PyPI, else of OSV. Where neither can be asked this is skipped, with the reasons, and proves nothing."""
    reasons = {}
    for service in SERVICES:
        looked, missed = audited(service)
        if looked:
            assert not missed, f"not looked at: {missed}"
            assert not {one["name"]: one["vulns"] for one in looked if one["vulns"]}
            return
        reasons[service] = missed[0]
    pytest.skip(f"NOT AUDITED, no vulnerability service answers here: {reasons}")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hash(lock: str) -> None:
    """Each package is one release, and pip is given what its files must hash to."""
    text = re.sub(r"^#.*\n|^ +#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    packages = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    assert packages
    for entry in packages:
        assert re.match(r"[\w.-]+==[\w.!+-]+ ", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_installs_ask_for_hashes() -> None:
    """Wherever a lock is installed, a package without its hash is refused."""
    for file in ("run", ".ci/run", "deploy/Dockerfile"):
        text = (ROOT / file).read_text()
        assert "--require-hashes" in text, file


def test_the_image_runs_without_rights() -> None:
    """Its last user is a number that is not root, so that a platform can tell; nothing is made at the start."""
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    last_stage = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert not [line for line in last_stage if re.search(r"chmod|sudo|setcap|\bVOLUME\b", line)]


def test_the_container_may_write_nothing() -> None:
    """Compose and Kubernetes alike: read-only root, no capabilities, no new privileges."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ours = [one for one in services.values() if str(one.get("image", "")).startswith("tokenmaxxing-detector")]
    assert ours
    for service in ours:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert not str(service.get("user", "10001")).startswith("0")
    (pod,) = yaml.safe_load_all((ROOT / "deploy/kubernetes/base/deployment.yaml").read_text())
    spec = pod["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    for container in spec["containers"]:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"]["drop"] == ["ALL"]
