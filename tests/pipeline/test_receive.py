"""Receiving from a real server in this process: what is taken over, and when."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.pipeline.post import Post, mail
from tests.servers import PymapServer, chaos_proxy, pymap_server
from triage.core.arrival import Folder, Role
from triage.pipeline.receive import Watcher

pytestmark = pytest.mark.timeout(60)


async def test_mail_that_was_there_before_the_first_start_is_not_received(
    imap_server: PymapServer, post: Post
) -> None:
    await imap_server.deliver(mail(1))
    await post.watching(imap_server.settings())
    await imap_server.deliver(mail(2))
    assert await post.stored(1) == [mail(2)]
    assert post.progress == [("INBOX", 1, 1)]


async def test_p1_mail_is_received_byte_for_byte_while_idle(
    imap_server: PymapServer, post: Post
) -> None:
    await post.watching(imap_server.settings())
    odd = b"From: x@example.org\r\nSubject: \xff\x00\r\n\r\n\x80 bare\nlines\r\n.\r\n"
    await imap_server.deliver(odd)
    await imap_server.deliver(b"no header at all")
    assert await post.stored(2) == [odd, b"no header at all"]


async def test_p1_mail_that_a_human_has_read_is_received(
    imap_server: PymapServer, post: Post
) -> None:
    await post.watching(imap_server.settings())
    await post.stop()
    for number in range(1, 11):
        read = (b"\\Seen", b"\\Flagged") if number % 2 else ()
        await imap_server.deliver(mail(number), flags=read)
    post.watch(imap_server.settings())
    assert await post.stored(10) == [mail(number) for number in range(1, 11)]


async def test_p1_a_folder_numbered_afresh_is_recognised_and_loses_nothing(
    imap_server: PymapServer, post: Post
) -> None:
    await imap_server.deliver(mail(1))
    await post.watching(imap_server.settings())
    await imap_server.deliver(mail(2))
    await post.stored(1)
    await post.stop()
    inbox = await imap_server.folder("support", "INBOX")
    inbox._uid_validity += 1
    await imap_server.deliver(mail(3))
    await post.watching(imap_server.settings())
    assert post.raws() == [mail(2), mail(3)]
    assert post.rows("SELECT uidvalidity FROM folder") == [(inbox.uid_validity,)]


async def test_a_server_without_idle_is_polled(post: Post) -> None:
    async with pymap_server(idle=False) as server:
        await post.watching(server.settings(poll_every=timedelta(seconds=0.05)))
        await server.deliver(mail(1))
        assert await post.stored(1) == [mail(1)]
        await post.stop()


async def test_a_woken_watcher_looks_at_once(post: Post) -> None:
    async with pymap_server(idle=False) as server:
        watcher = await post.watching(server.settings())
        await server.deliver(mail(1))
        watcher.wake()
        assert await post.stored(1) == [mail(1)]
        await post.stop()


async def test_sent_mail_is_received_with_its_role(imap_server: PymapServer, post: Post) -> None:
    await post.watching(imap_server.settings(), Role.SENT)
    await post.watching(imap_server.settings())
    await imap_server.deliver(mail(1), folder="Sent")
    await post.until(lambda: post.raws(Role.SENT) == [mail(1)])
    assert post.raws() == []


async def test_a_missing_folder_of_sent_mail_is_no_error_and_its_first_mail_is_received(
    post: Post,
) -> None:
    async with pymap_server(sent=None) as server:
        watcher = await post.watching(server.settings(), Role.SENT)
        assert watcher.state.absent
        assert watcher.state.last_error == ""
        await server.create("support", "Gesendet")
        await server.deliver(mail(1), folder="Gesendet")
        await post.until(lambda: post.raws(Role.SENT) == [mail(1)])
        assert not watcher.state.absent
        assert watcher.state.path == "Gesendet"
        await post.stop()


async def test_p10_one_refused_account_leaves_the_other_mailbox_running(post: Post) -> None:
    async with pymap_server("support", "billing") as server:
        refused = post.watch(server.settings("billing"), password="wrong")
        await post.until(lambda: bool(post.refusals))
        await post.watching(server.settings("support"))
        await server.deliver(mail(1), user="support")
        assert await post.stored(1) == [mail(1)]
        assert "refused" in refused.state.last_error
        assert not refused.state.connected
        await server.set_password("billing", "wrong")
        await post.until(lambda: refused.state.connected)
        assert len(post.refusals) == 1
        await post.stop()


async def test_p11_of_an_unexpected_error_the_log_says_where_it_happened_and_not_what(
    imap_server: PymapServer, post: Post
) -> None:
    def unlucky(_folder: Folder, _done: int, _total: int) -> None:
        raise ValueError("what a mail said")

    await imap_server.deliver(mail(1))
    watching = await post.watching(imap_server.settings(), Role.SENT)
    watcher = Watcher(replace(watching.watch, role=Role.INBOX, progress=unlucky))
    post.watchers.append(watcher)
    with capture_logs() as logs:
        watcher.start()
        await post.until(lambda: bool(watcher.state.last_error))
        await post.stop()
    lost = next(entry for entry in logs if entry["event"] == "mailbox_lost")
    assert lost["error"] == "ValueError"
    assert re.fullmatch(r"triage/pipeline/takeover\.py:\d+", lost["at"])
    assert "what a mail said" not in str(logs)


async def test_p10_a_stuck_thread_is_replaced_and_nothing_is_lost(
    imap_server: PymapServer, post: Post
) -> None:
    async with chaos_proxy(imap_server.port) as proxy:
        watcher = await post.watching(imap_server.settings(port=proxy.port))
        proxy.blackhole()
        watcher.wake()  # it now waits for an answer to DONE
        await imap_server.deliver(mail(1))
        assert not watcher.stuck
        proxy.heal()
        watcher.replace()
        assert await post.stored(1) == [mail(1)]
        await post.until(lambda: watcher.state.connected)
        await post.stop()


async def test_p1_a_black_holed_server_is_given_up_and_reached_again(
    imap_server: PymapServer, post: Post
) -> None:
    impatient = post.pace()
    pace = type(impatient)(
        uniform=post.least, shortest=0.02, longest=0.05, again=0.0, absent=0.05, read=0.3
    )
    async with chaos_proxy(imap_server.port) as proxy:
        watcher = await post.watching(imap_server.settings(port=proxy.port), pace=pace)
        proxy.blackhole()
        await imap_server.deliver(mail(1))
        watcher.wake()
        await post.until(lambda: "timed out" in watcher.state.last_error)
        proxy.heal()
        assert await post.stored(1) == [mail(1)]
        await post.stop()


async def test_p1_a_reset_connection_is_made_again(imap_server: PymapServer, post: Post) -> None:
    async with chaos_proxy(imap_server.port) as proxy:
        await post.watching(imap_server.settings(port=proxy.port))
        for number in range(1, 4):
            proxy.reset()
            await imap_server.deliver(mail(number))
            await post.stored(number)
        await post.stop()
    assert post.raws() == [mail(1), mail(2), mail(3)]


async def test_p1_a_connection_cut_in_a_fetch_repeats_it(
    imap_server: PymapServer, post: Post
) -> None:
    async with chaos_proxy(imap_server.port) as proxy:
        watcher = await post.watching(imap_server.settings(port=proxy.port))
        proxy.cut_at(b"BODY.PEEK[]")
        await imap_server.deliver(mail(1))
        await post.until(proxy.tripped.is_set)
        proxy.heal()
        assert await post.stored(1) == [mail(1)]
        assert post.rows("SELECT uid FROM failure") == []
        await post.until(lambda: watcher.state.last_error == "")
        await post.stop()


async def test_a_watcher_stops_while_idle(imap_server: PymapServer, post: Post) -> None:
    watcher = await post.watching(imap_server.settings())
    await post.stop()
    assert not watcher.state.connected
    assert watcher.join(0)


async def test_a_watcher_stops_while_it_waits_after_an_error(post: Post) -> None:
    async with pymap_server() as server:
        settings = server.settings()
    pace = type(post.pace())(uniform=post.least, shortest=300.0)
    watcher = post.watch(settings, pace=pace)
    await post.until(lambda: watcher.state.last_error != "")
    await post.stop()


async def test_a_watcher_stops_although_the_server_is_silent(
    imap_server: PymapServer, post: Post
) -> None:
    async with chaos_proxy(imap_server.port) as proxy:
        watcher = await post.watching(imap_server.settings(port=proxy.port))
        proxy.blackhole()
        watcher.stop()
        assert await asyncio.to_thread(watcher.join, 0.05)
