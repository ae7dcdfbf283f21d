"""Who answers, while a daemon runs: somebody falls ill, hears of a ticket, closes the desk."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tests.e2e.running import parts_of, running
from tests.e2e.test_whole_way import mail
from tests.servers import PymapServer, SmtpSink
from triage.core.switches import Switch, SwitchName
from triage.store.sqlite import SqliteStore, open_store

OTHER = {"maria": "jonas", "jonas": "maria"}


def switch(name: SwitchName, about: str = "") -> Switch:
    now = datetime.now(UTC)
    return Switch(
        name=name, about=about, since=now, until=now + timedelta(hours=7), at=now, person="lee"
    )


def owner(store: SqliteStore) -> str:
    rows = store.queue(None, 1)
    return rows[0].owner if rows else ""


async def test_who_falls_ill_in_mid_day_is_relieved_and_requesters_hear_nothing(
    desk: Path, imap_server: PymapServer, sink: SmtpSink
) -> None:
    roster = desk.parent / "rules" / "roster.yaml"
    told = roster.read_text().replace("speaks: [", "tell: both, speaks: [")
    roster.write_text(told)
    async with running(parts_of(desk)) as triage:
        await imap_server.deliver(mail("one", "The top is cracked. Please send a new one."))
        await triage.until(lambda store: store.counts().outgoing == {"sent": 2})
        before = owner(triage.store)
        with closing(open_store(desk.parent / "triage.db")) as command:
            command.switch_on(switch(SwitchName.AWAY, before))
        await triage.until(lambda store: owner(store) == OTHER[before])
        deliveries = await sink.delivered(3)
        (row,) = triage.store.queue(None, 10)
        with closing(open_store(desk.parent / "triage.db")) as command:
            command.switch_off(SwitchName.AWAY, before, "lee", datetime.now(UTC))
        await triage.until(lambda store: not store.switches(datetime.now(UTC)))
    assert [one.rcpt_tos for one in deliveries if "jo@example.net" in one.rcpt_tos] == [
        ("jo@example.net",)
    ]
    (last,) = [one for one in deliveries if f"{OTHER[before]}@northwind.test" in one.rcpt_tos]
    sent = message_from_bytes(last.raw, policy=default)
    assert sent["Subject"].startswith(f"Yours: {row.reference}")
    assert "its owner is not there" in sent.get_content()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert row.owner == OTHER[before]


async def test_a_command_of_another_process_counts_at_once_and_is_in_the_status(
    desk: Path, imap_server: PymapServer
) -> None:
    async with running(parts_of(desk)) as triage:
        with closing(open_store(desk.parent / "triage.db")) as command:
            command.switch_on(switch(SwitchName.AWAY, "maria"))
            command.switch_on(switch(SwitchName.PAUSE, "all"))
        status = await triage.daemon._status()
        assert "AWAY: maria" in status
        assert "PAUSED: all" in status
        await imap_server.deliver(mail("one", "The top is cracked. Please send a new one."))
        await triage.until(lambda store: owner(store) == "jonas")
