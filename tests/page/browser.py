"""A real Chromium without a window, spoken to over its debugging protocol: it looks at the page as a person's would."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import aiohttp

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
PATIENCE_SECONDS = 60.0
"""How long a test waits for what must come to show; a healthy browser needs a tenth of it."""

GONE_SECONDS = 5.0
"""How long killed processes may take to let go of their files."""


def program() -> str | None:
    """Chromium's path; None where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Tab:
    """One page in the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.told: list[str] = []
        """What the page's console and its security policy said."""

    async def ask(self, method: str, **params: Any) -> Any:
        """Call the protocol and wait for the answer; what the page says meanwhile is kept."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}:
                self.told.append(json.dumps(answer["params"]))
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    async def open(self, url: str) -> Self:
        """Go there."""
        for domain in ("Page", "Runtime", "Log"):
            await self.ask(f"{domain}.enable")
        await self.ask("Page.navigate", url=url)
        return self

    async def value(self, expression: str) -> Any:
        """What a script expression says on this page."""
        answer = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until an expression is true on the page."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.value(expression):  # noqa: ASYNC110 - the page tells nobody when it has drawn
                await asyncio.sleep(0.1)

    async def press(self, key: str) -> None:
        """Press and let go of a key, as a keyboard does."""
        text = {"Enter": "\r"}.get(key, "")
        await self.ask(
            "Input.dispatchKeyEvent",
            type="keyDown",
            key=key,
            code=key,
            text=text,
            windowsVirtualKeyCode=13 if text else 9,
        )
        await self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    async def look(self, *, width: int = 1280, height: int = 860, dark: bool = False) -> None:
        """Take the shape of a screen: a phone's when narrow."""
        phone = width < 600
        await self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.ask("Emulation.setEmulatedMedia", features=[scheme])

    async def screenshot(self) -> bytes:
        """What can be seen now, as PNG."""
        answer = await self.ask("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])


@asynccontextmanager
async def tab(chromium: str) -> AsyncIterator[Tab]:
    """A fresh browser with nothing remembered, and one tab; both gone at the end."""
    with tempfile.TemporaryDirectory(prefix="detector-browser-", ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            chromium, *FLAGS, f"--user-data-dir={folder}",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            address = await _address(Path(folder) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                async with session.put(f"http://{address}/json/new?about:blank") as reply:
                    target = await reply.json(content_type=None)
                async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            # All of it: a child that lives on would write into the folder while it is removed.
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            await _gone(process.pid)


async def _address(file: Path) -> str:
    """Where the browser listens, once it has written that down."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "\n" not in (told := _read(file)):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
    return f"127.0.0.1:{told.splitlines()[0]}"


async def _gone(group: int) -> None:
    """Return when no process of the group is left; dead ones that nobody buries, as in some containers, may be."""
    with suppress(ProcessLookupError, TimeoutError):
        async with asyncio.timeout(GONE_SECONDS):
            while True:
                os.killpg(group, 0)
                await asyncio.sleep(0.02)


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
