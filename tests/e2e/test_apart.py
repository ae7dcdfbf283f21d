"""P10: one bad message, mailbox or relay, or a store that is busy, holds up nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from tests.e2e.posts import Post
from tests.e2e.running import RETURNS, PinnedModel, parts_of, running
from tests.servers import SmtpSink, chaos_proxy
from triage.core.disposition import Disposition
from triage.core.known import Question, Surroundings
from triage.core.prediction import Prediction
from triage.model.predict import Model
from triage.model.reading import Text
from triage.parts import Parts
from triage.store.sqlite import SqliteStore

PATIENCE = 30
POISON = "poison"


def address(name: str) -> str:
    return f"{name}@{name}.example.net"


def mail(name: str, box: str = "support") -> bytes:
    return (
        f"From: <{address(name)}>\r\nTo: {box}@northwind.test\r\n"
        f"Subject: Table of {name}\r\nMessage-ID: <{name}@example.net>\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n"
        f"Hello, this is {name}. The top of my table is cracked.\r\n"
    ).encode()


async def acknowledged(sink: SmtpSink, *names: str) -> None:
    """Wait until exactly these requesters were acknowledged."""
    async with asyncio.timeout(PATIENCE):
        deliveries = await sink.delivered(len(names))
    assert sorted(each.rcpt_tos[0] for each in deliveries) == sorted(
        address(name) for name in names
    )


async def test_p10_a_black_holed_mailbox_does_not_hold_up_the_other(
    post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    async with chaos_proxy(post.port) as proxy:
        desk = post.write_desk(tmp_path, sink.port, ports=(proxy.port, 0))
        async with running(parts_of(desk)):
            proxy.blackhole()
            await post.deliver(mail("ann"), datetime.now(UTC))
            await post.deliver(mail("bob", "billing"), datetime.now(UTC), "billing")
            await acknowledged(sink, "bob")
            proxy.heal()
            proxy.reset()
            await acknowledged(sink, "ann", "bob")


async def test_p10_while_the_relay_is_down_mail_becomes_tickets_and_is_acknowledged_afterwards(
    post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    async with chaos_proxy(sink.port) as proxy:
        desk = post.write_desk(tmp_path, proxy.port)
        proxy.cut_at(b"EHLO")
        async with running(parts_of(desk)) as triage:
            await post.deliver(mail("ann"), datetime.now(UTC))
            async with asyncio.timeout(PATIENCE):
                await proxy.tripped.wait()
            await post.deliver(mail("bob", "billing"), datetime.now(UTC), "billing")
            await triage.until(lambda store: store.counts().tickets == {"open": 2})
            assert "sent" not in triage.store.counts().outgoing
            proxy.heal()
            await acknowledged(sink, "ann", "bob")
            await triage.until(lambda store: store.counts().outgoing == {"sent": 2})


class FussyModel(PinnedModel):
    """A model that fails on one text, and on every batch with it."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        if any(POISON in text.body for text in messages):
            raise ValueError(POISON)
        return super().predict(messages)


class FussyStore(SqliteStore):
    """A store in which the decision on one mail fails."""

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        if question.requester.startswith(POISON):
            raise ValueError(POISON)
        return super().settle(question, decide)


class HiccupStore(FussyStore):
    """A store in which the decision on one mail fails twice, and then no more."""

    failures = 2

    def settle(
        self, question: Question, decide: Callable[[Surroundings], Disposition]
    ) -> Disposition:
        if not question.requester.startswith(POISON) or not self.failures:
            return SqliteStore.settle(self, question, decide)
        self.failures -= 1
        return super().settle(question, decide)


class BrokenModel(PinnedModel):
    """A model that fails on every text until it is mended."""

    def __init__(self, prediction: Prediction) -> None:
        super().__init__(prediction)
        self.mended = False
        self.texts: set[str] = set()

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.texts.update(text.body for text in messages)
        if not self.mended:
            raise RuntimeError("the session is gone")
        return super().predict(messages)


def at_once(parts: Parts) -> Parts:
    """Let nothing rest that failed, so that the test is short."""
    return replace(parts, pause=lambda _: timedelta())


def fussy_model(parts: Parts) -> Parts:
    model = cast("Model", FussyModel(RETURNS))
    return replace(parts, open_model=lambda _policy, _progress: model)


def fussy_store(parts: Parts) -> Parts:
    return replace(parts, open_store=FussyStore)


@pytest.mark.parametrize("fussy", [fussy_model, fussy_store])
async def test_p10_a_mail_that_cannot_be_triaged_is_set_aside_visibly_and_the_others_go_on(
    fussy: Callable[[Parts], Parts], post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    desk = post.write_desk(tmp_path, sink.port)
    parts = parts_of(desk)
    async with running(parts):
        pass  # the baseline
    for name in ("ann", POISON, "bob"):
        await post.deliver(mail(name), datetime.now(UTC))
    async with running(fussy(at_once(parts))) as triage:
        await triage.until(lambda store: store.counts().tickets == {"open": 3})
        await acknowledged(sink, "ann", "bob")
        (aside,) = [row for row in triage.store.queue(None, 10) if "unreadable" in row.badges]
        (kept,) = triage.store.ticket(aside.reference).messages
        assert triage.store.raw(kept.id) == mail(POISON)
    assert (aside.queue, aside.acknowledgement) == ("unsure", "unreadable")
    assert (aside.requester, aside.subject) == (address(POISON), f"Table of {POISON}")


@pytest.mark.parametrize("fussy", [fussy_model, fussy_store])
async def test_p10_a_mail_that_failed_rests_and_the_others_do_not_wait_for_it(
    fussy: Callable[[Parts], Parts], post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    desk = post.write_desk(tmp_path, sink.port)
    parts = replace(parts_of(desk), pause=lambda _: timedelta(days=1))
    async with running(parts):
        pass  # the baseline
    for name in (POISON, "ann", "bob"):
        await post.deliver(mail(name), datetime.now(UTC))
    async with running(fussy(parts)) as triage:
        await acknowledged(sink, "ann", "bob")
        await triage.until(lambda store: store.counts().messages == {"stored": 1, "routed": 2})
        await post.deliver(mail("eve"), datetime.now(UTC))
        await acknowledged(sink, "ann", "bob", "eve")
        assert triage.store.counts().messages == {"stored": 1, "routed": 3}
    async with running(parts) as triage:
        await acknowledged(sink, "ann", "bob", "eve", POISON)


async def test_p10_a_passing_error_makes_no_mail_unreadable(
    post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    desk = post.write_desk(tmp_path, sink.port)
    parts = replace(at_once(parts_of(desk)), open_store=HiccupStore)
    with capture_logs() as logs:
        async with running(parts) as triage:
            await post.deliver(mail(POISON), datetime.now(UTC))
            await acknowledged(sink, POISON)
            (row,) = triage.store.queue(None, 10)
    assert row.badges == ()
    failed = [entry for entry in logs if entry["event"] == "mail_not_triaged"]
    assert [entry["attempts"] for entry in failed] == [1, 2]
    assert all(entry["at"].startswith("triage/pipeline/") for entry in failed)
    assert POISON not in "".join(str(entry) for entry in failed)


async def test_p10_where_the_model_fails_on_any_text_no_mail_is_to_blame(
    post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    desk, model = post.write_desk(tmp_path, sink.port), BrokenModel(RETURNS)
    parts = at_once(parts_of(desk))
    parts = replace(parts, open_model=lambda _policy, _progress: cast("Model", model))
    async with running(parts) as triage:
        for name in ("ann", "bob"):
            await post.deliver(mail(name), datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            alarm = (await sink.delivered(1))[0]
        assert b"Subject: triage: model broken" in alarm.raw
        await triage.until(lambda _: len(model.texts) > 10)
        assert triage.store.counts().tickets == {}
        assert "MODEL BROKEN" in await triage.daemon._status()
        model.mended = True
        await triage.until(lambda store: store.counts().tickets == {"open": 2})
        assert [row.badges for row in triage.store.queue(None, 10)] == [(), ()]
        assert "MODEL BROKEN" not in await triage.daemon._status()
        alarms = [each for each in triage.store.journal(0, 100) if each.name == "alarm"]
        assert len(alarms) == 1


class HastyStore(SqliteStore):
    """A store that waits for another writer for a moment only, so that the test is short."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db.execute("PRAGMA busy_timeout = 50")


async def test_p10_a_store_that_another_process_holds_for_long_ends_nothing(
    post: Post, sink: SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    desk = post.write_desk(tmp_path, sink.port)
    with capture_logs() as logs:
        async with running(replace(parts_of(desk), open_store=HastyStore)) as triage:
            with closing(sqlite3.connect(tmp_path / "triage.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await post.deliver(mail("ann"), datetime.now(UTC))
                await triage.until(lambda _: gave_way() <= {entry["event"] for entry in logs})
                other.execute("ROLLBACK")
            await acknowledged(sink, "ann")


def gave_way() -> set[str]:
    """Name what each stage says when the store was busy."""
    return {"mailbox_lost", "triage_put_off", "send_put_off", "beat_put_off"}
