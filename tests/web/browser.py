"""A real browser on the page: Debian's Chromium, driven by playwright, and held to good manners.

Whatever a test does, no script of the page fails, nothing is written to the console as an error,
and no request leaves this machine.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    async_playwright,
)

from tests.web.conftest import House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
DESKTOP, PHONE = (1440, 900), (390, 844)
LOCAL = frozenset({"127.0.0.1", "localhost", ""})

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (Debian: chromium)"
)


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """Start a Chromium with `more` arguments; a test that does is marked `needs_chromium`."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            await browser.close()


async def let_in(context: BrowserContext, house: House, name: str) -> None:
    """Let somebody log in, or take over from whoever was."""
    cookie, value = house.enter(name)
    await context.add_cookies([{"name": cookie, "value": value, "url": house.url}])


@asynccontextmanager
async def window(
    browser: Browser,
    house: House,
    name: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    script: bool = True,
    forgiven: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """Open a window of `size`, logged in as `name`; `forgiven` are parts of errors that may be.

    Chromium itself calls an answer of 409 an error: a test that asks for one forgives it.
    """
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        base_url=house.url,
        java_script_enabled=script,
        has_touch=size == PHONE,
        reduced_motion="reduce",
    )
    await let_in(context, house, name)
    faults: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: faults.extend(_wrong(said)))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.extend(_leaves(request)))
    try:
        yield page
    finally:
        await context.close()
    left = [one for one in faults if not any(part in one for part in forgiven)]
    assert not left, left


def _wrong(said: ConsoleMessage) -> list[str]:
    """Return what the console says is wrong, and where."""
    return [f"{said.text} {said.location['url']}"] if said.type == "error" else []


def _leaves(request: Request) -> list[str]:
    """Name a request that would leave this machine."""
    parts = urlsplit(request.url)
    local = parts.scheme in {"data", "blob", "about"} or (parts.hostname or "") in LOCAL
    return [] if local else [f"a request left: {request.url}"]


async def faults_of(page: Page) -> str:
    """Return what axe finds wrong with a page for people with a handicap; "": nothing."""
    found = await Axe().run(page)
    return "" if not found.violations_count else str(found.generate_report())
