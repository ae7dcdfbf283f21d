"""What was sent to a requester is found by what they cite, whatever became of the ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.desk import SENT, Desk, as_is, mail
from triage.core.cited import Cited
from triage.core.disposition import Open
from triage.core.ticket import MessageId
from triage.store.sqlite import SqliteStore

MESSAGE = MessageId(1)


def opened(store: SqliteStore, desk: Desk, number: int) -> str:
    """Open a ticket whose acknowledgement left and which an agent has answered."""
    name = f"m{number}@example.net"
    sender = f"Jo Park <jo{number}@shop{number}.example>"
    new = desk.take(mail(f"{number} broke.", message_id=f"<{name}>", sender=sender))
    assert isinstance(new, Open)
    claimed = store.claim(desk.now, as_is)
    assert claimed is not None
    assert store.inflight(claimed.id, desk.now)
    store.sent(claimed.id, desk.now, "250 OK")
    desk.now += timedelta(minutes=5)
    answer = mail(
        f"A new one leaves today: {number}.",
        sender="Maria Lund <support@northwind.example>",
        to=f"jo{number}@shop{number}.example",
        message_id=f"<a{number}@northwind.example>",
        more=f"In-Reply-To: <{name}>",
    )
    desk.take(answer, SENT)
    return new.reference


def said(store: SqliteStore, *references: str, ids: tuple[str, ...] = ()) -> set[bytes]:
    found = store.sent_mails({MESSAGE: Cited(references, ids)})
    return set(found.get(MESSAGE, ()))


@pytest.fixture
def three(store: SqliteStore, desk: Desk) -> tuple[str, str, str]:
    return opened(store, desk, 1), opened(store, desk, 2), opened(store, desk, 3)


def test_what_was_sent_on_a_merged_ticket_is_found_by_either_reference(
    store: SqliteStore, desk: Desk, three: tuple[str, str, str]
) -> None:
    first, second, third = three
    each = {one: said(store, one) for one in three}
    assert [len(found) for found in each.values()] == [2, 2, 2]
    store.merge(second, first, "maria", desk.now, one_person=True)
    store.merge(first, third, "maria", desk.now, one_person=True)
    together = each[first] | each[second] | each[third]
    for one in three:
        assert said(store, one) == together
    assert said(store, ids=("a2@northwind.example",)) == together
    store.undo_merge(first, "maria", desk.now)
    assert said(store, second) == each[first] | each[second]
    assert said(store, third) == each[third]
