"""Images where no registry can be reached: Debian's packages and this machine's programs under the official names."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy import standins
from tests.deploy.engine import HOME, attempt, podman
from tests.deploy.tools import DEPLOY, ROOT, read

PULL_SECONDS = 120
"""Time for an official image to come; where there is no registry, it is refused at once."""
BOOTSTRAP_SECONDS = 900
"""mmdebstrap takes one to two minutes, most of it for fetching 60 MB."""
PACKAGES = "python3,python3-venv,passwd,ca-certificates"
"""What the Dockerfile finds in python:slim: an interpreter with venv, useradd, certificate authorities."""
PIP_KEYS = ("index-url", "extra-index-url", "trusted-host", "proxy")
DETECTOR = read(ROOT / "docker-compose.yml")["services"]["detector"]["image"]


def base_name() -> str:
    """The Dockerfile's base, as its lines name it."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    tag = re.search(r"(?m)^ARG PYTHON=(\S+)$", text)
    assert tag
    assert "FROM python:${PYTHON}\n" in text
    return f"docker.io/library/python:{tag[1]}"


def have_base() -> str:
    """Pull the base, or make a stand-in of Debian's packages; why neither can be had, empty when one is there."""
    name = base_name()
    if _there(name):
        return ""
    if shutil.which("mmdebstrap") is None:
        return f"{name} cannot be pulled, and mmdebstrap, which would make a stand-in, is not installed"
    folder = HOME / "base.tar"
    suite = name.rpartition("-")[2]
    options = ("--variant=essential", f"--include={PACKAGES}", '--aptopt=Acquire::Languages "none"')
    python = '--customize-hook=ln -s /usr/bin/python3 "$1/usr/local/bin/python"'
    lean = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "doc", "locale")]
    command = ["mmdebstrap", "--quiet", *options, python, *lean, suite, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BOOTSTRAP_SECONDS, check=False)
    if done.returncode != 0:
        return f"{name} cannot be pulled, and no stand-in be made: {done.stderr[-500:]}"
    podman("import", "--change", 'CMD ["python"]', folder, name)
    folder.unlink()
    return ""


def _there(name: str) -> bool:
    """Whether the image is here, or could be pulled just now."""
    if attempt("image", "exists", name).returncode == 0:
        return True
    try:
        return attempt("pull", "--quiet", name, within=PULL_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def have(images: list[str], folder: Path) -> str:
    """Pull images of docker-compose.yml, or make stand-ins; why neither can be had, empty when all are there."""
    for image in images:
        name = f"docker.io/{image if '/' in image else f'library/{image}'}"
        if _there(name):
            continue
        if absent := standins.lacking():
            return f"{name} cannot be pulled, and {', '.join(absent)}, of which a stand-in is made, not installed"
        standins.make(image, name, folder)
    return ""


def build_detector(folder: Path) -> str:
    """Build deploy/Dockerfile as it is; the name that docker-compose.yml gives the image.

    The machine's way to a package index comes in by mounts, which leave nothing in the image but an empty file.
    """
    mounts = []
    settings = folder / "pip.conf"
    asked = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    found = dict(re.findall(r"(?m)^[\w:]+\.([\w-]+)='(.*)'$", told.stdout))
    lines = [f"{key} = {found[key]}" for key in PIP_KEYS if key in found]
    if "cert" in found:
        lines.append("cert = /etc/pip-authorities.pem")
        mounts += ["--volume", f"{found['cert']}:/etc/pip-authorities.pem:ro"]
    settings.write_text("\n".join(["[global]", *lines, ""]), "utf-8")
    mounts += ["--volume", f"{settings}:/etc/pip.conf:ro"]
    # Docker's own format: the other has no place for a health check.
    build = ("build", "--format", "docker", "--network", "host", *mounts, "--file", DEPLOY / "Dockerfile")
    # The first stage under a name, so that its layers outlive the pruning and the next run is spared a minute.
    podman(*build, "--target", "build", "--tag", "localhost/detector-build", ROOT)
    podman(*build, "--build-arg", "REVISION=under-test", "--tag", f"docker.io/library/{DETECTOR}", ROOT)
    podman("image", "prune", "--force")
    return f"docker.io/library/{DETECTOR}"
