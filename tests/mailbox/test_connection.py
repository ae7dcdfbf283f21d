"""Connecting, logging in, selecting and searching."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tests.servers import (
    Account,
    Conversation,
    PymapServer,
    ScriptedImap,
    listening,
    pymap_server,
    scripted_imap,
)
from triage.config.settings import MailboxSettings, Security
from triage.errors import AuthenticationRefused, MailboxUnavailable
from triage.mailbox import Connection

PASSWORD = "correct-horse"


@asynccontextmanager
async def connected(
    settings: MailboxSettings, password: str = PASSWORD
) -> AsyncIterator[Connection]:
    connection = await asyncio.to_thread(Connection, settings, password)
    try:
        yield connection
    finally:
        await asyncio.to_thread(connection.close)


async def _reason(settings: MailboxSettings, password: str = PASSWORD) -> str:
    with pytest.raises(MailboxUnavailable) as failed:
        await asyncio.to_thread(Connection, settings, password)
    return str(failed.value)


async def test_a_wrong_password_is_a_refusal_that_names_the_mailbox(
    imap_server: PymapServer,
) -> None:
    with pytest.raises(AuthenticationRefused, match="mailbox support") as refused:
        await asyncio.to_thread(Connection, imap_server.settings(), "wrong")
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize("password", ['sp ace "quote\\', "p\u00e4ssw\u00f6rd", "%{}()*"])
async def test_any_password_works(password: str) -> None:
    async with pymap_server() as server:
        await server.set_password("support", password)
        async with connected(server.settings(), password) as connection:
            assert connection.idles


async def test_nobody_listening_is_no_refusal() -> None:
    async with scripted_imap() as server:
        settings = server.settings()
    assert "refused" in (await _reason(settings)).lower()


async def _drop(talk: Conversation) -> bool:
    talk.hang_up()
    return True


def _no(text: bytes) -> Callable[[Conversation], Awaitable[bool]]:
    async def answer(talk: Conversation) -> bool:
        await talk.send(talk.tag + b" NO " + text + b"\r\n")
        return True

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        _drop,
        _no(b"[UNAVAILABLE] directory is down"),
        _no(b"[LIMIT] slow down"),
        _no(b"[ALERT] Too many simultaneous connections. (Failure)"),
    ],
)
async def test_a_login_that_may_work_later_is_no_refusal(
    answer: Callable[[Conversation], Awaitable[bool]],
) -> None:
    async with scripted_imap() as server:
        server.hooks[b"LOGIN"] = answer
        assert "login" in await _reason(server.settings())


@pytest.mark.parametrize("text", [b"[AUTHENTICATIONFAILED] no", b"Invalid credentials"])
async def test_a_refused_login_is_a_refusal(text: bytes) -> None:
    async with scripted_imap() as server:
        server.hooks[b"LOGIN"] = _no(text)
        with pytest.raises(AuthenticationRefused):
            await asyncio.to_thread(Connection, server.settings(), "pw")


async def test_a_server_that_never_greets_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* BYE too busy\r\n")

    async with listening(silent) as port:
        settings = ScriptedImap(port=port).settings()
        assert "connect" in await _reason(settings)


async def test_a_password_is_not_sent_where_starttls_is_missing() -> None:
    async with scripted_imap() as server:
        assert "connect" in await _reason(server.settings(security=Security.STARTTLS))
        assert [line for line in server.commands if b"LOGIN" in line] == []


async def test_the_server_is_told_who_we_are_where_it_asks() -> None:
    async with scripted_imap(capabilities=b"IMAP4rev1 ID") as server:
        async with connected(server.settings()) as connection:
            assert not connection.idles
        assert [line for line in server.commands if line.startswith(b"ID (")]


async def test_a_folder_is_opened_read_only_and_a_missing_one_is_named_so(
    imap_server: PymapServer,
) -> None:
    async with connected(imap_server.settings()) as connection:
        selected = await asyncio.to_thread(connection.select, "INBOX")
        assert (selected.uidnext, selected.exists) == (101, 0)
        with pytest.raises(MailboxUnavailable, match="select"):
            await asyncio.to_thread(connection.select, "no such folder")


async def test_a_large_folder_is_searched_in_windows() -> None:
    uids = dict.fromkeys((*range(1, 60_001), 170_000, 170_005), b"")
    async with scripted_imap(uids) as server:
        async with connected(server.settings()) as connection:
            selected = await asyncio.to_thread(connection.select, "INBOX")
            found = await asyncio.to_thread(connection.uids, selected)
            assert found == frozenset(uids)
            above = await asyncio.to_thread(connection.uids, selected, 170_006)
            assert above == frozenset()
        searches = [line for line in server.commands if line.startswith(b"UID SEARCH")]
    assert searches[0] == b"UID SEARCH UID 1:50000"
    assert len(searches) > 2


async def test_a_connection_broken_from_another_thread_fails_at_once() -> None:
    async with scripted_imap() as server:
        heard = asyncio.Event()

        async def silent(talk: Conversation) -> bool:
            heard.set()
            await talk.until_gone()
            return True

        server.hooks[b"EXAMINE"] = silent
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        async with asyncio.timeout(20):
            waiting = asyncio.ensure_future(asyncio.to_thread(connection.select, "INBOX"))
            await heard.wait()
            connection.shutdown()
            with pytest.raises(MailboxUnavailable):
                await waiting
        connection.drop()


def test_the_librarys_own_log_stays_silent_about_mail() -> None:
    assert logging.getLogger("imapclient.imaplib").getEffectiveLevel() >= logging.WARNING


@pytest.mark.dovecot
async def test_a_certificate_is_verified(account: Account) -> None:
    trusted = account.settings(tls=True)
    async with connected(trusted) as connection:
        assert connection.idles
    untrusted = await _reason(account.settings(tls=True, ca_file=None))
    assert "certificate not trusted" in untrusted
    other_name = await _reason(account.settings(tls=True, host="127.0.0.1"))
    assert "certificate not trusted" in other_name


@pytest.mark.dovecot
async def test_starttls_protects_the_login(account: Account) -> None:
    settings = account.settings(
        host="localhost", security=Security.STARTTLS, ca_file=account.server.ca_file
    )
    async with connected(settings) as connection:
        selected = await asyncio.to_thread(connection.select, "INBOX")
        assert selected.exists == 0
    assert "certificate" in await _reason(
        account.settings(host="localhost", security=Security.STARTTLS)
    )


@pytest.mark.dovecot
async def test_sent_mail_is_found_by_its_mark(account: Account) -> None:
    async with connected(account.settings(tls=True)) as connection:
        assert await asyncio.to_thread(connection.find_sent) == "Sent"
        assert await asyncio.to_thread(connection.find_sent, "Elsewhere") is None
        assert await asyncio.to_thread(connection.find_sent, "INBOX") == "INBOX"
