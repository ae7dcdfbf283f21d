"""Receiving from Dovecot, over TLS: what only a full server does."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from imapclient import IMAPClient

from tests.pipeline.post import Post, mail
from tests.servers import Account
from triage.core.arrival import Role

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(90)]


@contextmanager
def human(account: Account) -> Iterator[IMAPClient]:
    """Log in with a mail client of one's own."""
    with IMAPClient("127.0.0.1", account.server.port, ssl=False, timeout=20) as client:
        client.login(account.user, account.server.password)
        yield client


async def test_p1_mail_delivered_while_idle_is_received(account: Account, post: Post) -> None:
    account.deliver(mail(1))
    await post.watching(account.settings(tls=True))
    account.deliver(mail(2))
    assert await post.stored(1) == [mail(2)]


async def test_p1_5000_mails_after_ten_days_off_are_received_whoever_has_read_them(
    account: Account, post: Post
) -> None:
    await post.watching(account.settings(tls=True))
    await post.stop()
    began = datetime.now(UTC) - timedelta(days=10)
    for number in range(5_000):
        at = began + timedelta(minutes=2 * number)
        account.deliver(mail(number), at=at, flags="S" if number % 2 else "")
    post.watch(account.settings(tls=True))
    stored = await post.stored(5_000)
    assert sorted(stored) == sorted(mail(number) for number in range(5_000))
    ((oldest, newest),) = post.rows("SELECT min(arrived), max(arrived) FROM message")
    assert oldest == int(began.timestamp()) * 1_000_000
    assert newest > oldest


async def test_p1_a_folder_numbered_afresh_loses_and_repeats_nothing(
    account: Account, post: Post
) -> None:
    account.deliver_all(mail(number) for number in range(1, 6))
    await post.watching(account.settings(tls=True))
    account.deliver_all(mail(number) for number in range(6, 9))
    await post.stored(3)
    ((before,),) = post.rows("SELECT uidvalidity FROM folder")
    await post.stop()
    account.change_uidvalidity()
    account.deliver_all(mail(number) for number in range(9, 12))
    post.watch(account.settings(tls=True))
    stored = await post.stored(6)
    assert sorted(stored) == sorted(mail(number) for number in range(6, 12))
    assert post.rows("SELECT uidvalidity FROM folder") != [(before,)]
    account.deliver(mail(12))
    assert len(await post.stored(7)) == 7


async def test_nothing_on_the_server_is_changed(account: Account, post: Post) -> None:
    account.deliver(mail(1))
    account.deliver(mail(2), flags="S")
    await post.watching(account.settings(tls=True))
    account.deliver(mail(3))
    account.deliver(mail(4), flags="F")

    def look() -> tuple[object, object]:
        with human(account) as client:
            status = client.folder_status("INBOX")
            client.select_folder("INBOX", readonly=True)
            return status, client.fetch([1, 2, 3, 4], ["FLAGS", "UID"])

    before = await asyncio.to_thread(look)
    await post.stored(2)
    await post.stop()
    await post.watching(account.settings(tls=True))
    assert await asyncio.to_thread(look) == before


async def test_a_folder_deleted_under_the_watcher_and_made_anew_is_watched_again(
    account: Account, post: Post
) -> None:
    def anew() -> None:
        with human(account) as client:
            client.delete_folder("Sent")
            client.create_folder("Sent")
            client.append("Sent", mail(2))

    pace = dataclasses.replace(post.pace(), settle=0.2)
    watcher = await post.watching(account.settings(tls=True), Role.SENT, pace=pace)
    assert watcher.state.path == "Sent"
    account.deliver(mail(1), "Sent")
    await post.until(lambda: post.raws(Role.SENT) == [mail(1)])
    await asyncio.to_thread(anew)
    await post.until(lambda: post.raws(Role.SENT) == [mail(1), mail(2)])


@pytest.mark.parametrize("path", ['Büro & "Söhne"', "a\\b *%", "受信箱", "INBOX/tief"])
async def test_a_folder_with_a_hostile_name_is_watched(
    account: Account, post: Post, path: str
) -> None:
    def make() -> None:
        with human(account) as client:
            client.create_folder(path)
            client.append(path, mail(1))

    def add() -> None:
        with human(account) as client:
            client.append(path, mail(2))

    await asyncio.to_thread(make)
    await post.watching(account.settings(tls=True, folder=path))
    await asyncio.to_thread(add)
    assert await post.stored(1) == [mail(2)]


async def test_p1_a_mail_of_30_mb_is_received_byte_for_byte(account: Account, post: Post) -> None:
    head = mail(1, "")
    line = b"0123456789abcdef" * 4 + b"\r\n"
    large = head + line * (30 * 1024 * 1024 // len(line)) + b"the end\r\n"
    await post.watching(account.settings(tls=True))
    account.deliver(large)
    account.deliver(mail(2))
    stored = await post.stored(2)
    assert sorted(map(len, stored)) == sorted([len(large), len(mail(2))])
    assert set(stored) == {large, mail(2)}
    assert post.rows("SELECT sum(truncated) FROM message") == [(0,)]


async def test_a_mail_above_the_limit_is_kept_as_its_head(account: Account, post: Post) -> None:
    large = mail(1, "x" * 70 + "\r\n") * 20_000
    await post.watching(account.settings(tls=True, max_message=1_000_000))
    account.deliver(large)
    (head,) = await post.stored(1)
    assert large.startswith(head)
    assert len(head) == 262_144
    assert post.rows("SELECT truncated, size FROM message") == [(1, len(large))]


async def test_p1_a_mail_that_a_human_moves_away_stays_and_one_moved_in_is_received(
    account: Account, post: Post
) -> None:
    def away() -> None:
        with human(account) as client:
            client.select_folder("INBOX")
            client.create_folder("Archive")
            client.append("Archive", mail(2))
            client.move([1], "Archive")
            client.select_folder("Archive")
            client.move([1], "INBOX")

    await post.watching(account.settings(tls=True))
    account.deliver(mail(1))
    await post.stored(1)
    await asyncio.to_thread(away)
    assert await post.stored(2) == [mail(1), mail(2)]
    await post.until(lambda: post.rows("SELECT uid FROM seen WHERE gone") == [(1,)])
