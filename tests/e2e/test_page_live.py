"""Pages that stand open on a daemon: what happens anywhere is told at once, and none delays it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.e2e.running import parts_of, running
from tests.e2e.test_ours import OUR_ANSWER, mail
from tests.e2e.test_page_rules import admin, paged
from tests.servers import PymapServer, SmtpSink
from tests.web.listening import listening

__all__ = ["paged"]

AT_ONCE = 8
"""Seconds: nothing on the way waits for a look that comes by the minute."""


async def test_an_answer_from_an_ordinary_mail_client_is_shown_at_once(
    paged: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(paged)) as triage, admin(triage) as browser:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        (row,) = triage.store.queue(None, 9)
        async with listening(browser) as ear:
            await ear.until("hello", "rows")
            head = "In-Reply-To: <one@example.net>\r\n"
            ours = mail("ours", OUR_ANSWER, head, "Joris Weiss <support@northwind.test>")
            await imap_server.deliver(ours, folder="Sent")
            async with asyncio.timeout(AT_ONCE):
                told: dict[str, Any] = {}
                while "answered" not in told:
                    told = (await ear.rows()).get(row.reference) or {}
            assert 'class="row rest"' in told["html"]
            listed = (await browser.get("/view/waiting")).text
            thread = (await browser.get(f"/ticket/{row.reference}")).text
    assert row.reference not in listed
    assert "a new top is on its way" in thread


async def test_a_daemon_ends_at_once_though_pages_listen(paged: Path) -> None:
    async with AsyncExitStack() as open_, AsyncExitStack() as service:
        triage = await service.enter_async_context(running(parts_of(paged)))
        browser = await open_.enter_async_context(admin(triage))
        ears = [await open_.enter_async_context(listening(browser)) for _ in range(3)]
        for ear in ears:
            await ear.until("hello", "rows")
        triage.stop.set()
        async with asyncio.timeout(4):  # less than a request under way is waited for
            for ear in ears:
                await ear.rest()
            await service.aclose()
