"""What somebody has begun to write is kept, with its files, and holds back what would cross it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import NOW, TERMS, as_is, mail
from tests.store.written import Office
from triage.core.acting import act
from triage.core.notice import BEING_ANSWERED, delay_withheld
from triage.core.outgoing import Readiness, Sort
from triage.core.reply import Enclosed
from triage.core.timer import DELAY, Acts, Timer
from triage.errors import NoSuchTicket, NotPossible
from triage.store.drafts import LIVE, is_written
from triage.store.protocol import Recheck
from triage.store.replying import Draft, DraftSort
from triage.store.sqlite import SqliteStore

FILE = Enclosed("label.pdf", "application/pdf", b"%PDF-1.7")
REPLY = DraftSort.REPLY


def test_a_draft_is_its_accounts_own_and_the_last_one_counts(office: Office) -> None:
    store, name = office.store, office.reference
    store.save_draft("maria", name, REPLY, {"text": "Dear"}, 3, NOW)
    store.save_draft("maria", name, REPLY, {"text": "Dear Jo"}, 4, NOW + timedelta(seconds=2))
    store.save_draft("jonas", name, DraftSort.NOTE, {"text": "hm"}, 4, NOW)
    assert store.draft_of("maria", name, REPLY) == Draft(
        account="maria",
        sort=REPLY,
        fields={"text": "Dear Jo"},
        at=NOW + timedelta(seconds=2),
        seen=4,
    )
    assert store.draft_of("jonas", name, REPLY) is None
    assert [one.sort for one in store.drafts_of("jonas", name)] == [DraftSort.NOTE]


def test_a_new_mail_is_a_draft_on_no_ticket(office: Office) -> None:
    office.store.save_draft("maria", "", DraftSort.NEW, {"to": "x"}, 0, NOW)
    assert [one.fields for one in office.store.drafts_of("maria", "")] == [{"to": "x"}]
    assert office.store.drafts_of("maria", office.reference) == ()


def test_files_stay_with_their_draft_and_go_with_it(office: Office) -> None:
    store, name = office.store, office.reference
    one = store.attach("maria", name, REPLY, FILE, NOW, most=100)
    two = store.attach("maria", name, REPLY, FILE, NOW, most=100)
    store.attach("jonas", name, REPLY, FILE, NOW, most=100)
    assert (one.number, two.number) == (1, 2)
    draft = store.draft_of("maria", name, REPLY)
    assert draft is not None
    assert [(file.number, file.size) for file in draft.enclosed] == [(1, 8), (2, 8)]
    assert store.detach("maria", name, REPLY, 1)
    assert not store.detach("maria", name, REPLY, 1)
    assert store.files_of_draft("maria", name, REPLY) == (FILE,)
    assert kept(store) == 1
    assert store.drop_draft("maria", name, REPLY)
    assert not store.drop_draft("maria", name, REPLY)
    assert store.files_of_draft("jonas", name, REPLY) == (FILE,)
    store.drop_draft("jonas", name, REPLY)
    assert kept(store) == 0


def kept(store: SqliteStore) -> int:
    (number,) = store._db.execute("SELECT count(*) FROM enclosed").fetchone()
    return int(number)


def test_all_files_together_fit_into_one_mail(office: Office) -> None:
    store, name = office.store, office.reference
    store.attach("maria", name, REPLY, FILE, NOW, most=16)
    store.attach("maria", name, REPLY, FILE, NOW, most=16)
    with pytest.raises(NotPossible, match="24 bytes of at most 16"):
        store.attach("maria", name, REPLY, FILE, NOW, most=16)


def test_a_draft_that_is_sent_is_gone(office: Office) -> None:
    office.store.save_draft("maria", office.reference, REPLY, {"text": "x"}, 0, NOW)
    office.put()
    assert office.store.draft_of("maria", office.reference, REPLY) is None


def test_what_is_begun_goes_with_a_ticket_that_is_merged(office: Office) -> None:
    store, gone = office.store, office.reference
    office.desk.take(mail("And the fittings?", message_id="<b@example.net>"))
    stays = next(row.reference for row in store.queue(None, 10) if row.reference != gone)
    store.save_draft("maria", gone, DraftSort.NOTE, {"text": "a friend"}, 3, NOW)
    store.save_draft("maria", gone, REPLY, {"text": "Dear Jo"}, 3, NOW)
    store.save_draft("maria", stays, REPLY, {"text": "Hello", "cc": "kim@example.net"}, 3, NOW)
    store.attach("maria", stays, REPLY, FILE, NOW, most=999)
    store.attach("maria", gone, REPLY, replace(FILE, name="two.pdf"), NOW, most=999)
    store.merge(gone, stays, "jonas", NOW)
    note, reply = sorted(store.drafts_of("maria", stays), key=lambda one: one.sort)
    assert note.fields == {"text": "a friend"}
    assert reply.fields == {"text": "Hello\n\nDear Jo", "cc": "kim@example.net"}
    names = [one.name for one in store.files_of_draft("maria", stays, REPLY)]
    assert names == ["label.pdf", "two.pdf"]


@pytest.mark.parametrize("account", ["maria", "nobody"])
def test_what_is_not_there_cannot_be_written_on(office: Office, account: str) -> None:
    with pytest.raises((NoSuchTicket, NotPossible)):
        office.store.save_draft(account, "T-0000000", REPLY, {}, 0, NOW)


def test_that_an_answer_is_written_is_known_for_three_minutes_after_the_last_key(
    office: Office,
) -> None:
    store, name = office.store, office.reference
    ticket = store.ticket(name).row.id
    store.save_draft("jonas", name, DraftSort.NOTE, {"text": "x"}, 0, NOW)
    assert not is_written(store._db, ticket, NOW)
    store.save_draft("maria", name, REPLY, {"text": "x"}, 0, NOW)
    assert is_written(store._db, ticket, NOW + LIVE - timedelta(microseconds=1))
    assert not is_written(store._db, ticket, NOW + LIVE)


def test_a_remark_stays_inside_and_says_who_made_it(office: Office) -> None:
    store, name = office.store, office.reference
    revision = store.ticket(name).row.revision
    kept_ = store.remark(name, "  Called the carrier. ", "maria", NOW)
    assert store.remarks(name) == (kept_,)
    assert (kept_.text, kept_.person) == ("Called the carrier.", "maria")
    assert store.ticket(name).row.revision > revision
    assert [one.sort for one in store.ticket(name).outgoing] == [Sort.ACKNOWLEDGEMENT]
    with pytest.raises(NotPossible):
        store.remark(name, " \n", "maria", NOW)


# --- what would cross an answer -----------------------------------------------------------------


def fired(office: Office) -> list[Acts]:
    """Let the delay notice come due, and see what becomes of it."""
    store, secret = office.store, bytes.fromhex(office.store.setting("secret") or "")
    found = []

    def seen(timer: Timer) -> Acts:
        acts = act(timer, TERMS, secret, office.desk.now)
        if timer.name == DELAY:
            found.append(acts)
        return acts

    store.fire(office.desk.now, seen)
    return found


@pytest.fixture
def promised(office: Office) -> Office:
    """Return a ticket whose requester was told a time."""
    ack = office.desk.claim()
    assert ack is not None
    office.store.inflight(ack.id, NOW)
    office.store.sent(ack.id, NOW, "250 ok")
    office.desk.now = NOW + timedelta(minutes=81)
    return office


def test_no_word_of_a_delay_while_somebody_writes_the_answer(promised: Office) -> None:
    promised.store.save_draft("maria", promised.reference, REPLY, {}, 0, promised.desk.now)
    (acts,) = fired(promised)
    assert acts.mails == ()
    assert acts.again == promised.desk.now + timedelta(minutes=1)
    promised.desk.now += LIVE
    (acts,) = fired(promised)
    assert [one.sort for one in acts.mails] == [Sort.DELAY]


def test_no_word_of_a_delay_while_an_answer_is_on_its_way(promised: Office) -> None:
    promised.put()
    (acts,) = fired(promised)
    assert acts.again is not None
    promised.leave()
    assert fired(promised) == []


def test_written_at_until_the_time_told_has_passed_there_is_a_reason(promised: Office) -> None:
    promised.desk.now = NOW + timedelta(minutes=90)
    promised.store.save_draft("maria", promised.reference, REPLY, {}, 0, promised.desk.now)
    (acts,) = fired(promised)
    assert acts.withheld == BEING_ANSWERED


def test_a_word_of_a_delay_that_waits_in_the_outbox_is_asked_again(promised: Office) -> None:
    (acts,) = fired(promised)
    assert acts.mails
    promised.store.save_draft("maria", promised.reference, REPLY, {}, 0, promised.desk.now)
    asked: list[Recheck] = []

    def look(recheck: Recheck) -> Readiness:
        asked.append(recheck)
        return as_is(recheck)

    promised.store.claim(promised.desk.now, look, (Sort.DELAY,))
    (recheck,) = asked
    assert recheck.addressee is not None
    assert delay_withheld(recheck.addressee, TERMS, promised.desk.now) == BEING_ANSWERED
