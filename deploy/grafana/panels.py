"""Panels, rows and boards, and the JSON that Grafana 11 reads of them (schema version 41)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent / "dashboards"
SCHEMA_VERSION = 41
COLUMNS = 24
"""Grafana's grid is this wide, whatever the screen."""
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
HEIGHTS = {"stat": 4, "timeseries": 8, "bargauge": 8, "table": 8}

Json = dict[str, Any]
Kind = Literal["stat", "timeseries", "bargauge", "table"]


@dataclass(frozen=True)
class Panel:
    """One question and its answer."""

    title: str
    description: str
    """What it shows and when to worry."""
    unit: str
    """Grafana's name of the unit."""
    queries: tuple[tuple[str, str], ...]
    """Expression and legend."""
    empty: str = "No data: no worker has been scraped in this time"
    """What stands there when there is nothing to show."""
    kind: Kind = "timeseries"
    width: int = 8
    bad_from: float | None = None
    """From this value on it is red."""
    stacked: bool = False


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    since: str = "now-6h"


def text(board: Board) -> str:
    """The file's contents."""
    return json.dumps(dashboard(board), indent=2, ensure_ascii=False) + "\n"


def dashboard(board: Board) -> Json:
    """The board as Grafana reads it."""
    return {
        "uid": f"detector-{board.uid}",
        "title": board.title,
        "description": board.description,
        "tags": ["tokenmaxxing-detector"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "timezone": "browser",
        "time": {"from": board.since, "to": "now"},
        "links": [_link()],
        "templating": {"list": [_datasource(), _job()]},
        "annotations": {"list": []},
        "panels": _placed(board.rows),
    }


def _placed(rows: tuple[Row, ...]) -> list[Json]:
    """Panels from left to right, a new line where one does not fit, a heading before each row."""
    placed: list[Json] = []
    y = 0
    for row in rows:
        placed.append(_heading(row.title, len(placed) + 1, y))
        y, x, line = y + 1, 0, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                y, x, line = y + line, 0, 0
            height = HEIGHTS[panel.kind]
            place = {"x": x, "y": y, "w": panel.width, "h": height}
            placed.append(_panel(panel, len(placed) + 1, place))
            x, line = x + panel.width, max(line, height)
        y += line
    return placed


def _heading(title: str, number: int, y: int) -> Json:
    place = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
    return {"type": "row", "id": number, "title": title, "collapsed": False, "gridPos": place, "panels": []}


def _panel(panel: Panel, number: int, place: dict[str, int]) -> Json:
    steps: list[Json] = [{"color": "green" if panel.bad_from is not None else "blue", "value": None}]
    if panel.bad_from is not None:
        steps.append({"color": "red", "value": panel.bad_from})
    defaults: Json = {
        "unit": panel.unit,
        "noValue": panel.empty,
        "thresholds": {"mode": "absolute", "steps": steps},
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
    }
    if panel.kind == "timeseries":
        defaults["min"] = 0
        defaults["custom"] = {
            "fillOpacity": 25 if panel.stacked else 8,
            "stacking": {"mode": "normal" if panel.stacked else "none"},
            "thresholdsStyle": {"mode": "off" if panel.bad_from is None else "line"},
            "showPoints": "never",
        }
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "gridPos": place,
        "datasource": DATASOURCE,
        "targets": [_target(panel, at) for at in range(len(panel.queries))],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _options(panel.kind),
    }


def _target(panel: Panel, at: int) -> Json:
    expression, legend = panel.queries[at]
    instant = panel.kind in {"table", "bargauge"}
    return {
        "refId": chr(ord("A") + at),
        "datasource": DATASOURCE,
        "expr": expression,
        "legendFormat": legend,
        "instant": instant,
        "range": not instant,
        "format": "table" if panel.kind == "table" else "time_series",
    }


def _options(kind: Kind) -> Json:
    if kind == "timeseries":
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    if kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    shown: Json = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return shown | (
        {"orientation": "horizontal"} if kind == "bargauge" else {"graphMode": "area", "colorMode": "value"}
    )


def _datasource() -> Json:
    return {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "refresh": 1}


def _job() -> Json:
    return {
        "name": "job",
        "label": "Fleet",
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": "label_values(detector_build_info, job)", "refId": "job"},
        "refresh": 2,
        "includeAll": False,
        "multi": False,
    }


def _link() -> Json:
    return {
        "type": "dashboards",
        "title": "Detector",
        "tags": ["tokenmaxxing-detector"],
        "asDropdown": False,
        "includeVars": True,
        "keepTime": True,
    }
