"""One mail becomes a ticket of its own, with a clock of its own, and goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import NOW, SENT, Desk, mail
from triage.core.disposition import Answered, Clocked, Disposition, Join, Open
from triage.core.identifiers import ANCHOR, minted, reference
from triage.core.ticket import MessageId, Status
from triage.errors import NoSuchTicket, NotPossible
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SECOND = NOW + 20 * MINUTE
STRANGER = "Al Roe <al@example.org>"


def writes(
    desk: Desk, cites: str, name: str, sender: str = "Jo Park <jo@example.net>"
) -> Disposition:
    more = f"References: {cites}\nIn-Reply-To: {cites.rsplit(maxsplit=1)[-1]}" if cites else ""
    return desk.take(mail(f"About {name}.", message_id=f"<{name}>", more=more, sender=sender))


def answers(desk: Desk, cites: str, name: str) -> Disposition:
    desk.now += MINUTE
    more = f"References: {cites}\nIn-Reply-To: {cites.rsplit(maxsplit=1)[-1]}"
    sender = "Maria Lund <support@northwind.example>"
    raw = mail("Here.", sender=sender, to="jo@example.net", message_id=f"<{name}>", more=more)
    return desk.take(raw, SENT)


def clock(desk: Desk) -> Clocked:
    return Clocked(start=SECOND, deadline=SECOND + HOUR, warn_at=SECOND + 45 * MINUTE, why="1 h")


def splits(store: SqliteStore, desk: Desk, whole: str, number: int = 1) -> str:
    message = store.ticket(whole).messages[number]
    return store.split(message.id, clock(desk), "maria", desk.now)


def shown(store: SqliteStore, whole: str) -> list[object]:
    view = store.ticket(whole)
    row = replace(view.row, revision=1)
    waits = [one.reference for one in store.queue(None, 99)]
    return [row, view.messages, view.clocks, view.related, view.outgoing, waits, store.next_timer()]


@pytest.fixture
def whole(desk: Desk) -> str:
    """Open a ticket whose requester wrote about a second matter twenty minutes later."""
    new = desk.take(mail())
    assert isinstance(new, Open)
    desk.now = SECOND
    assert isinstance(writes(desk, "<first@example.net>", "second@x"), Join)
    return new.reference


def test_what_is_split_off_is_a_ticket_with_its_own_clock(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    part = splits(store, desk, whole)
    view, rest = store.ticket(part), store.ticket(whole)
    assert [one.text for one in view.messages] == ["About second@x."]
    assert [one.text for one in rest.messages] == ["The table top arrived cracked."]
    assert (view.row.answer_by, view.row.waiting_since) == (SECOND + HOUR, SECOND)
    assert (rest.row.answer_by, rest.row.waiting_since) == (NOW + HOUR, NOW)
    assert (view.row.owner, view.row.requester) == (rest.row.owner, "jo@example.net")
    assert (view.related, rest.related) == ((whole,), (part,))
    assert {row.reference for row in store.queue(None, 9)} == {whole, part}


def test_p2_what_is_split_off_is_not_acknowledged(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    view = store.ticket(splits(store, desk, whole))
    assert (view.row.acknowledgement, view.outgoing) == ("in_thread", ())


def test_its_reference_is_the_one_that_a_restored_store_makes(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    message = store.ticket(whole).messages[1]
    secret = bytes.fromhex(store.setting("secret") or "")
    key = store._db.execute("SELECT key FROM message WHERE id = ?", (message.id,)).fetchone()[0]
    assert splits(store, desk, whole) == reference(secret, key)


@pytest.mark.parametrize(
    ("cites", "joins_part"),
    [
        ("<first@example.net> <second@x>", True),
        ("{anchor} <second@x>", True),
        ("<first@example.net>", False),
        ("<second@x> <first@example.net>", False),
        ("{anchor}", False),
    ],
)
def test_what_cites_it_nearest_joins_it(
    store: SqliteStore, desk: Desk, whole: str, cites: str, *, joins_part: bool
) -> None:
    part = splits(store, desk, whole)
    secret = bytes.fromhex(store.setting("secret") or "")
    anchor = f"<{minted(secret, ANCHOR, whole, 'northwind.example')}>"
    joined = writes(desk, cites.format(anchor=anchor), "third@x")
    assert isinstance(joined, Join)
    assert joined.ticket == store.ticket(part if joins_part else whole).row.id


def test_an_answer_to_it_answers_it_alone(store: SqliteStore, desk: Desk, whole: str) -> None:
    part = splits(store, desk, whole)
    assert isinstance(answers(desk, "<first@example.net> <second@x>", "a@x"), Answered)
    assert store.ticket(part).row.status is Status.WAITING
    assert store.ticket(whole).row.status is Status.OPEN
    joined = writes(desk, "<first@example.net> <second@x> <a@x>", "thanks@x")
    assert isinstance(joined, Join)
    assert joined.ticket == store.ticket(part).row.id


def test_a_ticket_that_only_it_had_woken_waits_no_more(store: SqliteStore, desk: Desk) -> None:
    new = desk.take(mail())
    assert isinstance(new, Open)
    answers(desk, "<first@example.net>", "a@x")
    answered = store.ticket(new.reference)
    desk.now = SECOND
    writes(desk, "<first@example.net> <a@x>", "second@x")
    part = splits(store, desk, new.reference, 2)
    row = store.ticket(new.reference).row
    assert (row.status, row.answer_by, row.place) == (Status.WAITING, None, None)
    assert store.ticket(new.reference).clocks == answered.clocks
    assert [row.reference for row in store.queue(None, 9)] == [part]
    assert store.next_timer() == SECOND + 45 * MINUTE


def test_the_mail_that_opened_a_ticket_can_be_split_off_too(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    part = splits(store, desk, whole, 0)
    assert part != whole
    assert store.ticket(whole).row.answer_by == NOW + HOUR, "no promise gets longer"
    assert store.ticket(whole).outgoing, "the acknowledgement named this ticket"


def test_p11_a_strangers_mail_is_split_off_for_the_stranger_alone(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    secret = bytes.fromhex(store.setting("secret") or "")
    anchor = f"<{minted(secret, ANCHOR, whole, 'northwind.example')}>"
    assert isinstance(writes(desk, anchor, "stranger@x", STRANGER), Join)
    part = splits(store, desk, whole, 2)
    assert store.ticket(part).row.requester == "al@example.org"
    joined = writes(desk, "<stranger@x>", "jo-too@x")
    assert isinstance(joined, Open), "Jo takes no part in what is the stranger's"


def test_an_owner_may_be_named(store: SqliteStore, desk: Desk, whole: str) -> None:
    message = store.ticket(whole).messages[1]
    part = store.split(message.id, clock(desk), "maria", desk.now, owner="jonas")
    assert store.ticket(part).row.owner == "jonas"


def test_a_ticket_is_never_left_empty(store: SqliteStore, desk: Desk, whole: str) -> None:
    splits(store, desk, whole)
    before = shown(store, whole)
    with pytest.raises(NotPossible, match="is the last mail"):
        splits(store, desk, whole, 0)
    assert shown(store, whole) == before


def test_only_a_humans_mail_is_split_off(store: SqliteStore, desk: Desk, whole: str) -> None:
    answers(desk, "<first@example.net>", "a@x")
    with pytest.raises(NotPossible, match="waits for an answer"):
        splits(store, desk, whole, 2)
    with pytest.raises(NoSuchTicket):
        store.split(MessageId(999), clock(desk), "maria", desk.now)


@pytest.mark.parametrize("number", [0, 1])
def test_a_split_is_taken_back_whole(
    store: SqliteStore, desk: Desk, whole: str, number: int
) -> None:
    before = shown(store, whole)
    part = splits(store, desk, whole, number)
    store.undo_split(part, "jonas", desk.now)
    assert shown(store, whole) == before
    gone = store.ticket(part)
    assert (gone.row.status, gone.merged_into, gone.messages) == (Status.MERGED, whole, ())
    joined = writes(desk, "<second@x>", "third@x")
    assert isinstance(joined, Join)
    assert joined.ticket == store.ticket(whole).row.id
    with pytest.raises(NotPossible, match="was not split off"):
        store.undo_split(part, "jonas", desk.now)


def test_a_ticket_that_was_put_to_rest_waits_again(store: SqliteStore, desk: Desk) -> None:
    new = desk.take(mail())
    assert isinstance(new, Open)
    answers(desk, "<first@example.net>", "a@x")
    desk.now = SECOND
    writes(desk, "<first@example.net> <a@x>", "second@x")
    before = shown(store, new.reference)
    part = splits(store, desk, new.reference, 2)
    store.undo_split(part, "jonas", desk.now)
    assert shown(store, new.reference) == before


def test_what_came_to_the_part_goes_back_with_it(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    part = splits(store, desk, whole)
    writes(desk, "<second@x>", "third@x")
    store.undo_split(part, "jonas", desk.now)
    assert len(store.ticket(whole).messages) == 3
    joined = writes(desk, "<third@x>", "fourth@x")
    assert isinstance(joined, Join)
    assert joined.ticket == store.ticket(whole).row.id


@pytest.mark.parametrize("who", ["whole", "part"])
def test_what_was_answered_since_is_not_put_back(
    store: SqliteStore, desk: Desk, whole: str, who: str
) -> None:
    part = splits(store, desk, whole)
    store.answered(part if who == "part" else whole, desk.now, "maria", "phone")
    with pytest.raises(NotPossible, match="merge the two instead"):
        store.undo_split(part, "jonas", desk.now)
    store.merge(part, whole, "jonas", desk.now)
    assert store.ticket(whole).row.status is Status.OPEN


def test_a_mail_that_came_by_a_merge_is_split_off_and_back(
    store: SqliteStore, desk: Desk, whole: str
) -> None:
    other = desk.take(mail("Another matter.", subject="Sofa", message_id="<other@x>"))
    assert isinstance(other, Open)
    store.merge(other.reference, whole, "maria", desk.now)
    part = splits(store, desk, whole, 2)
    assert part != other.reference
    joined = writes(desk, "<other@x>", "more@x")
    assert isinstance(joined, Join)
    assert joined.ticket == store.ticket(part).row.id
    with pytest.raises(NotPossible, match="split off since"):
        store.undo_merge(other.reference, "maria", desk.now)
    store.undo_split(part, "maria", desk.now)
    assert len(store.ticket(whole).messages) == 4
    store.undo_merge(other.reference, "maria", desk.now)
    assert [one.text for one in store.ticket(other.reference).messages][:1] == ["Another matter."]
