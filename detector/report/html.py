"""The report as one HTML file: no scripts, nothing loaded from anywhere; dark where the reader's screen is.

It is well-formed XML too, so that any tool can check it.
"""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from itertools import starmap

from detector.report.charts import active_against_target, bar, index_over_time, shares_over_time
from detector.report.model import Calibration, Report, Row, TeamRow, TenantFigures
from detector.report.words import interval, is_early, percent, shown

KEYS = '<span class="key raw"></span>raw<span class="key real"></span>authentic'


def page(report: Report) -> str:
    """The whole page."""
    style = files("detector.report").joinpath("page.css").read_text(encoding="utf-8")
    judged = f"Authentic or not: {report.judged_by.how}. Detector {report.judged_by.detector_version}"
    if report.judged_by.config_digest:
        judged += f", configuration {report.judged_by.config_digest}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
        f"<title>Adoption, {report.week}: raw and authentic</title><style>{style}</style></head><body>"
        "<header><h1>How much of the adoption figure is real?</h1>"
        f'<p class="soft">Week {report.week}, {report.begins} to {report.ends} (UTC). '
        "It says how far a figure can be trusted; it is not for performance review.</p></header>"
        f"<main>{''.join(_tenant(tenant) for tenant in report.tenants)}"
        f"<section><h2>How the figures are made</h2>{_list(report.method)}</section></main>"
        f'<footer class="note">{escape(judged)}.</footer></body></html>\n'
    )


def _tenant(tenant: TenantFigures) -> str:
    most = max((row.raw for row in tenant.leaderboard_usd), default=0.0)
    most_tokens = max((row.raw for row in tenant.leaderboard_tokens), default=0.0)
    return "".join((
        f"<section><h2>Tenant <bdi>{escape(shown(tenant.tenant_id))}</bdi></h2>",
        _cards(tenant),
        f'<ul class="findings">{_items(tenant.findings)}</ul>',
        "<h3>Active this week, against the target</h3>",
        _figure(active_against_target(tenant.adoption), "Share of the people known; lines are 95% intervals."),
        _over_time(tenant),
        _table("Largest spenders, dollars", BOARD, (_row(row, most, "{:,.2f}") for row in tenant.leaderboard_usd)),
        _table("Largest users, tokens (cache reads included)", BOARD,
               (_row(row, most_tokens, "{:,.0f}") for row in tenant.leaderboard_tokens)),
        _teams(tenant),
        f"<h3>What these figures can't say</h3>{_list(tenant.limits)}</section>",
    ))  # fmt: skip


def _cards(tenant: TenantFigures) -> str:
    raw, authentic, index, pings = tenant.adoption.raw, tenant.adoption.authentic, tenant.index, tenant.keep_alive
    cards = [
        _card("", "Active, all use", percent(raw.value), interval(raw.low, raw.high)),
        _card("real", "Active, authentic use", percent(authentic.value), interval(authentic.low, authentic.high)),
    ]
    if index.value is not None and index.low is not None and index.high is not None:
        cards.append(_card("real", "Authenticity index", percent(index.value), interval(index.low, index.high)))
    if pings is not None:
        cards.append(
            _card("", "Keep-alive only", percent(pings.value), f"{pings.count:,} of {pings.of:,} active people")
        )
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(kind: str, title: str, value: str, note: str) -> str:
    return f'<div class="card {kind}"><span>{title}</span><b>{value}</b><span>{note}</span></div>'


def _over_time(tenant: TenantFigures) -> str:
    if len(tenant.trend) < 2:
        return ""
    early = ". The first weeks of the data read high: few people are known yet." if is_early(tenant.trend) else ""
    shares = _figure(shares_over_time(tenant.trend, tenant.adoption.target), KEYS + early)
    told = f"<h3>Active share, week by week</h3>{shares}"
    if any(at.index.value is not None for at in tenant.trend):
        told += "<h3>Authenticity index, week by week</h3>"
        told += _figure(
            index_over_time(tenant.trend), "Authentic dollars of all dollars; the band is the 95% interval."
        )
    return told


BOARD = ("person", "team", "raw and authentic", "raw", "authentic", "rank", "authentic rank")
TEAMS = ("team", "people", "raw and authentic", "dollars raw", "authentic", "rank", "authentic rank")
CALIBRATION = ("team", "weeks", "gap in MADs", "its variance", "p-value")


def _row(row: Row, most: float, form: str) -> tuple[str, ...]:
    return (
        _name(row.user_id), _name(row.team_id or "-"), bar(row.raw, row.authentic, most), form.format(row.raw),
        form.format(row.authentic), str(row.raw_rank), _rank(row.raw_rank, row.authentic_rank),
    )  # fmt: skip


def _rank(raw: int, authentic: int) -> str:
    return f'<b class="moved">{authentic}</b>' if authentic > raw else str(authentic)


def _teams(tenant: TenantFigures) -> str:
    if not tenant.teams:
        return ""
    most = max(row.raw_usd for row in tenant.teams)
    return _table("Teams of five or more", TEAMS, (_team(row, most) for row in tenant.teams)) + _table(
        "Peer calibration: do weeks follow the team's median?", CALIBRATION, map(_calibration, tenant.calibration)
    )


def _team(row: TeamRow, most: float) -> tuple[str, ...]:
    return (
        _name(row.team_id), f"{row.people:,}", bar(row.raw_usd, row.authentic_usd, most), f"{row.raw_usd:,.2f}",
        f"{row.authentic_usd:,.2f}", str(row.raw_rank), _rank(row.raw_rank, row.authentic_rank),
    )  # fmt: skip


def _calibration(row: Calibration) -> tuple[str, ...]:
    if row.p_value is None:
        return _name(row.team_id), str(row.windows), escape(row.note or "-"), "-", "-"
    return _name(row.team_id), str(row.windows), f"{row.gap_mads:.2f}", f"{row.gap_variance:.2f}", f"{row.p_value:.3f}"


def _name(name: str) -> str:
    return f"<bdi>{escape(shown(name))}</bdi>"


def _table(title: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col"{_kind(column)}>{column}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(starmap(_cell, zip(columns, row, strict=True)))}</tr>" for row in rows)
    key = f"{KEYS}. A marked rank is lower than the raw one." if "raw and authentic" in columns else ""
    return (
        f'<h3>{title}</h3><div class="wide"><table><caption>{key}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(column: str, content: str) -> str:
    return f"<td{_kind(column)}>{content}</td>"


def _kind(column: str) -> str:
    return {"raw and authentic": ' class="bar left"', "team": ' class="left"'}.get(column, "")


def _figure(chart: str, caption: str) -> str:
    return f"<figure>{chart}<figcaption>{caption}</figcaption></figure>"


def _items(sentences: Iterable[str]) -> str:
    return "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)


def _list(sentences: Iterable[str]) -> str:
    return f"<ul>{_items(sentences)}</ul>"
