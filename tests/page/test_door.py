"""The page's addresses, asked of a real worker: what they say, to whom, and that nobody holds the worker up."""

import http.client
import json
import socket

import pytest

from tests.edge.world import Record, Worker, World, until
from tests.page.conftest import Publish

OWN_SCRIPT_ONLY = "script-src 'self';"


def ask(worker: Worker, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=30)
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    return reply, reply.read()


def told(worker: Worker, path: str) -> dict[str, object]:
    return json.loads(ask(worker, path)[1])


def shown(worker: Worker, alert_id: str) -> list[dict[str, object]]:
    return [alert for alert in told(worker, "/api/v1/alerts")["alerts"] if alert["alert_id"] == alert_id]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript"), ("/card.js", "text/javascript")],
)
def test_assets_come_with_their_kind_and_a_strict_policy(worker: Worker, path: str, kind: str):
    """Every part of the page says what it is, and forbids scripts from anywhere else, inline ones too."""
    reply, body = ask(worker, path)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert OWN_SCRIPT_ONLY in reply.headers["Content-Security-Policy"]
    assert "unsafe" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert b"http://" not in body.replace(b"http://www.w3.org/", b"")
    assert b"https://" not in body


def test_alerts_are_those_of_the_topic(worker: Worker, publish: Publish):
    """The newest revision, as published; `status` chooses."""
    record = publish()
    until(lambda: shown(worker, record["alert_id"]) == [record], "the alert on the page")
    over = publish(record["alert_id"], revision=2, status="resolved", ends_at="2026-05-04T10:00:00Z")
    until(lambda: shown(worker, record["alert_id"]) == [over], "its end on the page")
    firing = told(worker, "/api/v1/alerts?status=firing")["alerts"]
    assert record["alert_id"] not in {alert["alert_id"] for alert in firing}
    assert ask(worker, "/api/v1/alerts?status=odd")[0].status == 400


def test_a_foreign_record_on_the_topic_is_passed_over(world: World, worker: Worker, publish: Publish):
    """What is no alert record stops nothing."""
    world.produce([Record(b"x", b"not an alert", topic=world.topics.alerts)])
    record = publish()
    until(lambda: shown(worker, record["alert_id"]), "the alert after it")


def test_summary_says_how_the_worker_is(world: World, worker: Worker, publish: Publish):
    """Partitions, servers, and records that have been counted: a refused one shows as a dead letter."""
    publish()
    world.produce([Record(b"u", b"no record")])
    until(lambda: told(worker, "/api/v1/summary")["records"].get("refused:dead"), "the dead letter")
    summary = told(worker, "/api/v1/summary")
    assert summary["ready"]
    assert summary["servers"] == {"kafka": True, "redis": True}
    assert (summary["partitions_held"], summary["partitions"]) == (world.partitions, world.partitions)
    until(lambda: told(worker, "/api/v1/summary")["board_fault"] is None, "the topic to be read")
    assert summary["checkpoint_age_seconds"] >= 0


def test_only_this_machine_by_its_own_name_is_answered(worker: Worker):
    """A web site whose name points here learns nothing; health and metrics stay open to probes."""
    assert ask(worker, "/api/v1/alerts", Host="evil.example")[0].status == 403
    assert ask(worker, "/", Host=f"localhost:{worker.port}")[0].status == 200
    assert ask(worker, "/healthz", Host="evil.example")[0].status == 200


class Viewer:
    """A browser's end of a stream of events."""

    def __init__(self, worker: Worker, last: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", worker.port), timeout=30)
        lines = ["GET /api/v1/stream HTTP/1.1", "Host: localhost", *([f"Last-Event-ID: {last}"] if last else [])]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.socket.makefile("rb")

    def event(self, kind: str) -> tuple[str, list[dict[str, object]]]:
        """The next event of a kind: its id and data."""
        name, number = "", ""
        for line in self.file:
            word, _, value = line.decode().strip().partition(": ")
            name, number = (value, "") if word == "event" else (name, value if word == "id" else number)
            if word == "data" and name == kind:
                return number, json.loads(value)
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def test_the_stream_goes_on_where_a_viewer_left_off(worker: Worker, publish: Publish):
    """A returning viewer is told only what it has not seen; one that comes from another process is told everything."""
    first = publish()
    until(lambda: shown(worker, first["alert_id"]), "the first alert")
    viewer = Viewer(worker)
    last, records = viewer.event("alerts")
    assert first in records
    viewer.close()
    second = publish()
    until(lambda: shown(worker, second["alert_id"]), "the second alert")
    for known, expected in ((last, [second]), ("another-7", None)):
        viewer = Viewer(worker, known)
        records = viewer.event("alerts")[1]
        assert records == expected if expected else first in records
        viewer.close()


def test_every_worker_shows_the_alerts_of_all(world: World, worker: Worker, publish: Publish):
    """A second worker's page shows what was published before it began, and leaves in order with a viewer connected."""
    record = publish()
    until(lambda: shown(worker, record["alert_id"]), "the alert at the first worker")
    other = world.worker()
    until(lambda: other.get("/")[0] == 200 and shown(other, record["alert_id"]), "the alert at the second worker")
    viewer = Viewer(other)
    viewer.event("summary")
    assert other.end() == 0
    viewer.close()
