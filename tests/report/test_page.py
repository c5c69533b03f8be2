"""The renderings: hostile names do no harm, the page is well-formed and loads nothing, JSON can be read back."""

import re
from typing import Any

import msgspec
import pytest

from detector.report.figures import Asked, figures
from detector.report.html import page
from detector.report.model import JudgedBy, Report
from detector.report.text import told
from detector.report.words import METHOD
from tests.report.tiny import WEEK, call, parsed, sums, work

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a&b;&lt;", "[bold red]x[/]", "bell\x07\x1b[2Jgone",
    "right\u202eto left", "null\x00byte", "]]>", "'; DROP", "x" * 256, "\U0001f4a9\ufffe",
]  # fmt: skip


def report(records: list[dict[str, Any]], flagged: list[dict[str, Any]]) -> Report:
    """A whole report about these records."""
    found = sums(records, flagged)
    tenants = [figures(tenant, found.tenants[tenant], Asked(WEEK, 0.8)) for tenant in found.tenants]
    how = JudgedBy("1", "<digest>", "by <hand>")
    return Report(
        week="2026-W20", begins="2026-05-11", ends="2026-05-17", judged_by=how, tenants=tenants, method=list(METHOD)
    )


@pytest.fixture(scope="module")
def hostile() -> Report:
    """Hostile users, teams and tenants over two weeks, some under alerts."""
    records = [
        record
        for week in (WEEK - 1, WEEK)
        for n, name in enumerate(HOSTILE)
        for tenant in HOSTILE[:2]
        for record in work(n + 1_000 * week, name, 1.0 + n, week=week, team_id=HOSTILE[n % 2], tenant_id=tenant)
    ]
    return report(records, records[::7])


def test_page_is_well_formed_and_inert(hostile: Report) -> None:
    """The page parses as XML; nothing in it runs, and nothing in it is fetched."""
    text = page(hostile)
    root = parsed(text)
    tags = {element.tag for element in root.iter()}
    assert not tags & {"script", "img", "link", "iframe", "object", "use", "image", "a"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name in {"src", "href", "style"} for name in names)
    assert "url(" not in text
    assert "@import" not in text
    assert "".join(root.itertext()).count("<script>alert(1)</script>") >= 2


def test_page_draws_what_it_says(hostile: Report) -> None:
    """Each tenant has its two charts over time and one of the week; each chart says in words what it shows."""
    charts = [chart for chart in parsed(page(hostile)).iter("svg") if chart.get("role") == "img"]
    assert len(charts) == 3 * len(hostile.tenants)
    assert all(chart.get("aria-label") for chart in charts)
    numbers = [float(found) for found in re.findall(r'[xy][12]?="([-\d.]+)"', page(hostile))]
    assert all(0 <= number <= 880 for number in numbers)


def test_text_steers_no_terminal(hostile: Report) -> None:
    """Plain text holds no control character but line breaks, and markup in names stays text."""
    text = told(hostile, colour=False)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert "[bold red]x[/]" in text
    assert "\x1b[" in told(hostile, colour=True)


def test_json_reads_back(hostile: Report) -> None:
    """JSON holds everything, ids as they came."""
    again = msgspec.json.decode(msgspec.json.encode(hostile), type=Report)
    assert again == hostile
    assert {row.user_id for row in again.tenants[0].leaderboard_usd} == set(HOSTILE)


def test_next_to_nothing_can_be_drawn() -> None:
    """One person, one call, no cost: there is no index, and nothing divides by it."""
    alone = report([call(1, "ann", cost_usd=0.0, input_tokens=0, output_tokens=0)], [])
    assert alone.tenants[0].index.value is None
    assert alone.tenants[0].keep_alive is None
    parsed(page(alone))
    assert "no authenticity index" in told(alone, colour=False)
