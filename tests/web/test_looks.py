"""Every page of the route table as people meet it: no fault for axe, and a picture to look at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import httpx
import pytest

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
    """Say whether a route may answer with a page of ours: no stream, no requester's HTML."""
    theirs = "{message}" in route.path
    return route.method == "GET" and not theirs and route.path not in {"/events", "/"}


@needs_chromium
@pytest.mark.timeout(300)
@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_is_for_everybody_and_fits_its_window(house: House, look: str) -> None:
    ticket, references = put(house), fill(house)
    house.add("maria", Role.ADMIN, agent="maria")
    size, scheme = LOOKS[look]
    PICTURES.mkdir(exist_ok=True)
    wrong: list[str] = []
    async with house.browser("maria") as asked:
        paths = [path for path in pages(ticket, references[3]) if await _is_html(asked, path)]
    async with (
        chromium() as browser,
        window(browser, house, "maria", size=size, scheme=scheme) as page,
    ):
        for path in paths:
            await page.goto(path)
            await page.screenshot(path=_picture(path, look), full_page=look == "phone")
            wrong += [f"{path}: {found}" for found in [await faults_of(page)] if found]
            wide = await page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{path}: {wide} px wide"] if wide > size[0] else []
        assert not wrong, "\n".join(wrong)


async def _is_html(asked: httpx.AsyncClient, path: str) -> bool:
    kind: str = (await asked.get(path)).headers.get("content-type", "")
    return kind.startswith("text/html")


def _picture(path: str, look: str) -> str:
    """Return where a page's picture is kept: named alike whatever the ticket is."""
    name = re.sub(r"\W+", "_", re.sub(r"[TM]-\w+", "one", path)).strip("_")
    return str(PICTURES / f"{name}.{look}.png")
