"""Every page of the route table as people meet it: no fault for axe, and a picture to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.web.browser import DESKTOP, PHONE, chromium, faults_of, needs_chromium, window
from tests.web.busy import fill
from tests.web.conftest import House
from tests.web.test_routes import CLOSED, Ticket, path_of, put
from triage.core.accounts import Role
from triage.web.routes import Route

PICTURES = Path(__file__).parents[2] / "screenshots"
LOOKS: dict[str, tuple[tuple[int, int], Literal["light", "dark"]]] = {
    "desktop": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (PHONE, "light"),
}


def pages(ticket: Ticket, reference: str) -> list[str]:
    """Return every page that a browser can open by a link, a list also with a ticket open."""
    found = [path_of(route, ticket) for route in CLOSED if _is_page(route)]
    opened = f"/view/waiting?open={reference}"
    return [*found, opened, f"/ticket/{reference}", "/view/owed", "/search?q=table"]


def _is_page(route: Route) -> bool:
    """Say whether a route may answer with a page: what streams, and what is a file, is none."""
    return route.method == "GET" and route.path not in {"/events", "/"}


@needs_chromium
@pytest.mark.timeout(300)
@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_is_for_everybody_and_fits_its_window(house: House, look: str) -> None:
    ticket, references = put(house), fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    wrong: list[str] = []
    PICTURES.mkdir(exist_ok=True)
    async with chromium() as browser:
        for path in pages(ticket, references[3]):
            wrong += await _looked_at(browser, house, path, look)
    assert not wrong, "\n".join(wrong)


async def _looked_at(browser: Browser, house: House, path: str, look: str) -> list[str]:
    """Open a page, keep its picture, and return what is wrong with it."""
    size, scheme = LOOKS[look]
    async with house.browser("maria") as asked:
        kind = (await asked.get(path)).headers.get("content-type", "")
    if not kind.startswith("text/html"):
        return []
    wrong: list[str] = []
    async with window(browser, house, "maria", size=size, scheme=scheme) as page:
        await page.goto(path)
        name = path.strip("/").replace("/", "_").replace("?", "_").replace("=", "_")
        await page.screenshot(path=str(PICTURES / f"{name}.{look}.png"), full_page=look == "phone")
        if found := await faults_of(page):
            wrong.append(f"{path} ({look}): {found}")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if wide > size[0]:
            wrong.append(f"{path} ({look}): {wide} px wide in a window of {size[0]}")
    return wrong
