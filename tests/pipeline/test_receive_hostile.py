"""Receiving from a server that says exactly the wrong thing at exactly the wrong moment."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from tests.pipeline.post import PATIENCE, Post, mail
from tests.servers import Conversation, scripted_imap
from triage.core.arrival import Role

pytestmark = pytest.mark.timeout(60)

Answer = Callable[[Conversation], Awaitable[None]]

READING = (b"CAPABILITY", b"LOGIN", b"EXAMINE", b"UID SEARCH", b"UID FETCH", b"IDLE", b"DONE")
ALSO = (b"NOOP", b"LOGOUT", b"LIST", b"ID ")


async def test_p1_mail_announced_in_one_packet_with_the_go_ahead_is_seen_20_of_20(
    post: Post,
) -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            if len(server.mails) == 20:
                return False
            number = len(server.mails) + 1
            server.mails[number] = mail(number)
            await talk.send(b"+ idling\r\n* %d EXISTS\r\n" % number)
            await talk.hear()
            await talk.ok()
            return True

        server.hooks[b"IDLE"] = idle
        post.watch(server.settings())
        assert await post.stored(20) == [mail(number) for number in range(1, 21)]
        await post.stop()


async def test_mail_announced_before_the_go_ahead_is_seen(post: Post) -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            if server.mails:
                return False
            server.mails[1] = mail(1)
            await talk.send(b"* 1 EXISTS\r\n+ idling\r\n")
            await talk.hear()
            await talk.ok()
            return True

        server.hooks[b"IDLE"] = idle
        watcher = post.watch(server.settings())
        assert await post.stored(1) == [mail(1)]
        assert watcher.state.last_error == ""
        await post.stop()


async def test_mail_announced_in_the_reply_to_the_search_is_seen(post: Post) -> None:
    async with scripted_imap() as server:
        searches = 0

        async def search(talk: Conversation) -> bool:
            nonlocal searches
            searches += 1
            if searches != 2:  # the first one is the baseline's
                return False
            server.mails[1] = mail(1)
            await talk.ok(b"* SEARCH\r\n* 1 EXISTS\r\n")
            return True

        server.hooks[b"UID SEARCH"] = search
        post.watch(server.settings())
        assert await post.stored(1) == [mail(1)]
        await post.stop()


async def test_mail_that_idle_never_announces_is_found_soon_after_other_mail(post: Post) -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            server.mails.setdefault(1, mail(1))
            return False

        server.hooks[b"IDLE"] = idle
        post.watch(server.settings(), pace=dataclasses.replace(post.pace(), settle=0.05))
        assert await post.stored(1) == [mail(1)]
        await post.stop()


@pytest.mark.parametrize(
    ("said", "gone"),
    [(b"* BYE restarting\r\n", False), (b"* 1 EXI", False), (b"\r\n", False), (b"", True)],
    ids=["goodbye", "half a line", "an empty line", "end of file"],
)
@pytest.mark.parametrize("together", [True, False], ids=["with the go-ahead", "later"])
async def test_p1_a_connection_that_breaks_in_idle_is_made_again(
    post: Post, said: bytes, gone: bool, together: bool
) -> None:
    async with scripted_imap() as server:

        async def idle(talk: Conversation) -> bool:
            if server.mails:
                return False
            server.mails[1] = mail(1)
            if together:
                await talk.send(b"+ idling\r\n" + said)
            else:
                await talk.send(b"+ idling\r\n")
                await talk.send(said)
            if gone:
                talk.hang_up()
            await talk.until_gone()
            return True

        server.hooks[b"IDLE"] = idle
        pace = dataclasses.replace(post.pace(), read=0.5)
        post.watch(server.settings(), pace=pace)
        assert await post.stored(1) == [mail(1)]
        await post.stop()


async def _refuse(talk: Conversation) -> None:
    await talk.send(talk.tag + b" NO [SERVERBUG] cannot read it\r\n")


async def _garble(talk: Conversation) -> None:
    await talk.ok(b'* 3 FETCH (UID 3 BODY[] {4}\r\nabcd "x\r\n')


async def _leave_out(talk: Conversation) -> None:
    await talk.ok(b"* 3 FETCH (UID 3 FLAGS ())\r\n")


async def _hang_up(talk: Conversation) -> None:
    talk.hang_up()


@pytest.mark.parametrize("answer", [_refuse, _garble, _leave_out, _hang_up])
async def test_p10_one_mail_that_cannot_be_fetched_holds_up_no_other_and_becomes_a_stub(
    post: Post, answer: Answer
) -> None:
    async with scripted_imap({1: mail(1)}) as server:
        watcher = await post.watching(server.settings())
        await post.stop()

        async def fetch(talk: Conversation) -> bool:
            asked = talk.line.split()[2].split(b",")
            if b"BODY.PEEK[]" not in talk.line or b"3" not in asked:
                return False
            await answer(talk)
            return True

        server.hooks[b"UID FETCH"] = fetch
        server.mails |= {number: mail(number) for number in range(2, 7)}
        watcher = post.watch(server.settings())
        await post.until(lambda: bool(post.rows("SELECT 1 FROM message WHERE unreadable != ''")))
        head = mail(3).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert sorted(post.raws()) == sorted([mail(2), head, mail(4), mail(5), mail(6)])
        ((why, truncated),) = post.rows(
            "SELECT unreadable, truncated FROM message WHERE unreadable != ''"
        )
        assert "could not" in why
        assert truncated
        assert post.rows("SELECT * FROM failure") == []
        await post.until(lambda: watcher.state.last_error == "")
        await post.stop()


async def test_p10_a_mail_of_which_not_even_the_head_can_be_had_becomes_a_bare_stub(
    post: Post,
) -> None:
    async with scripted_imap() as server:
        await post.watching(server.settings())

        async def fetch(talk: Conversation) -> bool:
            talk.hang_up()
            return True

        server.hooks[b"UID FETCH 1 "] = fetch
        server.mails[1] = mail(1)
        post.watchers[0].wake()
        assert await post.stored(1) == [b""]
        assert post.rows("SELECT uid FROM seen") == [(1,)]
        await post.stop()


@pytest.mark.parametrize("answer", [_refuse, _hang_up])
async def test_p10_a_mail_of_the_baseline_that_cannot_be_read_does_not_stop_the_start(
    post: Post, answer: Answer
) -> None:
    async with scripted_imap({number: mail(number) for number in range(1, 8)}) as server:

        async def fetch(talk: Conversation) -> bool:
            if b"4" not in talk.line.split()[2].split(b","):
                return False
            await answer(talk)
            return True

        server.hooks[b"UID FETCH"] = fetch
        await post.watching(server.settings())
        assert post.rows("SELECT count(*) FROM seen") == [(7,)]
        server.mails[8] = mail(8)
        post.watchers[0].wake()
        assert await post.stored(1) == [mail(8)]
        await post.stop()


async def test_p1_mail_that_came_while_a_baseline_broke_off_is_received(post: Post) -> None:
    async with scripted_imap({1: mail(1)}) as server:

        async def fetch(talk: Conversation) -> bool:
            if len(server.mails) == 1:
                server.mails[2] = mail(2)
                talk.hang_up()
            return False

        server.hooks[b"UID FETCH"] = fetch
        await post.watching(server.settings())
        assert await post.stored(1) == [mail(2)]
        await post.stop()


async def test_p1_a_uid_that_shows_late_and_a_gap_are_received(post: Post) -> None:
    async with scripted_imap({1: mail(1), 9: mail(9)}) as server:
        watcher = await post.watching(server.settings())
        server.mails[5] = mail(5)
        watcher.wake()
        assert await post.stored(1) == [mail(5)]
        await post.stop()


async def test_p1_a_folder_numbered_afresh_under_a_running_watcher_loses_and_repeats_nothing(
    post: Post,
) -> None:
    async with scripted_imap({1: mail(1)}) as server:
        watcher = await post.watching(server.settings())
        server.mails[2] = mail(2)
        watcher.wake()
        await post.stored(1)
        server.uidvalidity = 2
        server.date = b"01-Jan-2099 00:00:00 +0000"  # after the baseline
        # What was known has moved to the other's number, and there is something new.
        server.mails = {1: mail(3), 2: mail(1), 7: mail(2)}
        watcher.wake()
        assert await post.stored(2) == [mail(2), mail(3)]
        assert post.rows("SELECT uid FROM seen ORDER BY uid") == [(1,), (2,), (7,)]
        await post.stop()


async def test_mail_that_has_left_the_folder_is_noted_once_and_kept(post: Post) -> None:
    async with scripted_imap() as server:
        watcher = await post.watching(server.settings())
        server.mails = {1: mail(1), 2: mail(2)}
        watcher.wake()
        await post.stored(2)
        del server.mails[1]
        watcher.wake()
        await post.until(lambda: post.rows("SELECT uid FROM seen WHERE gone") == [(1,)])
        assert post.raws() == [mail(1), mail(2)]
        await post.stop()


async def test_a_server_that_lists_fewer_mails_than_it_has_makes_none_look_deleted(
    post: Post,
) -> None:
    async with scripted_imap() as server:
        watcher = await post.watching(server.settings())
        server.mails = {1: mail(1), 2: mail(2)}
        watcher.wake()
        await post.stored(2)

        async def search(talk: Conversation) -> bool:
            await talk.ok(b"* SEARCH\r\n")
            return True

        server.hooks[b"UID SEARCH"] = search
        before = watcher.state.last_sync
        watcher.wake()
        await post.until(lambda: watcher.state.last_sync != before)
        assert post.rows("SELECT uid FROM seen WHERE gone") == []
        await post.stop()


async def test_nothing_but_reading_commands_is_sent(post: Post) -> None:
    folders = b'* LIST (\\Sent) "/" Sent\r\n'
    async with scripted_imap({1: mail(1)}, folders=folders) as server:
        await post.watching(server.settings())
        await post.watching(server.settings(), Role.SENT)
        server.mails[2] = mail(2)
        post.watchers[0].wake()
        await post.stored(1)
        await post.stop()
        assert [line for line in server.commands if not line.startswith(READING + ALSO)] == []
        assert not [line for line in server.commands if b"BODY[" in line or b"RFC822 " in line]


async def test_p10_a_login_that_the_server_cannot_check_now_is_no_refusal(post: Post) -> None:
    async with scripted_imap() as server:
        times = 0

        async def login(talk: Conversation) -> bool:
            nonlocal times
            times += 1
            if times == 1:
                await talk.send(talk.tag + b" NO [UNAVAILABLE] directory is down\r\n")
            elif times == 2:
                talk.hang_up()
            return times < 3

        server.hooks[b"LOGIN"] = login
        await post.watching(server.settings())
        assert post.refusals == []
        await post.stop()


async def test_a_thread_that_was_told_to_end_writes_no_more(post: Post) -> None:
    async with scripted_imap() as server:
        watcher = await post.watching(server.settings())
        asked, free = asyncio.Event(), threading.Event()
        busy = asyncio.ensure_future(post.thread(free.wait, PATIENCE))
        post.thread.asked = partial(post.loop.call_soon_threadsafe, asked.set)
        server.mails[1] = mail(1)
        watcher.wake()
        async with asyncio.timeout(PATIENCE):
            await asked.wait()  # the mail is fetched, and waits for the store
        watcher.stop()
        free.set()
        assert await asyncio.to_thread(watcher.join)
        assert await busy
        assert post.raws() == []
