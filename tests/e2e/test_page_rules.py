"""The page within a daemon: a draft is put in force on it, as it was replayed, and only so."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import Running, parts_of, running
from tests.e2e.test_p9_drafts import LOUD, draft, held, one_ticket
from tests.e2e.test_whole_way import mail
from tests.servers import PymapServer, SmtpSink
from triage.core.accounts import Account, Role
from triage.store.sqlite import open_store
from triage.store.versions import Held
from triage.web.door.identity import cookie_name, new_id, written


@pytest.fixture
def paged(desk: Path) -> Path:
    """Give a desk a page."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    desk.write_text(f"{desk.read_text()}\n[web]\nport = {port}\n")
    return desk


@asynccontextmanager
async def admin(triage: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Open a browser on the page of a daemon, in which an admin is logged in."""
    settings = triage.daemon._policy.settings.web
    assert settings is not None
    now, id_ = triage.daemon._clock(), new_id()
    with closing(open_store(triage.daemon._policy.settings.store)) as store:
        store.keep_account(Account(name="lena", role=Role.ADMIN, agent="maria"), "", now)
        store.open_session("lena", id_, now)
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"{cookie_name(settings)}={written(id_)}"}
    async with httpx.AsyncClient(base_url=settings.address, headers=headers, timeout=30) as browser:
        yield browser


async def test_a_draft_that_waits_is_put_in_force_on_the_page_and_gone_back_from(
    paged: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(paged)) as triage, admin(triage) as browser:
        await one_ticket(triage, imap_server, sink)
        draft(paged, LOUD)
        assert not await triage.daemon.reload()
        waits = held(triage)
        assert waits.state is Held.CHANGES_MUCH
        text = (await browser.get("/rules")).text
        digest = re.search(r'name="digest" value="([0-9a-f]+)"', text)
        assert digest is not None
        assert digest[1] == waits.digest
        assert "1 of 1 mails change" in text
        answer = await browser.post("/rules/apply", data={"digest": digest[1]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
        last = triage.store.applied_set()
        assert last is not None
        assert (last.digest, last.audit.person) == (waits.digest, "maria")
        assert last.audit.replay["changed"] == 1
        assert triage.daemon._policy.digest == waits.digest
        back = await browser.post("/rules/rollback", data={"number": str(last.number - 1)})
        assert back.status_code == 303
        assert held(triage).state is Held.ROLLED_BACK
        assert "cracked" not in str(triage.daemon._policy.files.get("rules/00-new.yaml"))


async def test_files_that_changed_since_they_were_replayed_go_through_the_gate_anew(
    paged: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(paged)) as triage, admin(triage) as browser:
        await one_ticket(triage, imap_server, sink)
        draft(paged, LOUD)
        assert not await triage.daemon.reload()
        waits, before = held(triage), triage.daemon._policy.digest
        draft(paged, LOUD.replace("queue: care", "queue: orders"))
        answer = await browser.post("/rules/apply", data={"digest": waits.digest})
        assert answer.status_code == 409
        assert "changed since it was replayed" in answer.text
        assert triage.daemon._policy.digest == before
        assert held(triage).digest != waits.digest


async def test_the_page_says_how_the_service_is_and_explains_with_the_daemons_model(
    paged: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(paged)) as triage, admin(triage) as browser:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        service = (await browser.get("/team/service")).text
        tried = await browser.post("/rules/try", data={"text": "The top is cracked."})
        counts = triage.store.counts()
    assert re.search(r"support · inbox</dt>.*looked at \d\d:\d\d", service)
    assert "mail last left" in service
    assert "What it would become" in tried.text
    assert sum(counts.messages.values()) == 1
