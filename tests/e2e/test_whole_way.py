"""The whole way, on real servers: a mail arrives, a ticket and an acknowledgement come of it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.e2e.running import parts_of, running, write_desk
from tests.servers import PymapServer, SmtpSink
from triage.core.outgoing import State
from triage.core.switches import Switch, SwitchName
from triage.store.sqlite import open_store

PASSED = "Authentication-Results: mx.northwind.test; dmarc=pass header.from=example.net\r\n"


def mail(
    name: str, text: str, *, sender: str = "Jo Park <jo@example.net>", head: str = ""
) -> bytes:
    return (
        f"{PASSED}{head}From: {sender}\r\nTo: support@northwind.test\r\n"
        f"Subject: Table {name} arrived cracked\r\nMessage-ID: <{name}@example.net>\r\n"
        f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n{text}\r\n"
    ).encode()


async def test_a_mail_becomes_an_acknowledged_ticket(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked. Please send a new one."))
        (delivery,) = await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        (row,) = triage.store.queue(None, 10)
    sent = message_from_bytes(delivery.raw, policy=default)
    assert delivery.rcpt_tos == ("jo@example.net",)
    assert sent["Auto-Submitted"] == "auto-replied"
    assert sent["In-Reply-To"] == "<one@example.net>"
    owner = {"maria": "Mara Lind", "jonas": "Joris Weiss"}[row.owner]
    assert owner in delivery.words
    assert row.reference in delivery.words
    assert row.promised_at is not None
    assert row.promised_at >= row.answer_by  # type: ignore[operator]


async def test_p2_what_lay_there_at_the_first_start_is_never_acknowledged(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    await imap_server.deliver(mail("old", "Written long ago."))
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("new", "Written just now."))
        (delivery,) = await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
    assert b"<new@example.net>" in delivery.raw


async def test_p2_a_restart_acknowledges_nothing_twice(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(
            mail("two", "Another matter altogether.", sender="pat@example.net")
        )
        await triage.until(lambda store: store.counts().outgoing == {"sent": 2})
    recipients = [delivery.rcpt_tos for delivery in sink.deliveries]
    assert recipients == [("jo@example.net",), ("pat@example.net",)]


async def test_p1_what_arrives_while_the_daemon_is_down_is_fetched_even_if_a_human_read_it(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)):
        pass
    await imap_server.deliver(mail("read", "Already read."), flags=(b"\\Seen",))
    async with running(parts_of(desk)) as triage:
        await triage.until(lambda store: store.counts().tickets == {"open": 1})
        await sink.delivered(1)


async def test_in_shadow_the_acknowledgement_is_rendered_shown_and_never_sent(
    tmp_path: Path,
    imap_server: PymapServer,
    sink: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", imap_server.password)
    desk = write_desk(tmp_path, imap_server.port, sink.port, mode="shadow")
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"cancelled": 1})
        (row,) = triage.store.queue(None, 10)
        (shown,) = triage.store.ticket(row.reference).outgoing
    assert (shown.state, shown.reason) == (State.CANCELLED, "shadow")
    assert b"Auto-Submitted: auto-replied" in (shown.payload or b"")
    write_desk(tmp_path, imap_server.port, sink.port, mode="live")
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("two", "Sent live.", sender="pat@example.net"))
        (delivery,) = await sink.delivered(1)
        await triage.until(lambda store: store.counts().outgoing == {"cancelled": 1, "sent": 1})
    assert delivery.rcpt_tos == ("pat@example.net",)


async def test_in_shadow_without_a_relay_the_acknowledgement_is_rendered_and_shown_too(
    tmp_path: Path, imap_server: PymapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", imap_server.password)
    desk = write_desk(tmp_path, imap_server.port, 0, mode="shadow")
    desk.write_text(desk.read_text().partition("[relay]")[0])
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"cancelled": 1})
        (row,) = triage.store.queue(None, 10)
        (shown,) = triage.store.ticket(row.reference).outgoing
    assert shown.reason == "shadow"
    assert b"Auto-Submitted: auto-replied" in (shown.payload or b"")


async def test_while_acknowledgements_are_paused_they_wait_and_the_status_says_so(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        with closing(open_store(desk.parent / "triage.db")) as command:
            now = datetime.now(UTC)
            command.switch_on(
                Switch(
                    name=SwitchName.PAUSE,
                    about="all",
                    said="second_instance",
                    since=now,
                    at=now,
                    person="triage",
                )
            )
            assert "PAUSED: all (second_instance)" in await triage.daemon._status()
            await imap_server.deliver(mail("one", "The top is cracked."))
            await triage.until(lambda store: store.counts().outgoing == {"pending": 1})
            assert command.switch_off(SwitchName.PAUSE, None, "maria", datetime.now(UTC))
        assert "PAUSED" not in await triage.daemon._status()
        await sink.delivered(1)


async def test_an_agents_answer_in_sent_stops_the_clock(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    answer = (
        b"From: Mara Lind <support@northwind.test>\r\nTo: Jo Park <jo@example.net>\r\n"
        b"Subject: Re: Table\r\nMessage-ID: <r@northwind.test>\r\n"
        b"In-Reply-To: <one@example.net>\r\n\r\nA new top is on its way.\r\n"
    )
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked."))
        await triage.until(lambda store: store.counts().outgoing == {"sent": 1})
        await imap_server.deliver(answer, folder="Sent")
        await triage.until(lambda store: store.counts().tickets == {"waiting": 1})
        assert triage.store.queue(None, 10) == ()


async def test_p9_a_bad_rule_file_is_refused_and_the_last_good_set_goes_on(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    async with running(parts_of(desk)) as triage:
        (desk.parent / "rules" / "90-new.yaml").write_text("version: 1\nrules: [{id: x}]\n")
        assert not await triage.daemon.reload()
        await imap_server.deliver(mail("one", "The top is cracked."))
        await sink.delivered(1)
        assert "90-new.yaml" in (triage.store.setting("reload") or "")
        (desk.parent / "rules" / "90-new.yaml").unlink()
        assert await triage.daemon.reload()
