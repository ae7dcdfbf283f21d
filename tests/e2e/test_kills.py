"""kill -9 at every point of a mail's way, several times in a row: nothing lost, nothing twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.e2e.killed import Point
from tests.e2e.posts import Post
from tests.e2e.process import ended, process
from tests.e2e.running import parts_of, running
from tests.servers import SmtpSink
from triage.core.arrival import Folder, Role
from triage.core.outgoing import State
from triage.store.sqlite import SqliteStore
from triage.store.views import TicketView

PASSED = "Authentication-Results: mx.northwind.test; dmarc=pass header.from=example.net\r\n"
UNDER_WAY = {State.PENDING, State.CLAIMED, State.INFLIGHT}

MISSED = [Point.INFLIGHT]
DELIVERED = [Point.UNREAD, Point.ACCEPTED]
SURE = [point for point in Point if point not in {*MISSED, *DELIVERED}]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail and the mailbox that it is delivered to."""

    raw: bytes
    box: str = "support"


def mail(sender: str, text: str, *, name: str = "", head: str = "", box: str = "support") -> Mail:
    identifier = f"Message-ID: <{name}@example.net>\r\n" if name else ""
    return Mail(
        (
            f"{head}{PASSED}From: <{sender}@example.net>\r\nTo: support@northwind.test\r\n"
            f"Subject: My table, {sender}\r\n{identifier}"
            f"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n{text}\r\n"
        ).encode(),
        box,
    )


ANN = mail("ann", "The top of my table is cracked.", name="ann")
ALIAS = Mail(b"Delivered-To: billing@northwind.test\r\n" + ANN.raw, "billing")
REPLY = mail("ann", "And a leg is missing.", name="ann2", head="In-Reply-To: <ann@example.net>\r\n")
NAMELESS = mail("bob", "Where is the second chair?")
REUSED = mail("cy", "A quite different matter.", name="ann")
DEE = mail("dee", "The drawer does not close.", name="dee")

PARTS: Sequence[Sequence[Mail]] = ((ANN, ALIAS), (REPLY, NAMELESS), (REUSED, DEE))
"""What lies there at each start: every time something for the killer to die of."""

MAILS = [each for part in PARTS for each in part]
REQUESTERS = {"ann@example.net", "bob@example.net", "cy@example.net", "dee@example.net"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the store says when all is quiet."""

    tickets: tuple[TicketView, ...]
    raws: frozenset[bytes]

    @property
    def fates(self) -> Counter[str]:
        """Count the acknowledgements by what became of them."""
        return Counter(str(sent.state) for ticket in self.tickets for sent in ticket.outgoing)


def quiet(store: SqliteStore) -> bool:
    """Say whether every mail was fetched and triaged, and nothing is left to send."""
    fetched = sum(
        len(store.seen(Folder(box, "INBOX", Role.INBOX))) for box in ("support", "billing")
    )
    counts = store.counts()
    return (
        fetched == len(MAILS)
        and set(counts.messages) == {"routed"}
        and not (UNDER_WAY & set(counts.outgoing))
    )


def outcome(store: SqliteStore) -> Outcome:
    tickets = tuple(store.ticket(row.reference) for row in store.queue(None, 100))
    messages = [message.id for ticket in tickets for message in ticket.messages]
    return Outcome(tickets, frozenset(store.raw(message) for message in messages))


async def killed_again_and_again(
    point: Point, times: int, post: Post, sink: SmtpSink, folder: Path
) -> Outcome:
    """Let a daemon die at `point` so many times in a row, then run one until all is quiet."""
    desk = post.write_desk(folder, sink.port)
    async with running(parts_of(desk)):
        pass  # the baseline of both mailboxes: what comes from now on counts
    count = folder / "deaths-left"
    count.write_text(str(times))
    start = datetime.now(UTC)
    deliveries = [
        [(each, start + timedelta(seconds=MAILS.index(each))) for each in part] for part in PARTS
    ]
    log = folder / "log"
    for _ in range(times):
        for each, at in deliveries.pop(0) if deliveries else ():
            await post.deliver(each.raw, at, each.box)
        async with process("tests.e2e.killed", desk, point, count, log=log) as daemon:
            assert await ended(daemon) == -signal.SIGKILL, log.read_text()
    assert count.read_text() == "0"
    for each, at in (late for part in deliveries for late in part):
        await post.deliver(each.raw, at, each.box)
    async with running(parts_of(desk)) as triage:
        await triage.until(quiet)
        return outcome(triage.store)


def nothing_is_lost(after: Outcome) -> None:
    """P1: every mail is there byte for byte, and every human has a ticket."""
    assert after.raws - {ALIAS.raw, ANN.raw} == {
        each.raw for each in MAILS if each not in {ANN, ALIAS}
    }
    assert len(after.raws & {ALIAS.raw, ANN.raw}) == 1  # the copy is one more place of the same
    assert Counter(ticket.row.requester for ticket in after.tickets) == Counter(REQUESTERS)
    assert {ticket.row.requester: ticket.row.messages for ticket in after.tickets} == {
        requester: 2 if requester.startswith("ann") else 1 for requester in REQUESTERS
    }


def recipients(sink: SmtpSink) -> Counter[str]:
    return Counter(address for delivery in sink.deliveries for address in delivery.rcpt_tos)


def threads(sink: SmtpSink) -> Counter[str]:
    return Counter(
        str(message_from_bytes(delivery.raw)["Message-ID"]) for delivery in sink.deliveries
    )


def nothing_left_twice(sink: SmtpSink) -> None:
    """P2: no requester and no thread was acknowledged twice."""
    assert all(times == 1 for times in recipients(sink).values())
    assert all(times == 1 for times in threads(sink).values())


def unknown_is_shown(after: Outcome, times: int) -> None:
    """P2: an acknowledgement of unknown fate is visible on its ticket, and in its history."""
    shown = [ticket for ticket in after.tickets if ticket.row.acknowledgement == "unknown"]
    assert len(shown) == times
    for ticket in shown:
        (mail,) = ticket.outgoing
        assert mail.state is State.UNKNOWN
        assert "acknowledgement_unknown" in [event.name for event in ticket.events]


def deaths(point: Point) -> int:
    """How often in a row: a mail that was being triaged at three deaths is set aside."""
    return 2 if point in {Point.JUDGED, Point.SETTLING} else 3


@pytest.mark.parametrize("point", SURE, ids=str)
async def test_p1_p2_killed_here_all_mail_is_kept_and_acknowledged_once(
    point: Point, post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    after = await killed_again_and_again(point, deaths(point), post, sink, tmp_path)
    nothing_is_lost(after)
    nothing_left_twice(sink)
    assert after.fates == {"sent": 4}
    assert set(recipients(sink)) == REQUESTERS


@pytest.mark.parametrize("point", MISSED, ids=str)
async def test_p1_p2_killed_before_data_an_acknowledgement_is_missed_and_shown(
    point: Point, post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    after = await killed_again_and_again(point, 3, post, sink, tmp_path)
    nothing_is_lost(after)
    nothing_left_twice(sink)
    assert after.fates == {"unknown": 3, "sent": 1}
    unknown_is_shown(after, 3)
    assert len(sink.deliveries) == 1


@pytest.mark.parametrize("point", DELIVERED, ids=str)
async def test_p1_p2_killed_after_the_final_dot_an_acknowledgement_is_never_repeated(
    point: Point, post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    after = await killed_again_and_again(point, 3, post, sink, tmp_path)
    nothing_is_lost(after)
    nothing_left_twice(sink)
    assert after.fates == {"unknown": 3, "sent": 1}
    unknown_is_shown(after, 3)
    assert set(recipients(sink)) == REQUESTERS  # each was delivered before the death


async def test_p1_p10_a_mail_that_stops_the_daemon_three_times_is_set_aside_and_others_go_on(
    post: Post, sink: SmtpSink, tmp_path: Path
) -> None:
    after = await killed_again_and_again(Point.JUDGED, 3, post, sink, tmp_path)
    assert {each.raw for each in MAILS} - after.raws <= {ANN.raw, ALIAS.raw}
    (aside,) = [ticket for ticket in after.tickets if "unreadable" in ticket.row.badges]
    assert (aside.row.queue, aside.row.acknowledgement) == ("unsure", "unreadable")
    nothing_left_twice(sink)
    assert set(recipients(sink)) == REQUESTERS
