"""What a folder held is kept once, byte for byte, whatever happens to its UIDs."""

from __future__ import annotations

from datetime import timedelta

from tests.store.desk import INBOX, NOW, SENT, Desk, arrival, mail
from triage.core.arrival import Arrival, Sighting
from triage.core.disposition import Open
from triage.core.ticket import MessageId, Status
from triage.store.sqlite import SqliteStore


def sighting(one: Arrival) -> Sighting:
    return Sighting(uid=one.uid, identity=one.identity, internal_date=one.internal_date)


def test_p1_what_was_fetched_is_kept_byte_for_byte(store: SqliteStore, desk: Desk) -> None:
    raw = bytes(range(256)) * 9
    desk.receive(raw)
    (received,) = store.begin_triage(NOW, timedelta(hours=4), 8)
    assert received.raw == raw
    assert store.raw(received.id) == raw


def test_p1_a_uid_is_seen_only_together_with_its_bytes(store: SqliteStore, desk: Desk) -> None:
    assert store.seen(INBOX) == frozenset()
    desk.receive(mail())
    assert store.seen(INBOX) == frozenset({1})
    assert store.counts().messages == {"stored": 1}


def test_fetching_a_uid_again_changes_nothing(store: SqliteStore, desk: Desk) -> None:
    one = arrival(5, mail())
    assert store.receive(INBOX, [one], NOW) == 1
    assert store.receive(INBOX, [one], NOW) == 0
    assert store.counts().messages == {"stored": 1}


def test_one_mail_in_two_folders_is_one_message(store: SqliteStore, desk: Desk) -> None:
    store.receive(INBOX, [arrival(5, mail())], NOW)
    assert store.receive(SENT, [arrival(9, mail())], NOW) == 0


def test_trace_headers_do_not_make_two_mails_of_one(store: SqliteStore, desk: Desk) -> None:
    store.receive(INBOX, [arrival(5, b"Received: by a\r\n" + mail())], NOW)
    assert store.receive(INBOX, [arrival(6, b"Received: by b\r\n" + mail())], NOW) == 0


def test_two_alike_mails_without_message_id_are_two_messages(
    store: SqliteStore, desk: Desk
) -> None:
    raw = mail(message_id="")
    assert store.receive(INBOX, [arrival(5, raw), arrival(6, raw)], NOW) == 2


def test_one_message_id_on_two_mails_is_two_messages(store: SqliteStore, desk: Desk) -> None:
    two = [arrival(5, mail("One.")), arrival(6, mail("Another."))]
    assert store.receive(INBOX, two, NOW) == 2


def test_p1_after_a_reset_of_uidvalidity_known_mail_is_recognised_and_new_mail_is_left(
    store: SqliteStore, desk: Desk
) -> None:
    known = arrival(5, mail())
    store.receive(INBOX, [known], NOW)
    late = arrival(8, mail("Sent meanwhile.", message_id="<late@example.net>"))
    moved = [
        Sighting(uid=1, identity=known.identity, internal_date=known.internal_date),
        sighting(late),
    ]
    assert store.rebind(INBOX, 2, moved) == 1
    assert store.seen(INBOX) == frozenset({1})
    state = store.folder_state(INBOX)
    assert state is not None
    assert state.uidvalidity == 2


def test_after_a_reset_mail_older_than_the_baseline_stays_baseline(
    store: SqliteStore, desk: Desk
) -> None:
    old = arrival(3, mail("Years ago."), NOW - timedelta(days=900))
    assert store.rebind(INBOX, 2, [sighting(old)]) == 1
    assert store.seen(INBOX) == frozenset({3})


def test_two_alike_mails_stay_two_after_a_reset(store: SqliteStore, desk: Desk) -> None:
    raw = mail(message_id="")
    one, two = arrival(5, raw), arrival(6, raw)
    store.receive(INBOX, [one], NOW)
    assert store.rebind(INBOX, 2, [sighting(one), sighting(two)]) == 1


def test_failures_to_fetch_are_counted_on_disk(store: SqliteStore, desk: Desk) -> None:
    assert [store.count_failure(INBOX, 9) for _ in range(3)] == [1, 2, 3]


def test_p10_an_unreadable_message_becomes_a_visible_ticket(store: SqliteStore, desk: Desk) -> None:
    stub = Arrival(
        uid=7, raw=b"", size=12, identity=b"?", internal_date=NOW, unreadable="the server said NO"
    )
    store.receive(INBOX, [stub], NOW)
    (decision,) = desk.triage()
    assert isinstance(decision, Open)
    (row,) = store.queue(None, 10)
    assert (row.queue, row.status, row.badges) == ("unsure", Status.OPEN, ("unreadable",))


def test_gone_mail_keeps_its_ticket(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    store.gone(INBOX, frozenset({1}), NOW)
    assert len(store.queue(None, 10)) == 1
    assert store.raw(MessageId(1)) == mail()
