"""A label's preview, held against a replay of the same records with the label really among them."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given
from hypothesis import strategies as st

from detector.__main__ import cli
from detector.alert import Alert, FileSource
from detector.event import Rejection
from detector.offline.against import Judged
from detector.offline.preview import Asked, Preview
from detector.offline.replay import Replay
from detector.pipeline import Step
from detector.policy import Policy
from tests.lives import loops
from tests.streams import DAY, EAGER, MONDAY, Line, label, lines, play, when
from tests.worlds import law, streams


def previewed(stream: list[Line], *asked: Asked, policy: Policy = EAGER) -> Preview:
    """What a preview makes of a stream; most profiles rest as bytes."""
    judge = Replay(policy, max_hot=2)
    preview = Preview(judge, asked)
    for line in stream:
        event = judge.decoder.decode(line.value)
        if not isinstance(event, Rejection):
            preview.step(event, FileSource("stream", line.number))
    return preview


def told(stream: list[Line], policy: Policy = EAGER) -> list[tuple[int, Alert]]:
    """All publications of a plain replay, each with the number of its line."""
    found: list[tuple[int, Alert]] = []

    def seen(step: Step | Rejection, line: Line) -> None:
        found.extend((line.number, alert) for alert in (step.alerts if isinstance(step, Step) else ()))

    play(stream, policy, seen=seen)
    return found


def heard(stream: list[Line], person: str, first: int) -> Judged:
    """What a plain replay says of one person from a line on; ends are not looked at."""
    judged = Judged()
    for number, alert in told(stream):
        if alert.key == person and number >= first and alert.status == "firing":
            judged.hear(alert)
    return judged


@law
@given(streams(dirt=True), st.data())
def test_same_as_the_label_among_the_records(stream: list[Line], data: st.DataObject) -> None:
    """Right after the record that raises its alert, for as long as asked; and without it nothing is otherwise."""
    raised = [(number, alert) for number, alert in told(stream) if alert.revision == 1]
    assume(raised)
    number, alert = data.draw(st.sampled_from(raised))
    verdict = data.draw(st.sampled_from(["known_job", "bug", "confirmed"]))
    seconds = data.draw(st.sampled_from([60.0, DAY, None]))
    ends = None if seconds is None else when(datetime.fromisoformat(alert.raised_at).timestamp() + seconds)
    said = label(0, 0, alert.alert_id, tenant_id=alert.tenant_id, user_id=alert.user_id, verdict=verdict)
    said |= {"occurred_at": alert.raised_at, "expires_at": ends}
    with_label = [*stream[:number], Line(0, json.dumps(said).encode()), *stream[number:]]
    was, now = previewed(stream, Asked(alert.alert_id, verdict, seconds)).judged(since=0)
    assert was.alerts == heard(stream, alert.key, number).alerts
    assert now.alerts == heard(with_label, alert.key, number).alerts


class Folder:
    """A folder with records of three bursts of one loop, and the alerts that they raise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records = loops(0, 9, 18)
        self.file = path / "records.ndjson"
        self.file.write_bytes(b"".join(line.value + b"\n" for line in lines(self.records)))
        assert self.run("replay", str(self.file), "--alerts", str(path / "alerts")).exit_code == 0
        alerts = [json.loads(line) for line in (path / "alerts").read_bytes().splitlines()]
        self.ids = list(dict.fromkeys(alert["alert_id"] for alert in alerts))
        self.costs = [max(a["at_stake"]["cost_usd"] for a in alerts if a["alert_id"] == one) for one in self.ids]
        self.first, self.raised_at = alerts[0]["at_stake"]["cost_usd"], alerts[0]["raised_at"]
        assert len(self.ids) == 3

    def run(self, *arguments: str) -> Result:
        done = CliRunner().invoke(cli, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def preview(self, *arguments: str) -> dict[str, Any]:
        done = self.run("label", *arguments, "--preview", "--from", str(self.file), "--json")
        assert done.exit_code == 0, done.output
        return dict(json.loads(done.stdout))

    def labels(self, *said: dict[str, Any] | bytes) -> str:
        path = self.path / f"labels{len(list(self.path.iterdir()))}.ndjson"
        path.write_bytes(b"".join(line.value + b"\n" for line in lines(said)))
        return str(path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Three alerts about one workload, nine days apart."""
    return Folder(tmp_path)


def ids(found: list[dict[str, Any]]) -> list[str]:
    """Whose they are."""
    return [one["alert_id"] for one in found]


@pytest.mark.parametrize(("days", "gone"), [((), [1, 2]), (("--days", "10"), [1]), (("--days", "3"), [])])
def test_what_goes_is_what_the_label_lasts_for(folder: Folder, days: tuple[str, ...], gone: list[int]) -> None:
    """A quarter when nothing is said. The alert labelled stays, told less: nobody could label it before it was told."""
    found = folder.preview(folder.ids[0], "known_job", *days)
    assert ids(found["goes"]) == [folder.ids[n] for n in gone]
    assert (found["before"], found["now"], found["comes"]) == (3, 3 - len(gone), [])
    change, *taught = found["changes"]  # a warning it became only later
    assert {one["now"]["alert_id"] for one in taught} <= set(folder.ids[1:])  # re-ranked by what the label teaches
    assert (change["before"]["severity"], change["now"]["severity"]) == ("warning", "info")
    assert change["now"]["publications"] == 1
    assert change["now"]["cost_usd"] == folder.first
    lost = folder.costs[0] - folder.first + sum(folder.costs[n] for n in gone)
    assert found["untold_usd"] == pytest.approx(lost)
    assert found["newly_told_usd"] == 0


def test_a_confirmed_alert_changes_nothing(folder: Folder) -> None:
    """Neither does a label about the last alert when nothing follows."""
    found = folder.preview(folder.ids[0], "confirmed")
    assert (found["stays"], found["goes"], found["comes"], found["changes"], found["untold_usd"]) == (3, [], [], [], 0)
    (effect,) = found["labels"]
    assert (effect["counts_from"], effect["expires_at"]) == (folder.raised_at, None)


def test_the_span_looked_back_on(folder: Folder) -> None:
    """Only what was told in the last days of the records counts, also when the label takes hold before."""
    found = folder.preview(folder.ids[0], "known_job", "--last", "5")
    assert (found["before"], ids(found["goes"]), found["changes"]) == (1, [folder.ids[2]], [])
    since, until = (datetime.fromisoformat(found[name]) for name in ("since", "until"))
    assert (until - since).days == 5


def test_a_label_too_late_for_its_alert_is_told(folder: Folder) -> None:
    """An alert is forgotten a week after its end: a label about it then silences nothing, and the preview says so."""
    first, *_, last = folder.ids
    assert [folder.preview(one, "bug")["labels"][0]["known_at_end"] for one in (first, last)] == [False, True]
    done = folder.run("label", first, "bug", "--preview", "--from", str(folder.file))
    assert "written now it would silence nothing" in done.stdout
    assert "2 go\n" in done.stdout
    assert "$" in done.stdout.splitlines()[-1]
    assert "written now" not in folder.run("label", last, "bug", "--preview", "--from", str(folder.file)).stdout


def test_several_labels_at_once(folder: Folder) -> None:
    """Each from its own alert on, for its own length; one whose alert no longer comes has no effect."""
    first, second, _ = folder.ids
    short = label(MONDAY + 40 * DAY, 1, first, expires_at=when(MONDAY + 50 * DAY))
    found = folder.preview("--labels", folder.labels(short))
    assert ids(found["goes"]) == [second]
    begins, ends = (datetime.fromisoformat(found["labels"][0][name]) for name in ("counts_from", "expires_at"))
    assert (ends - begins).days == 10
    both = folder.preview("--labels", folder.labels(short, label(MONDAY, 2, second)))
    assert ids(both["goes"]) == [second]
    assert [bool(one["counts_from"]) for one in both["labels"]] == [True, False]
    done = folder.run("label", "--labels", folder.labels(short, label(MONDAY, 2, second)), "--preview", "--from",
                      str(folder.file))  # fmt: skip
    assert "this alert is never raised" in done.stdout


def test_nothing_is_written_and_the_files_are_those_of_a_replay(folder: Folder) -> None:
    """Several, and compressed; and the folder holds what it held."""
    lines_ = folder.file.read_bytes().splitlines(keepends=True)
    one, two = folder.path / "1.ndjson", folder.path / "2.ndjson.gz"
    one.write_bytes(b"".join(lines_[:50]))
    two.write_bytes(gzip.compress(b"not a record\n" + b"".join(lines_[50:])))
    held = sorted(folder.path.iterdir())
    arguments = ("label", folder.ids[0], "known_job", "--preview", "--json")
    parts = folder.run(*arguments, "--from", str(one), "--from", str(two))
    assert json.loads(parts.stdout) == folder.preview(folder.ids[0], "known_job")
    assert sorted(folder.path.iterdir()) == held
    two.write_bytes(gzip.compress(b"".join(lines_))[:500])
    damaged = folder.run(*arguments, "--from", str(two))
    assert (damaged.exit_code, damaged.stdout) == (1, "")


def test_where_the_records_before_are_gone() -> None:
    """What is left of the records raises it later, under another id: the workload is known by its names."""
    stream = lines(loops(0, 9))
    (_, alert), *_ = told(stream, Policy())
    cut = stream[10:]  # retention took the rest
    published = Asked(alert.alert_id, "known_job", published=alert)
    preview = previewed(cut, published, policy=Policy())
    (effect,) = preview.effects()
    assert effect.judged_as not in {None, alert.alert_id}
    was, now = preview.judged(since=0)
    assert (len(was.alerts), len(now.alerts)) == (2, 1)
    assert previewed(cut, Asked(alert.alert_id, "known_job"), policy=Policy()).unknown() == [alert.alert_id]
    assert previewed(stream, published, policy=Policy()).effects()[0].judged_as == alert.alert_id


def test_what_can_not_be_previewed_is_said(folder: Folder) -> None:
    """Status 2 and one sentence."""
    first, source = folder.ids[0], ("--preview", "--from", str(folder.file))
    wrong = [
        (("nobody", "bug", *source), "these records raise no such alert: nobody"),
        ((first, "fine", *source), "'fine' is not one of"),
        ((first, *source), "say which"),
        ((first, "bug", "--labels", "x", *source), "say which"),
        ((first, "bug", "--note", "why", *source), "leave out"),
        (("--labels", "x", "--days", "3", *source), "say their own"),
        ((first, "bug", "--json"), "are of --preview"),
        ((first, "bug", "--preview", "--from", "missing"), "missing: No such file"),
        (("--labels", "missing", *source), "missing: No such file"),
        (("--labels", folder.labels(), *source), "no label in it"),
        (("--labels", folder.labels(label(MONDAY, 1, first, user_id="bob")), *source), "no such alert"),
    ]
    for arguments, sentence in wrong:
        done = folder.run("label", *arguments)
        assert (done.exit_code, done.stdout) == (2, ""), arguments
        assert sentence in done.stderr
        assert done.stderr.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (label(MONDAY, 1, "a", verdict="fine"), "Invalid enum value - at `$.verdict`"),
        (loops(0)[0], "no label"),
        (b"x" * 2_000_000, "longer than any record"),
    ],
)
def test_a_file_of_labels_with_anything_else(folder: Folder, line: dict[str, Any] | bytes, why: str) -> None:
    """Its place is named."""
    path = folder.labels(label(MONDAY, 0, folder.ids[0]), line)
    done = folder.run("label", "--labels", path, "--preview", "--from", str(folder.file))
    assert (done.exit_code, f"{path}:2: " in done.stderr, why in done.stderr) == (2, True, True), done.stderr
