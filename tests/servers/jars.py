"""Apache Kafka's published jars, resolved once by Maven into a cache outside the tree."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.process import ServerFailedError

POM = Path(__file__).parent / "kafka" / "pom.xml"
"""Names the versions; change it and the cache resolves anew."""

MAVEN_SECONDS = 900
"""Most time that Maven gets for 46 jars, 44 MB: 5 s on a good line."""

OLDEST_JAVA = 17
"""Kafka 4 brokers need Java 17."""


def kafka_version() -> str:
    """The Kafka release that pom.xml names."""
    found = re.search(r"<kafka\.version>([^<]+)<", POM.read_text("utf-8"))
    if found is None:
        raise ServerFailedError(f"{POM.name} names no kafka.version")
    return found[1]


def cache_folder() -> Path:
    """Where this pom's jars belong: a folder named after the release and the pom's digest."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    return home / "tokenmaxxing-detector" / f"kafka-{kafka_version()}-{digest}"


def java() -> str | None:
    """The path of a Java that can run the broker; None where there is none."""
    program = shutil.which("java")
    if program is None:
        return None
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return program if found and int(found[1]) >= OLDEST_JAVA else None


def obtainable() -> bool:
    """Whether the jars are there, or Maven to fetch them is."""
    return cache_folder().is_dir() or shutil.which("mvn") is not None


def class_path() -> str:
    """The class path of the broker; the first call on a machine lets Maven fetch it, which takes seconds to minutes."""
    folder = cache_folder()
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Into a folder of our own, then renamed: two test runs may start at once, and half a cache must never count.
        fresh = Path(tempfile.mkdtemp(dir=folder.parent))
        try:
            _fetch(fresh)
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return f"{folder}/*"


def _fetch(folder: Path) -> None:
    done = subprocess.run(
        ["mvn", "-B", "-q", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=MAVEN_SECONDS,
    )
    if done.returncode != 0:
        raise ServerFailedError(f"Maven could not fetch Apache Kafka {kafka_version()}:\n{done.stdout[-3000:]}")
