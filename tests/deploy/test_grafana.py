"""The dashboards: checked in as generated, readable, and about series that exist."""

import json
import re
from itertools import pairwise

import pytest
import yaml

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import COLUMNS, FOLDER, dashboard, text
from tests.deploy.test_prometheus import exposed, named
from tests.deploy.tools import DEPLOY, ROOT, program, read, run

PANELS = [(board.uid, panel) for board in BOARDS for row in board.rows for panel in row.panels]


def test_checked_in_as_generated() -> None:
    """Run `python -m deploy.grafana` after a change."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{board.uid}.json" for board in BOARDS}
    for board in BOARDS:
        assert (FOLDER / f"{board.uid}.json").read_text(encoding="utf-8") == text(board), board.uid


def test_every_panel_explains_itself() -> None:
    """Each has a unit, a description, words for when there is nothing, and its data source from the variable."""
    for board in BOARDS:
        for panel in dashboard(board)["panels"]:
            if panel["type"] == "row":
                continue
            defaults = panel["fieldConfig"]["defaults"]
            assert defaults["unit"], panel["title"]
            assert len(panel["description"]) > 20, panel["title"]
            assert defaults["noValue"], panel["title"]
            assert panel["datasource"]["uid"] == "${datasource}"
            assert all(target["refId"] and target["expr"] for target in panel["targets"])


def test_ids_are_unique_and_panels_do_not_overlap() -> None:
    """Within a board each panel has its own number, name and place; boards have their own address."""
    assert len({board.uid for board in BOARDS}) == len(BOARDS)
    for board in BOARDS:
        panels = dashboard(board)["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        assert len({panel["title"] for panel in panels}) == len(panels)
        taken = set()
        for panel in panels:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            assert not cells & taken, panel["title"]
            assert max(x for x, _ in cells) < COLUMNS, panel["title"]
            taken |= cells
        assert all(above["gridPos"]["y"] <= below["gridPos"]["y"] for above, below in pairwise(panels))


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=[f"{board}: {panel.title}" for board, panel in PANELS])
def test_panels_speak_of_series_that_exist(board: str, panel) -> None:
    """A metric renamed in the worker is noticed here and not as an empty panel; none asks of all fleets at once."""
    for expression, legend in panel.queries:
        assert named(expression) <= exposed(), expression
        assert named(expression), expression
        of_one_fleet = re.search(r'job="\$job(-report|-notify)?"', expression)
        assert of_one_fleet or expression.startswith("sum by (alertname"), expression
        assert set(re.findall(r"\$\w+", expression)) <= {"$job", "$__rate_interval"}
        assert legend or panel.kind == "table"


def test_queries_parse(tmp_path) -> None:
    """Promtool reads every query, as rules."""
    asked = [e.replace("$job", "j").replace("$__rate_interval", "1m") for _, panel in PANELS for e, _ in panel.queries]
    path = tmp_path / "queries.yml"
    group = {"name": "panels", "rules": [{"record": f"panel:query:{at}", "expr": e} for at, e in enumerate(asked)]}
    path.write_text(yaml.safe_dump({"groups": [group]}))
    assert f"{len(asked)} rules found" in run(program("promtool"), "check", "rules", path)


def test_provisioning_finds_what_compose_mounts() -> None:
    """Grafana looks for dashboards and data source where docker-compose.yml puts them."""
    volumes = read(ROOT / "docker-compose.yml")["services"]["grafana"]["volumes"]
    mounted = {inside: ROOT / outside for outside, inside in (volume.split(":")[:2] for volume in volumes)}
    provider = read(DEPLOY / "grafana/provisioning/dashboards/detector.yml")["providers"][0]
    assert mounted[provider["options"]["path"]] == FOLDER
    assert (mounted["/etc/grafana/provisioning"] / "datasources/prometheus.yml").is_file()
    home = read(ROOT / "docker-compose.yml")["services"]["grafana"]["environment"]
    shown = home["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].rpartition("/")[2]
    assert json.loads((FOLDER / shown).read_text(encoding="utf-8"))["title"] == "Detector: on-call"
