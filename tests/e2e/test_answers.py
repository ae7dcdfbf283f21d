"""A human answers from an ordinary client: found where it is kept, with what it promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.running import parts_of, running, write_desk
from tests.servers import SmtpSink, pymap_server
from triage.core.answering import Does
from triage.core.owed import OwedState

ASK = (
    b"From: Jo Park <jo@example.net>\r\nTo: support@northwind.test\r\nSubject: Tisch\r\n"
    b"Message-ID: <one@example.net>\r\n\r\nThe top is cracked. Please send a new one.\r\n"
)
ANSWER = (
    "From: Northwind <support@northwind.test>\r\nTo: jo@example.net\r\nSubject: Re: Tisch\r\n"
    "Message-ID: <ours@northwind.test>\r\nIn-Reply-To: <one@example.net>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    "Hallo,\r\n\r\nich kläre das und melde mich bis übermorgen 16 Uhr.\r\n\r\n"
    "Viele Grüße\r\nMara Lind\r\n"
).encode()


@pytest.mark.parametrize("sent", ["Gesendete Elemente", "Elementos enviados"])
async def test_p5_an_answer_in_a_localised_sent_folder_stops_the_clock_and_proposes_its_promise(
    tmp_path: Path, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    async with pymap_server(sent=sent) as server:
        monkeypatch.setenv("IMAP_PASSWORD", server.password)
        desk = write_desk(tmp_path, server.port, sink.port)
        async with running(parts_of(desk)) as triage:
            await server.deliver(ASK)
            await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
            (row,) = triage.store.queue(None, 9)
            await server.deliver(ANSWER, folder=sent)
            await triage.until(lambda store: store.counts().tickets == {"waiting": 1})
            (answer,) = triage.store.answers(row.reference)
            (owed,) = triage.store.owed(9)
    assert (answer.person, answer.how, answer.does) == ("maria", "mail", Does.PROMISES)
    assert (owed.state, owed.person) == (OwedState.PROPOSED, "maria")
    day = datetime.now(ZoneInfo("UTC")) + timedelta(days=2)
    assert f"{owed.due:%H:%M}" == "16:00"
    assert abs(owed.due - day) < timedelta(days=1, hours=16)
