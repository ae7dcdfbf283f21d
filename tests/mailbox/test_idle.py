"""Waiting: no wake-up is lost, and a dead connection does not look like silence."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.servers import Account, Conversation, PymapServer, chaos_proxy, scripted_imap
from triage.errors import MailboxUnavailable
from triage.mailbox import Bell, Connection
from triage.mailbox.idle import Woken

PASSWORD = "correct-horse"
FOREVER = 300.0


@pytest.mark.dovecot
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_mail_delivered_between_the_last_command_and_idle_is_seen_20_of_20(
    account: Account, tls: bool
) -> None:
    connection = Connection(account.settings(tls=tls), PASSWORD)
    bell = Bell()
    seen: list[Woken] = []
    for number in range(20):
        selected = connection.select("INBOX")
        assert len(connection.uids(selected)) == number
        account.deliver(b"Subject: %d\r\n\r\nx\r\n" % number)
        seen.append(connection.rest(bell, FOREVER, FOREVER))
    assert seen == [Woken.EVENT] * 20
    connection.close()
    bell.close()


async def test_a_bell_ends_an_idle_and_a_wait(imap_server: PymapServer) -> None:
    connection = await asyncio.to_thread(Connection, imap_server.settings(), PASSWORD)
    bell = Bell()
    await asyncio.to_thread(connection.select, "INBOX")
    bell.ring()  # a ring before the wait is not lost
    async with asyncio.timeout(20):
        assert await asyncio.to_thread(connection.rest, bell, FOREVER, FOREVER) is Woken.WAKE
    async with asyncio.timeout(20):
        assert await asyncio.to_thread(connection.rest, bell, 0.05, FOREVER) is Woken.TIMEOUT
    await asyncio.to_thread(connection.close)
    bell.close()


async def test_a_black_holed_server_shows_when_idle_ends(imap_server: PymapServer) -> None:
    async with chaos_proxy(imap_server.port) as proxy:
        settings = imap_server.settings(port=proxy.port)
        connection = await asyncio.to_thread(
            lambda: Connection(settings, PASSWORD, read_seconds=0.3)
        )
        bell = Bell()
        await asyncio.to_thread(connection.select, "INBOX")
        proxy.blackhole()
        with pytest.raises(MailboxUnavailable, match="timed out"):
            await asyncio.to_thread(connection.rest, bell, 0.05, FOREVER)
        connection.drop()
        bell.close()


@pytest.mark.parametrize("said", [b"", b"* BYE go away\r\n", b"* 3 EX"])
async def test_a_server_that_hangs_up_in_idle_is_noticed(said: bytes) -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            await talk.send(b"+ idling\r\n")
            await talk.send(said)
            talk.hang_up()
            return True

        server.hooks[b"IDLE"] = idle
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        bell = Bell()
        await asyncio.to_thread(connection.select, "INBOX")
        async with asyncio.timeout(20):
            with pytest.raises(MailboxUnavailable):
                await asyncio.to_thread(connection.rest, bell, FOREVER, FOREVER)
        connection.drop()
        bell.close()


async def test_chatter_does_not_end_an_idle() -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            await talk.send(b"+ idling\r\n")
            server.idling.set()
            for _ in range(5):
                await talk.send(b"* OK Still here\r\n")
            assert await talk.hear() == b"DONE"
            await talk.ok()
            return True

        server.hooks[b"IDLE"] = idle
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        bell = Bell()
        await asyncio.to_thread(connection.select, "INBOX")
        woken = await asyncio.to_thread(connection.rest, bell, 0.2, FOREVER)
        # Chatter that comes together with the go-ahead cannot be told from news, and ends it.
        assert woken in {Woken.TIMEOUT, Woken.EVENT}
        await asyncio.to_thread(connection.close)
        bell.close()


async def test_a_refused_idle_is_an_error() -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            await talk.send(talk.tag + b" NO not now\r\n")
            return True

        server.hooks[b"IDLE"] = idle
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        bell = Bell()
        await asyncio.to_thread(connection.select, "INBOX")
        with pytest.raises(MailboxUnavailable):
            await asyncio.to_thread(connection.rest, bell, FOREVER, FOREVER)
        connection.drop()
        bell.close()


def test_a_bell_is_rung_by_many_threads_and_after_its_end() -> None:
    bell = Bell()
    ringers = [threading.Thread(target=bell.ring) for _ in range(8)]
    for ringer in ringers:
        ringer.start()
    assert bell.wait(20)
    for ringer in ringers:
        ringer.join()
    bell.silence()
    assert not bell.wait(0)
    bell.close()
    bell.ring()
    bell.close()
