"""What must not get out does not: secrets anywhere, user ids once there is a key, prompt text ever."""

import http.client
import json
import subprocess
import sys
from pathlib import Path

import pytest

from detector.edge.settings import SECRETS
from detector.event import pseudonym
from tests.edge.truth import profiles, story
from tests.edge.world import STATE_KEY, Record, Worker, World, until

SECRET = "zq-a-secret-of-this-test-zq"  # noqa: S105 - made up
PSEUDONYM_KEY = "zq-a-pseudonym-key-of-tests"
TEXT = "zq write my performance review zq"
PATHS = ("/", "/metrics", "/healthz", "/readyz", "/api/v1/summary", "/api/v1/alerts", "/page.js", "/nothing", "/%00")


def secrets(folder: Path, *, files: bool) -> dict[str, str]:
    """Every secret set to a value of its own, directly or by file; so is a password in Redis' address."""
    env = {}
    for number, name in enumerate(sorted(SECRETS)):
        value = f"https://hooks.example/{SECRET}" if name == "webhook_url" else f"{SECRET}{number}"
        if files:
            (folder / name).write_text(value + "\n")
            env[f"DETECTOR_{name.upper()}_FILE"] = str(folder / name)
        else:
            env[f"DETECTOR_{name.upper()}"] = value
    return env | {"DETECTOR_REDIS_URL": f"redis://me:{SECRET}@127.0.0.1:1/0", "DETECTOR_WEB_PORT": "0"}


@pytest.mark.slow
@pytest.mark.parametrize(("source", "form"), [("environment", "text"), ("files", "json")])
def test_no_secret_in_what_is_printed(tmp_path: Path, source: str, form: str) -> None:
    """Neither by --check-config, nor by commands and a worker that fail at servers that are not there."""
    nowhere = {"DETECTOR_KAFKA_BOOTSTRAP": "127.0.0.1:1", "DETECTOR_OUTAGE_SECONDS": "0.5"}
    env = (
        secrets(tmp_path, files=source == "files")
        | nowhere
        | {"DETECTOR_LOG_LEVEL": "debug", "DETECTOR_LOG_FORMAT": form}
    )
    for command in (
        ["worker", "--check-config"],
        ["worker"],
        ["erase", "ann"],
        ["me", "ann"],
        ["notify"],
        ["dead-letters", "list"],
        ["reveal", "p-0", "--reason", "r"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "detector", *command],
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr, command
        assert done.returncode == (0 if "--check-config" in command else 2 if command[0] == "reveal" else 3), (
            done.stderr
        )


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_that_is_refused_is_not_quoted(name: str) -> None:
    """A key of the wrong length is named by its variable alone; so is an address with a password that is none."""
    long = SECRET * 9
    for env in ({f"DETECTOR_{name.upper()}": long}, {"DETECTOR_REDIS_URL": f"http://me:{SECRET}@cache"}):
        done = subprocess.run(
            [sys.executable, "-m", "detector", "worker", "--check-config"],
            env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert SECRET not in done.stdout + done.stderr


def ask(worker: Worker, path: str) -> str:
    """Head and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    connection.request("GET", path)
    reply = connection.getresponse()
    return f"{reply.status} {reply.headers} {reply.read().decode()}"


def stream(worker: Worker) -> str:
    """What a viewer is told first."""
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    connection.request("GET", "/api/v1/stream")
    reply = connection.getresponse()
    told = b""
    while b"event: alerts" not in told or not told.endswith(b"\n\n"):
        told += reply.read1(65_536)
    connection.close()
    return told.decode()


@pytest.mark.slow
def test_with_a_key_no_user_id_leaves_the_worker(world: World) -> None:
    """Alerts, logs, metrics, keys in Redis and the door hold pseudonyms; dead letters alone keep what came.

    Prompt text goes nowhere at all, and is counted. No secret shows at the door or in the log either.
    """
    world.settings["DETECTOR_PSEUDONYM_KEY"] = PSEUDONYM_KEY
    world.settings["DETECTOR_LOG_LEVEL"] = "debug"
    records = [
        Record(
            r.key, json.dumps(json.loads(r.value or b"") | {"prompt": TEXT, "messages": [{"content": TEXT}]}).encode()
        )
        for r in story(3_000)
    ]
    bad = Record(b"zq-raw-user", b'{"kind":"invocation","user_id":"zq-raw-user","input_tokens":"many"}')
    users = {(r.key or b"").decode() for r in records} | {"zq-raw-user"}
    worker = world.worker()
    until(worker.ready, "the worker")
    world.produce([*records, bad])
    until(lambda: world.counted() == len(records) + 1, "all records counted")
    until(lambda: worker.metric("detector_records_total") == len(records) + 1, "the counts of the last checkpoint")
    assert worker.metric("detector_prompt_texts_total") == len(records)
    assert world.alerts()
    until(lambda: json.loads(worker.get("/api/v1/alerts")[1])["alerts"], "the alerts on the page")

    told = {path: ask(worker, path) for path in PATHS} | {"the stream": stream(worker)}
    told["alerts"] = b"".join(r.value or b"" for r in world.read(world.topics.alerts)).decode()
    assert worker.end() == 0
    told["the log"] = worker.log.read_text()
    keys = list(world.redis.scan_iter(match=f"*{world.prefix}*", count=1000))
    told["keys"] = b"\n".join(keys).decode()
    told["states"] = "\n".join(repr(profile.dumps()) for profile in profiles(world).values())
    for place, text in told.items():
        assert [user for user in users if user in text] == [], place
        for secret in ("zq write", PSEUDONYM_KEY, STATE_KEY.decode()):
            assert secret not in text, place
    assert pseudonym(PSEUDONYM_KEY.encode(), "default", next(iter(users - {"zq-raw-user"}))) in told["keys"]
    (letter,) = world.read(world.topics.dead_letters)
    assert letter.value == bad.value


@pytest.mark.slow
def test_the_state_key_is_replaced_without_loss(world: World) -> None:
    """A worker with the new key, and the old one beside it, believes all profiles and seals anew those it writes.

    Without the old one, a profile that nobody wrote since is begun afresh, and counted.
    """
    old, new = "the first key of this test", STATE_KEY.decode()
    records = story(2_000)
    late = records[1_000:]
    idle = next(r for r in records[:1_000] if r.key not in {other.key for other in late})
    world.produce(records[:1_000])
    first = world.worker(DETECTOR_STATE_KEY=old)
    until(lambda: world.counted() == 1_000, "the first records counted")
    assert first.end() == 0
    world.produce(late)
    rotated = world.worker(DETECTOR_STATE_KEY=new, DETECTOR_STATE_KEY_PREVIOUS=old)
    until(lambda: world.counted() == 2_000, "the other records counted")
    assert rotated.metric("detector_profile_loads_total", result="found") > 0
    assert rotated.metric("detector_profile_resets_total") == 0
    assert rotated.end() == 0
    renewed = world.worker(DETECTOR_STATE_KEY=new)
    world.produce(late)  # repeats: they load the same profiles again
    until(lambda: world.counted() == 3_000, "the repeats counted")
    assert renewed.metric("detector_profile_loads_total", result="found") > 0
    assert renewed.metric("detector_profile_resets_total") == 0
    world.produce([idle])
    until(lambda: world.counted() == 3_001, "the idle user's record counted")
    assert renewed.metric("detector_profile_resets_total", reason="forged") == 1
    assert renewed.metric("detector_profile_resets_total") == 1
    assert renewed.end() == 0
