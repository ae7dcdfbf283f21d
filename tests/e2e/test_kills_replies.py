"""A daemon that is killed while an answer leaves: it arrives once, or somebody is asked."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.killed import Point
from tests.e2e.posts import Post
from tests.e2e.process import ended, process
from tests.e2e.running import parts_of, running
from tests.e2e.test_kills import ANN
from tests.servers import SmtpSink
from tests.store.written import MARIA, key, reply, written
from triage.core.message import Address
from triage.core.outgoing import State
from triage.core.reply import Written
from triage.core.ticket import OutboxId, Status
from triage.store.sqlite import SqliteStore, open_store

DELIVERED = {Point.UNREAD, Point.ACCEPTED}
LEAVING = (
    Point.CLAIMED,
    Point.ENVELOPE,
    Point.INFLIGHT,
    Point.UNREAD,
    Point.ACCEPTED,
    Point.SENT,
)
TEXT = "A new top leaves today."


def triaged(store: SqliteStore) -> bool:
    row = next(iter(store.queue(None, 1)), None)
    return row is not None and row.acknowledgement == "sent"


def settled(mail: OutboxId) -> Callable[[SqliteStore], bool]:
    ends = {State.SENT, State.UNKNOWN, State.FAILED}
    return lambda store: store.reply(mail).state in ends


def put(path: Path) -> tuple[str, OutboxId, Written]:
    """Press the key on the page of a desk whose daemon is about to start."""
    store, now = open_store(path), datetime.now(UTC)
    try:
        name = store.queue(None, 1)[0].reference
        answer = reply(TEXT, to=(Address("ann@example.net"),))
        made = written(store, name, answer, key(), now)
        seen = store.correspondence(name).seen
        return name, store.put_reply(name, made, MARIA, seen, now, now), made
    finally:
        store.close()


@pytest.mark.parametrize("point", LEAVING, ids=str)
async def test_p2_killed_here_an_answer_arrives_once_or_is_asked_about(
    point: Point, post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    desk = post.write_desk(tmp_path, sink.port)
    async with running(parts_of(desk)) as triage:
        await post.deliver(ANN.raw, datetime.now(UTC))
        await triage.until(triaged)
    acknowledged = len(sink.deliveries)
    name, mail, made = put(tmp_path / "triage.db")
    count, log = tmp_path / "deaths-left", tmp_path / "log"
    count.write_text("1")
    async with process("tests.e2e.killed", desk, point, count, log=log) as daemon:
        assert await ended(daemon) == -signal.SIGKILL, log.read_text()
    async with running(parts_of(desk)) as triage:
        await triage.until(settled(mail))
        view, ticket = triage.store.reply(mail), triage.store.ticket(name)
    arrived = [one for one in sink.deliveries[acknowledged:] if made.message_id.encode() in one.raw]
    unsure = point in {Point.INFLIGHT, *DELIVERED}
    assert len(arrived) == (0 if point is Point.INFLIGHT else 1)
    assert view.state is (State.UNKNOWN if unsure else State.SENT)
    assert view.text == TEXT
    assert ticket.row.status is (Status.OPEN if unsure else Status.WAITING)
    assert ("reply_unknown" in ticket.row.badges) is unsure
