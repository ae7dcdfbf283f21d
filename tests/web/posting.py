"""A page with a relay behind it: what is written in its form leaves by a real SMTP server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape

import httpx

from tests.pipeline.test_send import Told
from tests.servers.sink import SmtpSink
from tests.store.written import as_written
from tests.web.conftest import House
from triage.config.servers import RelaySettings, Security
from triage.core.outgoing import Sort
from triage.outbox.relay import Relay
from triage.pipeline.instore import StoreThread
from triage.pipeline.send import Send

UNDONE = timedelta(seconds=11)
"""After this what was sent leaves."""

_FIELD = re.compile(r'<input[^>]*?name="([a-z]+)"[^>]*?value="([^"]*)"')
_TEXT = re.compile(r'<textarea[^>]*name="text"[^>]*>\n(.*?)</textarea>', re.DOTALL)
JSON = {"Accept": "application/json"}


@asynccontextmanager
async def relayed(house: House, sink: SmtpSink) -> AsyncIterator[Told]:
    """Let what agents write leave by `sink`, as soon as its time has come by the house's clock."""
    settings = RelaySettings(host="127.0.0.1", port=sink.port, security=Security.NONE)
    relay = Relay(settings, command_timeout=30, data_timeout=30, local_name="desk.example")
    store, thread, stop = Told(house.path), StoreThread(), asyncio.Event()
    send = Send(store, thread, [relay], as_written, house.clock, sorts=(Sort.REPLY,))
    task = asyncio.create_task(send.run(stop))
    try:
        yield store
    finally:
        stop.set()
        await task
        thread.close()
        store.close()


def form_in(page: str, form: str = "reply") -> dict[str, str]:
    """Return what one of the forms of a page holds."""
    start = page.index(f'class="writing of-{form}"')
    part = page[start : page.index("</form>", start)]
    fields = {name: unescape(value) for name, value in _FIELD.findall(part)}
    text = _TEXT.search(part)
    assert text is not None
    return {**fields, "text": unescape(text[1])}


async def opened_form(
    browser: httpx.AsyncClient, reference: str, form: str = "reply"
) -> dict[str, str]:
    """Open a ticket, and return what one of its forms holds."""
    path = f"/ticket/{reference}" if reference else "/new"
    return form_in((await browser.get(path)).text, form)


async def press(
    browser: httpx.AsyncClient, reference: str, fields: dict[str, str], **more: str
) -> dict[str, object]:
    """Press the key that sends, as the script does, and return what it is told."""
    path = f"/ticket/{reference}/reply" if reference else "/new/send"
    data = {**fields, "after": "answered", **more}
    answer = await browser.post(path, data=data, headers=JSON)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert isinstance(told, dict)
    return told


def held(told: dict[str, object]) -> str:
    """Return what is said to hold a mail back, or ""."""
    parts = told.get("parts")
    assert isinstance(parts, dict)
    return unescape(str(parts.get(".held-place", "")))


def looked(told: dict[str, object]) -> list[str]:
    """Return the doubts that whoever presses again has looked at."""
    return re.findall(r'name="looked" value="([^"]*)"', held(told).replace("&quot;", '"'))
