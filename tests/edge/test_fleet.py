"""Several workers from one command: one start, one end, one status, whatever happens to any of them."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from detector.edge.failures import Misconfigured
from detector.edge.fleet import MAX_PORT, member, one_of
from detector.edge.settings import Settings
from tests.edge.truth import assert_exact, story
from tests.edge.world import PATIENCE_SECONDS, Worker, World, until

RECORDS = 6_000


def children(fleet: Worker) -> dict[str, int]:
    """Process ids by worker name, as the parent's log tells them."""
    told = re.findall(r"worker (\S+) is process (\d+)", fleet.log.read_text())
    return {name: int(pid) for name, pid in told}


def ports(fleet: Worker) -> list[int]:
    """The ports on which the workers say that they listen."""
    return sorted(map(int, re.findall(r"health on http://127\.0\.0\.1:(\d+)", fleet.log.read_text())))


def two_ports() -> int:
    """The first of two neighbouring ports that nobody has just now."""
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            with socket.create_server(("127.0.0.1", port + 1)):
                return port


def listening(fleet: Worker) -> bool:
    """Whether both workers say where they listen; a command that has ended never will."""
    assert fleet.process.poll() is None, fleet.log.read_text()
    return len(ports(fleet)) == 2


def gone(pid: int) -> bool:
    """Whether no such process runs; one that nobody has waited for counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in {"Z", "X"}


def test_each_worker_has_its_name_and_port() -> None:
    """Names get a number, ports follow each other, and no port stays no port."""
    settings = Settings(worker_id="w", group_instance_id="g", web_port=9000)
    third = member(settings, 2)
    assert (third.worker_id, third.group_instance_id, third.web_port) == ("w-2", "g-2", 9002)
    loose = member(Settings(worker_id="w", web_port=0), 2)
    assert (loose.group_instance_id, loose.web_port) == (None, 0)
    with pytest.raises(Misconfigured, match="DETECTOR_WEB_PORT"):
        one_of(Settings(web_port=MAX_PORT), 2)


@pytest.mark.slow
def test_two_workers_share_the_work_and_end_together(world: World) -> None:
    """Both hold partitions, each answers on its port, nothing is judged twice, and one signal ends both in order."""
    records = story(RECORDS)
    port = two_ports()
    fleet = world.worker("--processes", "2", DETECTOR_WEB_PORT=str(port))
    until(lambda: listening(fleet), "two doors")
    assert ports(fleet) == [port, port + 1]
    world.produce(records)
    until(lambda: world.counted() == RECORDS, "all records judged")
    owners = {world.redis.hget(f"{{{world.prefix}:{n}}}:lease", "owner").decode() for n in range(4)}
    assert {owner.split("/")[0] for owner in owners} == set(children(fleet))
    assert len(owners) == 2
    assert fleet.end() == 0, fleet.log.read_text()
    assert all(gone(pid) for pid in children(fleet).values())
    assert_exact(world, RECORDS)


@pytest.mark.slow
@pytest.mark.faults
def test_a_killed_worker_ends_the_command_and_nothing_is_lost(world: World) -> None:
    """The others checkpoint and leave, the status is 1, the log says who; the next start goes on exactly there."""
    records = story(RECORDS)
    fleet = world.worker("--processes", "2", DETECTOR_WEB_PORT="0")
    world.produce(records[: RECORDS // 2])
    until(lambda: world.counted() > RECORDS // 8, "some records judged")
    first, *_ = children(fleet).values()
    os.kill(first, signal.SIGKILL)
    assert fleet.process.wait(PATIENCE_SECONDS) == 1
    told = fleet.log.read_text()
    assert "was ended by SIGKILL: stopping the others" in told
    assert told.count("stopping: last checkpoint") == 1
    world.produce(records[RECORDS // 2 :])
    again = world.worker("--processes", "2", DETECTOR_WEB_PORT="0")
    until(lambda: world.counted() == RECORDS, "all records judged")
    assert again.end(signal.SIGINT) == 0
    assert_exact(world, RECORDS)


@pytest.mark.slow
def test_a_workers_status_is_the_commands(world: World) -> None:
    """Wrong configuration and a server that is away leave with their own statuses, as one worker does."""
    fleet = ("worker", "--processes", "2")
    nowhere = world.run(*fleet, DETECTOR_TOPIC_PREFIX=world.prefix + "none-", DETECTOR_WEB_PORT="0")
    assert nowhere.returncode == 2, nowhere.stderr
    lonely = world.run(
        *fleet, DETECTOR_REDIS_URL="redis://127.0.0.1:1/0", DETECTOR_OUTAGE_SECONDS="1", DETECTOR_WEB_PORT="0"
    )
    assert lonely.returncode == 3, lonely.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = world.run(*fleet, DETECTOR_WEB_PORT=str(taken.getsockname()[1]))
    assert busy.returncode == 2, busy.stderr
    assert "DETECTOR_WEB_PORT" in busy.stderr


@pytest.mark.slow
@pytest.mark.faults
def test_workers_do_not_outlive_their_parent(world: World) -> None:
    """A killed parent can't tell anybody; the workers end in order all the same."""
    fleet = world.worker("--processes", "2", DETECTOR_WEB_PORT="0")
    until(lambda: listening(fleet), "two doors")
    assert fleet.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: all(gone(pid) for pid in children(fleet).values()), "the workers' end")
    assert fleet.log.read_text().count("stopping: last checkpoint") == 2


def test_a_fleet_has_a_sane_size() -> None:
    """No worker, and more than a machine can run, are wrong use."""
    for number in ("0", "65"):
        command = [sys.executable, "-m", "detector", "worker", "--processes", number]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 2
