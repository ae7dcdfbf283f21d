"""What lies in junk is looked through; nothing comes of it until somebody says it is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import (
    INBOX,
    IS_HUMAN,
    IS_SPAM,
    NOW,
    TERMS,
    TWO_MAILBOXES,
    Desk,
    arrival,
    mail,
)
from triage.core.arrival import Folder, Role
from triage.core.disposition import Junked, Open
from triage.core.prediction import Prediction
from triage.core.ticket import MessageId, TicketId, handle
from triage.store.sqlite import SqliteStore

JUNK = Folder("support", "Junk", Role.JUNK)
BILLING = Folder("billing", "INBOX", Role.INBOX)
MINUTE = timedelta(minutes=1)
SPAM = "X-Spam-Flag: YES"
FAILED = "Authentication-Results: mx.northwind.example; dmarc=fail header.from=example.net"
UNSURE = Prediction(queue_scores={"returns": 0.5, "orders": 0.5}, queue_sure=False)


@pytest.fixture(autouse=True)
def baseline(store: SqliteStore) -> None:
    store.take_baseline(JUNK, 1, [], NOW - timedelta(hours=1))


def other(
    text: str = "Is the walnut table in stock?", *, more: str = "", sender: str = ""
) -> bytes:
    return mail(
        text,
        sender=sender or "Kim Roe <kim@example.org>",
        message_id="<other@example.org>",
        subject="Walnut table",
        more=more,
    )


def served(desk: Desk) -> Open:
    """Have Jo acknowledged before."""
    opened = desk.take(mail())
    assert isinstance(opened, Open)
    sent = desk.claim()
    assert sent is not None
    desk.store.inflight(sent.id, desk.now)
    desk.store.sent(sent.id, desk.now, "250 ok")
    return opened


def looks(store: SqliteStore) -> list[str]:
    return [one.looks for one in store.in_junk(10)]


def nothing_came_of_it(store: SqliteStore, tickets: int = 0) -> bool:
    counts = store.counts()
    return sum(counts.tickets.values()) == tickets and "pending" not in counts.outgoing


def test_a_sure_customer_is_listed_and_nothing_else_happens(store: SqliteStore, desk: Desk) -> None:
    decision = desk.take(other(), JUNK)
    assert isinstance(decision, Junked)
    (found,) = store.in_junk(10)
    assert (found.looks, found.sender, found.subject) == (
        "customer",
        "kim@example.org",
        "Walnut table",
    )
    assert "returns" in found.why
    assert store.burden().in_junk == 1
    assert nothing_came_of_it(store)
    assert store.filed(("human", "spam"), 10) == ()
    assert store.next_timer() is None
    assert store.raw(found.id) == other()


@pytest.mark.parametrize("raw", [other(more=SPAM), other(more="List-Id: <offers.example.org>")])
def test_what_a_filter_or_a_list_header_speaks_against_is_no_sure_customer(
    store: SqliteStore, desk: Desk, raw: bytes
) -> None:
    desk.take(raw, JUNK)
    assert looks(store) == []


def test_what_the_model_is_unsure_of_is_no_sure_customer(store: SqliteStore, desk: Desk) -> None:
    desk.model.prediction = UNSURE
    desk.take(other(), JUNK)
    assert looks(store) == []


def test_a_queue_that_is_promised_nothing_has_no_sure_customers(
    store: SqliteStore, desk: Desk
) -> None:
    pitches = replace(TERMS.queues["returns"], promise=False)
    desk.terms = replace(TERMS, queues={**TERMS.queues, "returns": pitches})
    desk.take(other(), JUNK)
    assert looks(store) == []


def test_a_requester_whom_we_have_served_is_known_even_under_a_filters_header(
    store: SqliteStore, desk: Desk
) -> None:
    served(desk)
    desk.model.prediction = UNSURE
    desk.take(mail("Hello?", message_id="<2@example.net>", more=SPAM), JUNK)
    assert looks(store) == ["known"]


def test_one_who_only_wrote_is_not_known(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    desk.model.prediction = UNSURE
    desk.take(mail("Hello?", message_id="<2@example.net>"), JUNK)
    assert looks(store) == []


def test_a_forged_sender_is_neither_known_nor_a_customer(store: SqliteStore, desk: Desk) -> None:
    served(desk)
    inbox = replace(TERMS.inboxes["support"], authserv_id="mx.northwind.example")
    desk.terms = replace(TERMS, inboxes={"support": inbox})
    desk.take(mail("Hello?", message_id="<2@example.net>", more=FAILED), JUNK)
    assert looks(store) == []


def test_our_own_address_in_junk_is_no_customer_and_answers_nothing(
    store: SqliteStore, desk: Desk
) -> None:
    served(desk)
    forged = mail(
        "Done.",
        sender="support@northwind.example",
        to="jo@example.net",
        message_id="<x@northwind.example>",
        more="Subject: Re: T",
    )
    assert isinstance(desk.take(forged, JUNK), Junked)
    assert looks(store) == []
    assert store.counts().tickets == {"open": 1}


def test_a_reply_that_lies_in_junk_is_shown_on_its_ticket_and_moves_nothing(
    store: SqliteStore, desk: Desk
) -> None:
    opened = served(desk)
    before = store.ticket(opened.reference)
    reply = mail(
        "The colour is wrong, too.",
        message_id="<r@example.net>",
        more=f"{SPAM}\nIn-Reply-To: <first@example.net>",
    )
    desk.take(reply, JUNK)
    (found,) = store.in_junk(10)
    assert (found.looks, found.reference) == ("reply", opened.reference)
    after = store.ticket(opened.reference)
    assert (before.row.in_junk, after.row.in_junk) == (0, 1)
    assert store.queue(None, 10)[0].in_junk == 1
    assert len(after.messages) == len(before.messages)
    assert after.row.answer_by == before.row.answer_by


def test_what_is_said_to_be_none_is_triaged_as_if_it_had_come_by_the_inbox(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(other(), JUNK)
    (found,) = store.in_junk(10)
    desk.now = NOW + 30 * MINUTE
    store.correct(handle(found.id), IS_HUMAN, {}, "maria", desk.now)
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    assert decision.clock.start == NOW, "the clock runs from its arrival"
    assert decision.acknowledgement.acknowledge
    assert store.in_junk(10) == ()
    assert store.burden().in_junk == 0


def test_what_is_let_out_too_late_is_not_acknowledged(store: SqliteStore, desk: Desk) -> None:
    desk.take(other(), JUNK)
    (found,) = store.in_junk(10)
    desk.now = NOW + timedelta(hours=5)
    store.correct(handle(found.id), IS_HUMAN, {}, "maria", desk.now)
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == "too_late"


def test_any_mail_in_junk_can_be_let_out_not_only_what_is_listed(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(other(more=SPAM), JUNK)
    store.correct(handle(MessageId(1)), IS_HUMAN, {}, "maria", desk.now)
    (decision,) = desk.triage()
    assert isinstance(decision, Open)


def test_what_is_said_to_be_spam_is_listed_no_more_and_again_when_that_is_taken_back(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(other(), JUNK)
    (found,) = store.in_junk(10)
    store.correct(handle(found.id), IS_SPAM, {}, "maria", desk.now)
    assert store.in_junk(10) == ()
    assert store.undo_correction(handle(found.id), "maria", desk.now)
    assert looks(store) == ["customer"]
    assert desk.triage() == []
    assert nothing_came_of_it(store)


def test_a_mail_deleted_from_junk_is_listed_no_more(store: SqliteStore, desk: Desk) -> None:
    store.receive(JUNK, [arrival(7, other())], NOW)
    desk.triage()
    assert looks(store) == ["customer"]
    store.gone(JUNK, frozenset({7}), NOW)
    assert looks(store) == []


def test_a_mail_moved_from_junk_to_the_inbox_is_one_message_with_a_ticket(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(other(), JUNK)
    desk.now = NOW + 10 * MINUTE
    assert desk.receive(other(), INBOX, at=NOW) == 0
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    assert decision.clock.start == NOW
    assert decision.acknowledgement.acknowledge
    assert store.in_junk(10) == ()
    assert store.counts().messages == {"routed": 1}


def moved_to_junk(desk: Desk, raw: bytes) -> None:
    """Move what has UID 1 in the inbox to junk; the folders may be seen in either order."""
    desk.store.receive(JUNK, [arrival(50, raw)], desk.now)
    desk.store.gone(INBOX, frozenset({1}), desk.now)


def test_a_ticket_whose_mail_is_moved_to_junk_stays_and_is_not_acknowledged(
    store: SqliteStore, desk: Desk
) -> None:
    opened = desk.take(other())
    assert isinstance(opened, Open)
    moved_to_junk(desk, other())
    view = store.ticket(opened.reference)
    assert view.row.status == "open"
    assert view.row.acknowledgement == "moved_to_junk"
    assert "moved_to_junk" in [event.name for event in view.events]
    assert desk.claim() is None


def test_the_order_in_which_a_move_is_seen_makes_no_difference(
    store: SqliteStore, desk: Desk
) -> None:
    opened = desk.take(other())
    assert isinstance(opened, Open)
    store.gone(INBOX, frozenset({1}), NOW)
    assert store.ticket(opened.reference).row.acknowledgement == "pending"
    store.receive(JUNK, [arrival(50, other())], NOW)
    assert store.ticket(opened.reference).row.acknowledgement == "moved_to_junk"


def test_moved_back_it_is_acknowledged_after_all(store: SqliteStore, desk: Desk) -> None:
    desk.take(other())
    moved_to_junk(desk, other())
    assert store.receive(INBOX, [arrival(2, other())], desk.now) == 0
    assert desk.triage() == []
    assert desk.claim() is not None


def test_a_copy_in_another_mailboxs_junk_is_no_move(store: SqliteStore, desk: Desk) -> None:
    opened = desk.take(other())
    assert isinstance(opened, Open)
    store.receive(JUNK, [arrival(50, other())], NOW)
    assert store.ticket(opened.reference).row.acknowledgement == "pending"


def test_one_mail_in_junk_here_and_in_an_inbox_there_is_mail_to_that_one(
    store: SqliteStore,
) -> None:
    desk = Desk(store, TWO_MAILBOXES)
    store.take_baseline(BILLING, 1, [], NOW - timedelta(hours=1))
    assert isinstance(desk.take(other(), JUNK), Junked)
    assert desk.receive(other(), BILLING) == 0
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.mailbox == "billing"


def test_the_inbox_is_triaged_before_junk(store: SqliteStore, desk: Desk) -> None:
    store.receive(JUNK, [arrival(1, other(), NOW - 20 * MINUTE)], NOW)
    store.receive(INBOX, [arrival(1, mail(), NOW)], NOW)
    first, second = desk.triage()
    assert isinstance(first, Open)
    assert isinstance(second, Junked)


def test_junk_that_cannot_be_triaged_stays_where_it_is(store: SqliteStore, desk: Desk) -> None:
    desk.receive(other(), JUNK)
    (received,) = store.begin_triage(NOW, timedelta(hours=4), 8)
    store.set_aside(received.id, "Traceback", NOW)
    assert store.counts().tickets == {}
    assert store.counts().messages == {"routed": 1}
    assert looks(store) == []


def test_a_ticket_is_named_by_what_lies_in_junk_only_while_it_lies_there(
    store: SqliteStore, desk: Desk
) -> None:
    opened = served(desk)
    reply = mail("And?", message_id="<r@example.net>", more="In-Reply-To: <first@example.net>")
    desk.take(reply, JUNK)
    desk.receive(reply, INBOX)
    desk.triage()
    view = store.ticket(opened.reference)
    assert view.row.in_junk == 0
    assert len(view.messages) == 2
    assert view.row.id == TicketId(1)


def test_a_reply_in_junk_is_shown_where_its_ticket_went(store: SqliteStore, desk: Desk) -> None:
    went = served(desk).reference
    reply = "In-Reply-To: <first@example.net>"
    desk.take(mail("Any news?", message_id="<again@example.net>", more=reply), JUNK)
    second = desk.take(mail("And my chair?", subject="Chair", message_id="<chair@example.net>"))
    assert isinstance(second, Open)
    store.merge(went, second.reference, "maria", desk.now)
    (row,) = store.queue(None, 10)
    assert (row.reference, row.in_junk) == (second.reference, 1)
    assert store.ticket(second.reference).row.in_junk == 1
    assert [one.reference for one in store.in_junk(10)] == [second.reference]
    store.undo_merge(went, "maria", desk.now)
    assert {row.reference: row.in_junk for row in store.queue(None, 10)} == {
        went: 1,
        second.reference: 0,
    }
    assert [one.reference for one in store.in_junk(10)] == [went]
