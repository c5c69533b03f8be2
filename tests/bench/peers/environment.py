"""A virtual environment for engines that the project does not depend on, made once into a cache outside the tree."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = Path(__file__).with_name("requirements.txt")
"""Names the versions; change it and the environment is made anew."""
INSTALL_SECONDS = 900


class NotInstalledError(Exception):
    """The engines can't be had on this machine; the message is the last of what pip said."""


def python() -> str:
    """The interpreter of that environment; the first call on a machine installs it, in a minute or two."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256(WANTED.read_bytes() + version.encode()).hexdigest()[:12]
    folder = home / "tokenmaxxing-detector" / f"peers-{digest}"
    done = folder / "installed"
    if not done.exists():
        sys.stderr.write(f"installing the peers into {folder.name}\n")
        shutil.rmtree(folder, ignore_errors=True)
        _do(sys.executable, "-m", "venv", str(folder))
        _do(str(folder / "bin" / "pip"), "install", "--quiet", "--requirement", str(WANTED))
        done.touch()  # last, so that an installation cut short is done again
    return str(folder / "bin" / "python")


def _do(*command: str) -> None:
    told = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    if told.returncode:
        raise NotInstalledError((told.stderr or told.stdout).strip()[-500:])
