"""What was judged before all of it was known is judged once more: no answer is lost for that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import INBOX, NOW, SENT, TWO_MAILBOXES, Desk, as_is, mail
from triage.core.arrival import Folder, Role
from triage.core.disposition import Answered, Open, Own
from triage.core.outgoing import State
from triage.core.ticket import Status
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
BILLING_SENT = Folder("billing", "Sent", Role.SENT)


def answer(cites: str = "first@example.net", name: str = "reply") -> bytes:
    return mail(
        "A new top leaves today.",
        sender="Maria Lund <support@northwind.example>",
        to="jo@example.net",
        message_id=f"<{name}@northwind.example>",
        more=f"Cc: support@northwind.example\nIn-Reply-To: <{cites}>",
    )


def to_a_colleague() -> bytes:
    return mail(
        "Jo was charged twice; is the second table theirs?",
        sender="Billing <billing@northwind.example>",
        message_id="<ask@northwind.example>",
        subject="Charged twice",
    )


@pytest.fixture
def two(store: SqliteStore) -> Desk:
    desk = Desk(store, TWO_MAILBOXES)
    store.take_baseline(BILLING_SENT, 1, [], NOW - timedelta(hours=1))
    return desk


def test_an_answer_seen_in_the_inbox_first_answers_when_it_is_seen_in_sent(
    store: SqliteStore, desk: Desk
) -> None:
    first = desk.take(mail())
    assert isinstance(first, Open)
    assert not isinstance(desk.take(answer(), INBOX), Answered)
    desk.now = NOW + MINUTE
    assert desk.receive(answer(), SENT) == 0, "it is one more copy"
    (decision,) = desk.triage()
    assert isinstance(decision, Answered)
    view = store.ticket(first.reference)
    assert view.row.status is Status.WAITING
    assert view.outgoing[0].state is State.CANCELLED
    assert store.queue(None, 10) == (), "the answer itself waits for none"
    desk.now = NOW + 2 * MINUTE
    thanks = mail("Thanks!", message_id="<3@x>", more="In-Reply-To: <reply@northwind.example>")
    desk.take(thanks)
    assert [row.reference for row in store.queue(None, 10)] == [first.reference]


def test_an_answer_seen_in_both_places_before_it_is_triaged_answers(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(mail())
    desk.receive(answer(), INBOX)
    desk.receive(answer(), SENT)
    (decision,) = desk.triage()
    assert isinstance(decision, Answered)


def test_a_message_of_ours_is_triaged_no_more_than_once_for_each_place(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(mail())
    desk.take(answer(), SENT)
    desk.receive(answer(), INBOX)
    desk.receive(answer(), SENT)
    assert desk.triage() == []


def test_a_colleagues_mail_found_in_their_sent_folder_first_is_mail_to_us(
    store: SqliteStore, two: Desk
) -> None:
    assert isinstance(two.take(to_a_colleague(), BILLING_SENT), Own)
    two.receive(to_a_colleague(), INBOX)
    (decision,) = two.triage()
    assert isinstance(decision, Open)
    assert store.ticket(decision.reference).row.subject == "Charged twice"


@pytest.mark.parametrize("places", [(INBOX, BILLING_SENT), (BILLING_SENT, INBOX)])
def test_a_colleagues_mail_found_in_both_places_at_once_is_mail_to_us(
    store: SqliteStore, two: Desk, places: tuple[Folder, Folder]
) -> None:
    for place in places:
        two.receive(to_a_colleague(), place)
    assert isinstance(two.triage()[-1], Open)
    assert len(store.queue(None, 10)) == 1


def test_a_colleagues_mail_that_opened_a_ticket_keeps_it(store: SqliteStore, two: Desk) -> None:
    two.take(to_a_colleague(), INBOX)
    two.receive(to_a_colleague(), BILLING_SENT)
    assert two.triage() == []
    assert len(store.queue(None, 10)) == 1


def test_p2_an_answer_that_came_before_the_mail_it_answers_stops_its_acknowledgement(
    store: SqliteStore, desk: Desk
) -> None:
    desk.now = NOW + 5 * MINUTE
    assert isinstance(desk.take(answer(), SENT), Own)
    desk.receive(mail(), at=NOW)
    opened, decision = desk.triage()
    assert isinstance(opened, Open)
    assert isinstance(decision, Answered)
    view = store.ticket(opened.reference)
    assert view.row.status is Status.WAITING
    assert (view.outgoing[0].state, view.outgoing[0].reason) == (State.CANCELLED, "answered")
    assert view.clocks[0].answered == NOW + 5 * MINUTE
    assert store.claim(desk.now, as_is) is None


def test_a_chain_of_answers_that_came_before_their_mail_is_taken_up_whole(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(answer("reply@northwind.example", "more"), SENT)
    desk.take(answer(), SENT)
    desk.receive(mail(), at=NOW)
    decisions = desk.triage()
    assert [type(decision) for decision in decisions] == [Open, Answered, Answered]


def test_what_answers_comes_before_everything_else_that_waits(
    store: SqliteStore, desk: Desk
) -> None:
    desk.take(answer(), SENT)
    desk.receive(mail(), at=NOW - 9 * MINUTE)
    for number in range(20):
        desk.receive(mail(f"Mail {number}.", message_id=f"<{number}@x>"), at=NOW - MINUTE)
    kinds = [type(decision) for decision in desk.triage()]
    assert kinds.index(Answered) == 8, "in the batch after the one that opened its ticket"
