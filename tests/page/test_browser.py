"""The page in a real browser: what a person sees, with hostile names, by keyboard, on a phone, in the dark."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.edge.world import Worker, World, until
from tests.page import browser
from tests.page.browser import Tab
from tests.page.conftest import Publish

pytestmark = pytest.mark.browser

Story = Callable[[Tab], Awaitable[None]]
Look = Callable[..., None]

HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\'"&amp;\u202e\x1b[31m'
FIND = "[...document.querySelectorAll('.card')].find((card) => card.dataset.id === %r)"


@pytest.fixture
def look(worker: Worker) -> Look:
    """Runs a story on a worker's page, and fails when the page's console says anything at all."""
    chromium = browser.program()
    if chromium is None:
        pytest.skip("no Chromium on this machine")

    def look(story: Story, at: Worker = worker, *, silent: bool = True) -> None:
        async def run() -> None:
            async with browser.tab(chromium) as tab:
                await tab.look()
                await tab.open(f"http://127.0.0.1:{at.port}/")
                await story(tab)
                assert tab.told == [] or not silent

        asyncio.run(run())

    return look


def test_an_alert_shows_with_its_reasons(look: Look, publish: Publish):
    """Typology, category, severity, sentence, families and cost at once; reasons and alternatives behind Why."""
    record = publish()
    card = FIND % record["alert_id"]

    async def story(tab: Tab) -> None:
        await tab.until(f"Boolean({card})")
        text = await tab.value(f"{card}.innerText")
        for wanted in (
            "Warning",
            "Unproductive loop",
            "Tokenmaxxing",
            record["summary"],
            "repetition",
            "yield",
            "$38.20",
        ):
            assert wanted in text
        await tab.value(f"{card}.open = true")
        await tab.until(f"{card}.querySelector('.body') !== null")
        text = await tab.value(f"{card}.innerText")
        for wanted in (record["reasons"][0]["text"], "94 %", "usual here 8 %", "retry loop", "registered batch job",
                       "5,120 calls on 41 days", "62 %", "inv-01HX9Z"):  # fmt: skip
            assert wanted in text

    look(story)


def test_hostile_names_stay_text(look: Look, publish: Publish):
    """Users, agents, sentences and links that try to be markup are shown as they are, and do nothing."""
    record = publish(
        user_id=HOSTILE, team_id=HOSTILE, summary=HOSTILE, families=["yield", HOSTILE], could_also_be=[HOSTILE],
        typology="constructor", runbook_url="javascript:window.pwned=1",
        workload={"session_id": HOSTILE, "root_id": None, "agent": HOSTILE, "project": HOSTILE, "template_hash": None},
        reasons=[{"feature": HOSTILE, "value": 1, "unit": HOSTILE, "baseline": None, "cohort": None,
                  "contribution": 1, "text": HOSTILE}],
    )  # fmt: skip
    card = FIND % record["alert_id"]

    async def story(tab: Tab) -> None:
        await tab.until(f"Boolean({card})")
        await tab.value(f"{card}.open = true")
        await tab.until(f"{card}.querySelector('.body') !== null")
        assert await tab.value(f"{card}.querySelector('.sentence').textContent") == HOSTILE
        assert await tab.value(f"{card}.querySelectorAll('img, script, a').length") == 0
        assert await tab.value("window.pwned") is None

    look(story)


def test_a_revision_replaces_and_an_end_removes(look: Look, publish: Publish):
    """The open card stays open when its alert goes on; a resolved alert moves to the side."""
    record = publish()
    card = FIND % record["alert_id"]

    async def story(tab: Tab) -> None:
        await tab.until(f"Boolean({card})")
        await tab.value(f"{card}.open = true")
        await asyncio.to_thread(publish, record["alert_id"], revision=2, summary="it goes on")
        await tab.until(f"{card}.innerText.includes('it goes on')")
        assert await tab.value(f"{card}.open")
        await asyncio.to_thread(
            publish, record["alert_id"], revision=3, status="resolved", ends_at="2026-05-04T10:00:00Z"
        )
        await tab.until(f"!({card})")
        await tab.until(f"document.querySelector('#resolved [data-id=\"{record['alert_id']}\"]') !== null")

    look(story)


def test_the_keyboard_reaches_the_reasons(look: Look, publish: Publish):
    """A focused alert opens with Enter."""
    record = publish()
    card = FIND % record["alert_id"]

    async def story(tab: Tab) -> None:
        await tab.until(f"Boolean({card})")
        await tab.value(f"{card}.firstElementChild.focus()")
        await tab.press("Enter")
        await tab.until(f"{card}.open")

    look(story)


def test_a_filter_shows_one_category(look: Look, publish: Publish):
    """Choosing a category leaves only its alerts, and says how many."""
    spike = publish(category="spike", typology="spend_spike")
    other = publish()

    async def story(tab: Tab) -> None:
        await tab.until(f"Boolean({FIND % spike['alert_id']}) && Boolean({FIND % other['alert_id']})")
        await tab.value("document.querySelector('#filter [value=spike]').click()")
        await tab.until(f"!({FIND % other['alert_id']})")
        assert await tab.value(f"Boolean({FIND % spike['alert_id']})")

    look(story)


@pytest.mark.parametrize("dark", [False, True])
def test_fits_a_phone_and_the_dark(look: Look, publish: Publish, dark: bool):  # noqa: FBT001 - a parameter
    """No sideways scrolling on a narrow screen, whatever the names; ground and ink follow the scheme."""
    record = publish(summary="x" * 400, user_id="u" * 256)

    async def story(tab: Tab) -> None:
        await tab.look(width=360, height=740, dark=dark)
        await tab.until(f"Boolean({FIND % record['alert_id']})")
        assert await tab.value("document.documentElement.scrollWidth <= 360")
        ground = await tab.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
        assert (int(ground) < 128) is dark

    look(story)


def test_says_when_the_worker_is_gone(look: Look, world: World):
    """Nobody takes a dead page for a quiet fleet."""
    other = world.worker()
    until(other.ready, "the worker to be ready")

    async def story(tab: Tab) -> None:
        await tab.until("document.querySelector('#state')?.dataset.state === 'ready'")
        await asyncio.to_thread(other.end)
        await tab.until("document.querySelector('#state')?.textContent.includes('No connection')")

    look(story, other, silent=False)  # the console tells of the lost connection
