"""Packing, fetching, and what names a mail."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.servers import Conversation, scripted_imap
from triage.mailbox import Connection, pack
from triage.mailbox.fetching import CHUNK, MOST_BYTES, MOST_MAILS
from triage.mailbox.identity import identity

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@given(st.lists(st.integers(0, 2 * MOST_BYTES), max_size=300))
def test_batches_hold_every_mail_once_in_order_within_the_limits(sizes: list[int]) -> None:
    table = dict(enumerate(sizes, 1))
    batches = list(pack(table, table))
    assert [uid for batch in batches for uid in batch] == list(table)
    for batch in batches:
        assert len(batch) <= MOST_MAILS
        assert len(batch) == 1 or sum(table[uid] for uid in batch) <= MOST_BYTES


lines = st.from_regex(rb"[ -~]{0,30}", fullmatch=True)


@given(
    st.lists(
        st.tuples(st.sampled_from([b"Message-ID", b"from", b"DATE", b"X-From", b"Subject"]), lines),
        max_size=8,
    ),
    st.binary(max_size=80),
)
def test_a_mail_is_named_alike_by_its_whole_and_by_the_fields_a_server_picks(
    headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    whole = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    wanted = {b"message-id", b"from", b"date"}
    picked = b"".join(
        name + b": " + value + b"\r\n" for name, value in headers if name.lower() in wanted
    )
    assert identity(whole + b"\r\n" + body, 7) == identity(picked + b"\r\n", 7)


def test_a_folded_header_names_a_mail_like_an_unfolded_one() -> None:
    folded = b"Message-ID:\r\n <a@b>\r\nFrom: Ann\r\n\t<a@b>\r\n\r\n"
    assert identity(folded, 1) == identity(b"Message-ID: <a@b>\nFrom: Ann <a@b>\n\n", 1)


def test_fields_in_the_body_name_nothing() -> None:
    assert identity(b"Subject: x\r\n\r\nMessage-ID: <a@b>\r\n", 1) == identity(b"", 1)


def test_size_and_each_field_tell_mails_apart() -> None:
    base = b"Message-ID: <a@b>\r\nFrom: x\r\nDate: d\r\n\r\n"
    others = [base.replace(b"<a", b"<c"), base.replace(b"x", b"y"), base.replace(b"d\r", b"e\r")]
    names = {identity(raw, 1) for raw in (base, *others)} | {identity(base, 2)}
    assert len(names) == 5


async def test_a_large_mail_comes_in_chunks_byte_for_byte_even_if_its_size_is_an_estimate() -> None:
    raw = b"Subject: x\r\n\r\n" + bytes(range(256)) * (9 * 4096)
    async with scripted_imap({1: raw, 2: b"Subject: y\r\n\r\nsmall"}) as server:
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        await asyncio.to_thread(connection.select, "INBOX")
        for told in (len(raw), len(raw) - 4000, len(raw) + 4000, len(raw) // CHUNK * CHUNK):
            sizes = {1: told, 2: 19}
            fetched = await asyncio.to_thread(connection.fetch, [1, 2], sizes, 10**9, NOW)
            assert {arrival.uid: arrival.raw for arrival in fetched.arrivals} == server.mails
            assert not any(arrival.truncated for arrival in fetched.arrivals)
            assert {arrival.internal_date for arrival in fetched.arrivals} == {SENT_AT}
        await asyncio.to_thread(connection.close)


async def test_a_mail_that_is_larger_than_the_server_said_is_cut_at_the_limit() -> None:
    raw = b"Subject: x\r\n\r\n" + b"z" * (12 * CHUNK)
    async with scripted_imap({1: raw}) as server:
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        await asyncio.to_thread(connection.select, "INBOX")
        limit = 10 * CHUNK
        fetched = await asyncio.to_thread(connection.fetch, [1], {1: 9 * CHUNK}, limit, NOW)
        (arrival,) = fetched.arrivals
        assert arrival.truncated
        assert raw.startswith(arrival.raw)
        await asyncio.to_thread(connection.close)


async def test_a_refused_batch_is_halved_until_only_the_refused_mails_are_missing() -> None:
    mails = {uid: b"Subject: %d\r\n\r\nx" % uid for uid in range(1, 51)}
    async with scripted_imap(mails) as server:

        async def fetch(talk: Conversation) -> bool:
            asked = {int(uid) for uid in talk.line.split()[2].split(b",")}
            if b"BODY" not in talk.line or not asked & {7, 33}:
                return False
            await talk.send(talk.tag + b" NO cannot\r\n")
            return True

        server.hooks[b"UID FETCH"] = fetch
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        await asyncio.to_thread(connection.select, "INBOX")
        sizes = await asyncio.to_thread(connection.sizes, list(mails))
        fetched = await asyncio.to_thread(connection.fetch, list(mails), sizes, 10**9, NOW)
        assert fetched.failed == {7, 33}
        assert {arrival.uid: arrival.raw for arrival in fetched.arrivals} == {
            uid: raw for uid, raw in mails.items() if uid not in fetched.failed
        }
        await asyncio.to_thread(connection.close)


async def test_an_empty_body_of_a_mail_that_is_not_empty_is_a_failure() -> None:
    async with scripted_imap({1: b"", 2: b""}) as server:
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        await asyncio.to_thread(connection.select, "INBOX")
        fetched = await asyncio.to_thread(connection.fetch, [1, 2], {1: 0, 2: 500}, 10**9, NOW)
        assert [arrival.uid for arrival in fetched.arrivals] == [1]
        assert fetched.failed == {2}
        await asyncio.to_thread(connection.close)


async def test_a_date_that_the_server_does_not_tell_is_now() -> None:
    async with scripted_imap({1: b"Subject: x\r\n\r\nx"}) as server:

        async def fetch(talk: Conversation) -> bool:
            await talk.ok(b'* 1 FETCH (UID 1 INTERNALDATE "gibberish" BODY[] "x")\r\n')
            return True

        server.hooks[b"UID FETCH"] = fetch
        connection = await asyncio.to_thread(Connection, server.settings(), "pw")
        await asyncio.to_thread(connection.select, "INBOX")
        fetched = await asyncio.to_thread(connection.fetch, [1], {1: 1}, 10**9, NOW)
        assert [arrival.internal_date for arrival in fetched.arrivals] == [NOW]
        await asyncio.to_thread(connection.close)
