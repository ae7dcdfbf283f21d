"""Junk on Dovecot: watched and stored, never changed; what is moved takes its new place."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tests.pipeline.post import Post, mail
from tests.pipeline.test_receive_dovecot import human
from tests.servers import Account
from triage.core.arrival import Role

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(90)]

IN_JUNK = "SELECT bytes FROM raw JOIN message ON id = message WHERE junk = 1 ORDER BY id"


def in_junk(post: Post) -> list[bytes]:
    return [bytes(raw) for (raw,) in post.rows(IN_JUNK)]


def move(account: Account, source: str, target: str) -> None:
    with human(account) as client:
        client.select_folder(source)
        client.move(client.search(["ALL"]), target)


async def test_p1_junk_is_found_by_its_mark_and_kept_byte_for_byte(
    account: Account, post: Post
) -> None:
    account.deliver(mail(1), "Junk")
    watcher = await post.watching(account.settings(tls=True), Role.JUNK)
    assert watcher.state.path == "Junk"
    account.deliver(mail(2), "Junk")
    await post.until(lambda: in_junk(post) == [mail(2)])
    assert post.rows("SELECT role, junk FROM folder") == [("inbox", 1)]


async def test_nothing_in_junk_is_changed(account: Account, post: Post) -> None:
    def look() -> tuple[object, object]:
        with human(account) as client:
            status = client.folder_status("Junk")
            client.select_folder("Junk", readonly=True)
            return status, client.fetch([1, 2], ["FLAGS", "UID"])

    await post.watching(account.settings(tls=True), Role.JUNK)
    account.deliver(mail(1), "Junk")
    account.deliver(mail(2), "Junk", flags="S")
    before = await asyncio.to_thread(look)
    await post.until(lambda: len(in_junk(post)) == 2)
    await post.stop()
    await post.watching(account.settings(tls=True), Role.JUNK)
    assert await asyncio.to_thread(look) == before


async def test_a_mail_moved_from_junk_to_the_inbox_is_the_same_one_and_waits_for_triage(
    account: Account, post: Post
) -> None:
    settings = account.settings(tls=True)
    await post.watching(settings, Role.JUNK)
    await post.watching(settings, Role.INBOX)
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    account.deliver(mail(1), "Junk", at=at)
    await post.until(lambda: in_junk(post) == [mail(1)])
    await asyncio.to_thread(move, account, "Junk", "INBOX")
    await post.until(lambda: not in_junk(post))
    rows = post.rows("SELECT role, junk, state, again, arrived FROM message")
    assert rows == [("inbox", 0, "stored", 1, int(at.timestamp()) * 1_000_000)]


async def test_an_untriaged_mail_moved_from_the_inbox_to_junk_is_junk(
    account: Account, post: Post
) -> None:
    settings = account.settings(tls=True)
    await post.watching(settings, Role.JUNK)
    await post.watching(settings, Role.INBOX)
    account.deliver(mail(1))
    assert await post.stored(1) == [mail(1)]
    assert not in_junk(post)
    await asyncio.to_thread(move, account, "INBOX", "Junk")
    await post.until(lambda: in_junk(post) == [mail(1)])
