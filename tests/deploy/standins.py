"""Kafka, Redis, Prometheus and Alertmanager of this machine under the official images' names, paths and users.

Where docker-compose.yml's images cannot be pulled. The programs are the real ones; around them is BusyBox.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.engine import podman
from tests.servers.jars import class_path

APPLETS = ("sh", "cat", "wget", "mkdir", "ls", "id")
USERS = "root:x:0:0::/root:/bin/sh\nappuser:x:1000:1000::/home/appuser:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
DEBIAN_TEMPLATES = Path("/usr/share/prometheus/alertmanager")
"""Inside the official program, beside it in Debian."""
KAFKA_RUN = """\
#!/bin/sh
# As the official image starts: Kafka's own class makes the configuration of the environment, then the log is formatted.
set -e
kafka() { java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' "$@"; }
settings=/opt/kafka/config/server.properties
kafka kafka.docker.KafkaDockerWrapper setup --default-configs-dir /etc/kafka/docker \\
    --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config
kafka kafka.tools.StorageTool format --ignore-formatted --cluster-id "$CLUSTER_ID" --config $settings
exec java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' kafka.Kafka $settings
"""
KAFKA_ASK = """\
#!/bin/sh
# Another admin call than the official script's, whose class is not among the broker's jars.
exec java -Xmx128m -cp '/opt/kafka/libs/*' kafka.admin.ConfigCommand --describe --entity-type brokers "$@"
"""
KAFKA_LOGGING = "Configuration:\n  Appenders: {Console: {name: STDOUT}}\n  Loggers: {Root: {level: INFO}}\n"


REDIS_START = """\
#!/bin/sh
# The official image is compiled without protected mode: who reaches it is the network's business.
exec "$@" --protected-mode no
"""


class Root:
    """The files of an image to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.text("/etc/passwd", USERS)
        self.program("busybox", "/bin/busybox")
        for name in APPLETS:
            (folder / "bin" / name).symlink_to("busybox")
        self.home("/tmp", 0, mode=0o1777)  # noqa: S108 - the image's

    def at(self, path: str) -> Path:
        """A path of the image on this machine, its folder made."""
        here = self.folder / path.lstrip("/")
        here.parent.mkdir(parents=True, exist_ok=True)
        return here

    def text(self, path: str, words: str, *, mode: int = 0o644) -> None:
        """Write a file."""
        self.at(path).write_text(words, "utf-8")
        self.at(path).chmod(mode)

    def program(self, name: str, path: str) -> None:
        """Copy a program of this machine and the libraries that it loads."""
        found = shutil.which(name)
        assert found, name
        shutil.copy2(os.path.realpath(found), self.at(path))
        self.libraries(Path(found))

    def libraries(self, binary: Path) -> None:
        """Copy what the dynamic linker would load for it."""
        told = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
        for library in re.findall(r"(/\S+) \(0x", told):
            if not self.at(library).exists():
                shutil.copy2(library, self.at(library))

    def home(self, path: str, user: int, group: int | None = None, *, mode: int = 0o755) -> None:
        """A folder that belongs to a user."""
        self.at(path).mkdir(parents=True, exist_ok=True)
        self.at(path).chmod(mode)
        os.chown(self.at(path), user, user if group is None else group)


def _kafka(root: Root) -> None:
    java = Path(os.path.realpath(shutil.which("java") or "java"))
    home = java.parents[1]
    for part in ("lib", "conf"):
        shutil.copytree(home / part, root.at(f"{home}/{part}"), ignore_dangling_symlinks=True)
    root.program("java", str(java))
    for library in (home / "lib").rglob("*.so"):
        root.libraries(library)
    (root.folder / "bin/java").symlink_to(java)
    shutil.copytree(class_path().removesuffix("/*"), root.at("/opt/kafka/libs"))
    root.at("/opt/kafka/libs").chmod(0o755)  # the cache's own is for its owner alone
    root.text("/etc/kafka/docker/run", KAFKA_RUN, mode=0o755)
    root.text("/opt/kafka/bin/kafka-broker-api-versions.sh", KAFKA_ASK, mode=0o755)
    root.text("/etc/kafka/docker/server.properties", "")
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        root.text(f"/etc/kafka/docker/{name}", KAFKA_LOGGING)
    for path in ("/opt/kafka/config", "/mnt/shared/config"):
        root.home(path, 1000)
    for path in ("/etc/kafka/secrets", "/var/lib/kafka/data"):
        root.home(path, 1000, 0, mode=0o775)


def _redis(root: Root) -> None:
    for name in ("redis-server", "redis-cli"):
        root.program(name, f"/usr/local/bin/{name}")
    root.text("/usr/local/bin/docker-entrypoint.sh", REDIS_START, mode=0o755)
    root.home("/data", 999, 1000)


def _prometheus(root: Root) -> None:
    root.program("prometheus", "/bin/prometheus")
    root.home("/prometheus", 65534)
    root.home("/etc/prometheus", 65534)


def _alertmanager(root: Root) -> None:
    root.program("prometheus-alertmanager", "/bin/alertmanager")
    if DEBIAN_TEMPLATES.is_dir():
        shutil.copytree(DEBIAN_TEMPLATES, root.at(str(DEBIAN_TEMPLATES)))
    root.home("/alertmanager", 65534)
    root.home("/etc/alertmanager", 65534)


@dataclass(frozen=True)
class StandIn:
    """How an official image is imitated: its files, and its lines of a Dockerfile."""

    files: Callable[[Root], None]
    lines: tuple[str, ...]


STAND_INS = {
    "apache/kafka": StandIn(
        _kafka,
        (
            "USER 1000",
            'CMD ["/etc/kafka/docker/run"]',
            "VOLUME /etc/kafka/secrets",
            "VOLUME /var/lib/kafka/data",
            "VOLUME /mnt/shared/config",
        ),
    ),
    "redis": StandIn(
        _redis,
        ("VOLUME /data", "WORKDIR /data", 'ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["redis-server"]'),
    ),
    "prom/prometheus": StandIn(
        _prometheus, ("USER 65534", "VOLUME /prometheus", "WORKDIR /prometheus", 'ENTRYPOINT ["/bin/prometheus"]')
    ),
    "prom/alertmanager": StandIn(
        _alertmanager,
        ("USER 65534", "VOLUME /alertmanager", "WORKDIR /alertmanager", 'ENTRYPOINT ["/bin/alertmanager"]'),
    ),
}


def lacking() -> list[str]:
    """Programs that the stand-ins are made of and this machine has not."""
    names = ("busybox", "java", "redis-server", "redis-cli", "prometheus", "prometheus-alertmanager")
    return [name for name in names if shutil.which(name) is None]


def make(image: str, called: str, folder: Path) -> None:
    """Make the stand-in for an image of docker-compose.yml, under its full name."""
    name = image.partition(":")[0]
    root = Root(folder / name.replace("/", "-"))
    STAND_INS[name].files(root)
    archive = folder / "root.tar"
    subprocess.run(["tar", "-C", root.folder, "-cf", archive, "."], check=True)
    path = "ENV PATH=/usr/local/bin:/usr/bin:/bin"
    changes = [word for line in (path, *STAND_INS[name].lines) for word in ("--change", line)]
    podman("import", *changes, archive, called)
    archive.unlink()
    shutil.rmtree(root.folder)
