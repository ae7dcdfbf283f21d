"""What one of us writes: it leaves once or is shown, and means nothing until a relay took it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, SENT, Desk, as_is, bounce, mail
from tests.store.written import JONAS, MARIA, WINDOW, Office, as_written, key, reply, written
from triage.core.answering import Does
from triage.core.message import Address
from triage.core.outgoing import Readiness, Sort, State, Wait
from triage.core.owed import OwedState, Owes
from triage.core.reply import Done, Enclosed, Form, Refused
from triage.core.replymail import enclosed_in
from triage.core.ticket import Status
from triage.errors import NoSuchTicket, NotPossible, Overtaken
from triage.store.accepted import BOUNCED, NOT_SENT, UNKNOWN_FATE
from triage.store.protocol import Recheck
from triage.store.replying import DraftSort
from triage.store.sqlite import SqliteStore, open_store
from triage.store.views import TicketRow


def state(office: Office) -> State:
    return office.store.replies(office.reference)[-1].state


def row(office: Office) -> TicketRow:
    return office.store.ticket(office.reference).row


def test_a_reply_waits_for_its_undo_window_and_leaves_as_it_was_pressed(office: Office) -> None:
    office.put()
    assert office.claim(timedelta(seconds=9)) is None
    mail_ = office.claim(timedelta(seconds=1))
    assert mail_ is not None
    assert (mail_.recipient, mail_.envelope_from) == (
        "jo@example.net",
        "support@northwind.example",
    )
    assert b"A new top leaves today." in (mail_.payload or b"")


def test_the_clock_stops_when_a_relay_takes_it_and_not_before(office: Office) -> None:
    office.put()
    mail_ = office.claim()
    assert mail_ is not None
    office.store.inflight(mail_.id, office.desk.now)
    assert row(office).status is Status.OPEN
    office.desk.now += timedelta(seconds=1)
    office.store.sent(mail_.id, office.desk.now, "250 ok")
    view = office.store.ticket(office.reference)
    assert view.row.status is Status.WAITING
    assert (view.clocks[0].answered, view.clocks[0].result) == (office.desk.now, "met")
    (answer,) = office.store.answers(office.reference)
    assert (answer.person, answer.how, answer.does) == ("maria", "page", Does.ANSWERS)


def test_it_is_a_message_of_its_ticket_from_then_on(office: Office) -> None:
    files = (Enclosed("label.pdf", "application/pdf", b"%PDF" * 99),)
    number = office.put(enclosed=files)
    office.leave()
    last = office.store.ticket(office.reference).messages[-1]
    assert (last.role, last.text, last.sender) == (
        "sent",
        "A new top leaves today.",
        "support@northwind.example",
    )
    assert office.store.reply(number).message == last.id
    assert enclosed_in(office.store.raw(last.id)) == files
    assert b"A new top leaves today." in office.store.raw(last.id)


def test_a_second_press_of_the_same_key_changes_nothing(office: Office) -> None:
    first = office.put()
    office.press -= 1
    assert office.put() == first
    office.leave()
    office.press -= 1
    assert office.put() == first
    assert office.claim(timedelta(hours=1)) is None
    assert len(office.store.replies(office.reference)) == 1


def test_nobody_sends_with_somebody_elses_key(office: Office) -> None:
    office.put()
    office.press -= 1
    with pytest.raises(NotPossible, match="somebody else"):
        office.put(by=JONAS)


def test_what_was_overtaken_is_not_sent_unless_somebody_says_so(office: Office) -> None:
    seen = office.store.correspondence(office.reference).seen
    office.desk.take(
        mail("It fell over!", message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    )
    with pytest.raises(Overtaken, match="written"):
        office.put(seen=seen)
    assert office.store.replies(office.reference) == ()
    office.put(seen=seen, anyway=True)


def test_two_colleagues_do_not_answer_at_once_unseen(office: Office) -> None:
    seen = office.store.correspondence(office.reference).seen
    office.put(seen=seen)
    with pytest.raises(Overtaken, match="by maria"):
        office.put(by=JONAS, seen=seen)


def test_a_second_answer_of_ones_own_is_not_sent_unseen_either(office: Office) -> None:
    office.put(seen=0)
    with pytest.raises(Overtaken):
        office.put("And.", seen=0)
    office.put("And.")


def test_a_colleagues_mail_that_was_taken_back_is_no_news(office: Office) -> None:
    seen = office.store.correspondence(office.reference).seen
    number = office.put(seen=seen)
    office.store.call_back(number, "maria", office.desk.now)
    office.put(by=JONAS, seen=seen)


def test_a_mail_that_is_called_back_is_its_writers_draft_again(office: Office) -> None:
    files = (Enclosed("a.txt", "text/plain", b"hello"),)
    office.store.save_draft("maria", office.reference, DraftSort.REPLY, {"by": "friday"}, 7, NOW)
    number = office.put(enclosed=files)
    assert office.store.draft_of("maria", office.reference, DraftSort.REPLY) is None
    taken = office.store.call_back(number, "maria", office.desk.now)
    assert taken is not None
    assert (taken.text, taken.enclosed) == ("A new top leaves today.", files)
    draft = office.store.draft_of("maria", office.reference, DraftSort.REPLY)
    assert draft is not None
    assert draft.fields["text"] == "A new top leaves today."
    assert draft.fields["by"] == "friday"
    assert office.store.files_of_draft("maria", office.reference, DraftSort.REPLY) == files
    assert office.claim(timedelta(hours=1)) is None
    assert row(office).status is Status.OPEN
    assert office.store.call_back(number, "maria", office.desk.now) is None


def test_what_was_begun_since_is_not_lost_when_a_mail_comes_back(office: Office) -> None:
    number = office.put()
    office.store.save_draft("maria", office.reference, DraftSort.REPLY, {"text": "And"}, 0, NOW)
    office.store.call_back(number, "maria", office.desk.now)
    draft = office.store.draft_of("maria", office.reference, DraftSort.REPLY)
    assert draft is not None
    assert draft.fields["text"] == "A new top leaves today.\n\nAnd"


def test_a_key_that_was_taken_back_sends_nothing_more(office: Office) -> None:
    office.store.call_back(office.put(), "maria", office.desk.now)
    office.press -= 1
    with pytest.raises(NotPossible, match="taken back"):
        office.put()


def test_a_clock_that_is_set_back_keeps_no_answer(office: Office) -> None:
    mail_ = office.put()
    office.desk.now -= timedelta(hours=1)
    assert office.claim(timedelta()) is None
    assert office.store.reply(mail_).leaves_at == office.desk.now + WINDOW
    assert office.leave() == mail_


def test_called_back_while_its_envelope_is_open_it_does_not_leave(office: Office) -> None:
    office.put()
    mail_ = office.claim()
    assert mail_ is not None
    assert office.store.call_back(mail_.id, "maria", office.desk.now) is not None
    assert not office.store.inflight(mail_.id, office.desk.now)


def test_in_flight_it_is_too_late_to_call_it_back(office: Office) -> None:
    office.put()
    mail_ = office.claim()
    assert mail_ is not None
    office.store.inflight(mail_.id, office.desk.now)
    assert office.store.call_back(mail_.id, "maria", office.desk.now) is None
    office.store.sent(mail_.id, office.desk.now, "250 ok")
    assert state(office) is State.SENT


@pytest.mark.parametrize("stopped", ["put", "claimed", "inflight", "sent"])
def test_killed_anywhere_a_reply_is_sent_once_or_shown_and_never_twice(
    office: Office, stopped: str
) -> None:
    office.put()
    if stopped != "put":
        mail_ = office.claim()
        assert mail_ is not None
        if stopped != "claimed":
            office.store.inflight(mail_.id, office.desk.now)
        if stopped == "sent":
            office.store.sent(mail_.id, office.desk.now, "250 ok")
    office.store.start("here", 1, "boot", office.desk.now)
    again = office.claim()
    assert (again is not None) is (stopped in {"put", "claimed"})
    if stopped == "inflight":
        assert state(office) is State.UNKNOWN
        assert UNKNOWN_FATE in row(office).badges
        assert row(office).status is Status.OPEN  # the clock runs on


def test_a_mail_of_unknown_fate_is_sent_again_by_a_person_under_the_same_name(
    office: Office,
) -> None:
    number = office.put()
    first = office.claim()
    assert first is not None
    office.store.inflight(first.id, office.desk.now)
    office.store.unknown(first.id, office.desk.now, "no reply")
    assert office.store.reply(number).state is State.UNKNOWN
    with pytest.raises(Overtaken):
        office.put(by=JONAS, seen=0)
    office.store.send_again(number, "jonas", office.desk.now)
    assert UNKNOWN_FATE not in row(office).badges
    second = office.claim()
    assert second is not None
    assert (second.message_id, second.payload) == (first.message_id, first.payload)
    with pytest.raises(NotPossible, match="claimed"):
        office.store.send_again(number, "jonas", office.desk.now)
    assert "reply_sent_again" in office.events()


def test_a_person_may_say_that_it_did_arrive(office: Office) -> None:
    number = office.put()
    mail_ = office.claim()
    assert mail_ is not None
    left = office.desk.now
    office.store.inflight(mail_.id, left)
    office.store.unknown(mail_.id, left, "no reply")
    office.desk.now += timedelta(minutes=5)
    office.store.did_arrive(number, "maria", office.desk.now)
    assert office.store.ticket(office.reference).clocks[0].answered == left
    with pytest.raises(NotPossible, match="sent"):
        office.store.did_arrive(number, "maria", office.desk.now)


@pytest.mark.parametrize("seen_first", [True, False])
def test_its_copy_in_sent_proves_that_it_left_and_counts_once(
    office: Office, *, seen_first: bool
) -> None:
    number = office.put()
    mail_ = office.claim()
    assert mail_ is not None
    office.store.inflight(mail_.id, office.desk.now)
    if seen_first:
        office.desk.take(mail_.payload or b"", SENT)
    office.store.unknown(mail_.id, office.desk.now, "no reply")
    if not seen_first:
        office.desk.take(mail_.payload or b"", SENT)
    assert office.store.reply(number).state is State.SENT
    assert len(office.store.answers(office.reference)) == 1
    assert [m.role for m in office.store.ticket(office.reference).messages] == ["inbox", "sent"]


def test_a_copy_that_comes_after_it_was_accepted_is_the_same_mail(office: Office) -> None:
    number = office.put()
    raw = office.claim()
    assert raw is not None
    office.store.inflight(raw.id, office.desk.now)
    office.store.sent(raw.id, office.desk.now, "250 ok")
    assert office.desk.receive(raw.payload or b"", SENT) == 0
    assert office.desk.triage() == []
    assert len(office.store.answers(office.reference)) == 1
    assert office.store.reply(number).message is not None


@pytest.mark.parametrize("refused", [True, False])
def test_what_no_relay_takes_leaves_the_ticket_waiting_and_is_shown(
    office: Office, *, refused: bool
) -> None:
    number = office.put()
    mail_ = office.claim()
    assert mail_ is not None
    if refused:
        office.store.failed(mail_.id, office.desk.now, "550 no such user")
    else:
        office.store.retry(mail_.id, office.desk.now, "451 later")
    assert row(office).status is Status.OPEN
    assert (NOT_SENT in row(office).badges) is refused
    if refused:
        assert office.store.reply(number).reason == "550 no such user"
        assert office.store.call_back(number, "maria", office.desk.now) is not None
        assert NOT_SENT not in row(office).badges


def test_a_second_mail_that_fails_wakes_the_ticket_that_rested(office: Office) -> None:
    office.put()
    office.leave()
    office.put("One thing more.")
    mail_ = office.claim()
    assert mail_ is not None
    office.store.failed(mail_.id, office.desk.now, "550 no")
    assert row(office).status is Status.OPEN
    assert office.store.ticket(office.reference).clocks[0].result == "met"
    office.store.send_again(mail_.id, "maria", office.desk.now)
    office.leave(timedelta())
    assert row(office).status is Status.WAITING


def test_an_answer_may_promise_an_update(office: Office) -> None:
    due = NOW + timedelta(days=2)
    office.put(after=Owes(due=due, warn_at=None, why="the parts"))
    assert office.store.owed_on(office.reference) == ()
    office.leave()
    (owed,) = office.store.owed_on(office.reference)
    assert (owed.state, owed.due, owed.why) == (OwedState.OPEN, due, "the parts")
    office.put("They are here.")
    office.leave()
    (owed,) = office.store.owed_on(office.reference)
    assert owed.state is OwedState.MET


def test_an_answer_may_end_a_ticket(office: Office) -> None:
    office.put(after=Done(cause=""))
    assert row(office).status is Status.OPEN
    office.leave()
    assert row(office).status is Status.DONE
    assert office.store.ticket(office.reference).clocks[0].result == "met"


def test_what_came_while_it_was_on_its_way_wants_an_answer_of_its_own(office: Office) -> None:
    office.put(after=Done(cause=""))
    office.desk.now += timedelta(seconds=5)
    more = "In-Reply-To: <first@example.net>"
    office.desk.take(mail("The legs are missing too.", message_id="<2@x>", more=more))
    office.leave(timedelta(seconds=5))
    office.desk.triage()
    view = office.store.ticket(office.reference)
    assert view.row.status is Status.OPEN
    assert [clock.result for clock in view.clocks] == ["met", ""]
    assert view.clocks[1].start == NOW + timedelta(seconds=5)


def test_whose_ticket_it_is_stays_so_and_who_steps_in_is_written_down(office: Office) -> None:
    before = row(office).owner
    other = JONAS if before == "maria" else MARIA
    office.put(by=other)
    office.leave()
    assert row(office).owner == before
    assert "stepped_in" in office.events()


def test_an_acknowledgement_waits_for_an_answer_on_its_way_and_is_not_sent_beside_it(
    office: Office,
) -> None:
    office.put()
    found: list[Recheck] = []

    def wait(recheck: Recheck) -> Wait:
        found.append(recheck)
        return Wait(office.desk.now + WINDOW, "being_answered")

    assert office.store.claim(office.desk.now, wait, (Sort.ACKNOWLEDGEMENT,)) is None
    assert found[0].being_answered
    office.leave()
    assert row(office).acknowledgement == "answered"
    assert office.store.claim(office.desk.now + timedelta(hours=1), as_is) is None


def test_an_acknowledgement_goes_on_where_the_answer_was_taken_back(office: Office) -> None:
    office.store.call_back(office.put(), "maria", office.desk.now)
    claimed = office.store.claim(office.desk.now, unanswered, (Sort.ACKNOWLEDGEMENT,))
    assert claimed is not None


def unanswered(recheck: Recheck) -> Readiness:
    assert not recheck.being_answered
    return as_is(recheck)


def test_who_did_not_get_it_among_several_is_kept(office: Office) -> None:
    number = office.put(cc=(Address("al@example.net"),))
    mail_ = office.claim()
    assert mail_ is not None
    assert mail_.also == ("al@example.net",)
    office.store.refused(mail_.id, (Refused("al@example.net", "550 no"),))
    office.store.inflight(mail_.id, office.desk.now)
    office.store.sent(mail_.id, office.desk.now, "250 ok")
    assert office.store.reply(number).refused == (Refused("al@example.net", "550 no"),)
    assert row(office).status is Status.WAITING


def test_who_was_in_copy_takes_part_from_then_on(office: Office) -> None:
    office.put(cc=(Address("al@example.net"),))
    office.leave()
    cites = office.store.replies(office.reference)[0].mail
    name = office.store.ticket(office.reference).outgoing[-1].message_id
    assert cites
    office.desk.now += timedelta(hours=1)
    office.desk.take(
        mail(
            "And when?", sender="al@example.net", message_id="<al@x>", more=f"In-Reply-To: <{name}>"
        )
    )
    assert row(office).status is Status.OPEN


def test_a_bounce_of_an_answer_takes_it_back_and_the_clock_runs_on(office: Office) -> None:
    office.put()
    office.leave()
    name = office.store.ticket(office.reference).outgoing[-1].message_id
    office.desk.now += timedelta(minutes=1)
    office.desk.take(bounce(name))
    assert row(office).status is Status.OPEN
    assert office.store.ticket(office.reference).clocks[0].answered is None
    assert BOUNCED in row(office).badges


def test_a_bounce_of_somebody_in_copy_takes_no_answer_back(office: Office) -> None:
    office.put(cc=(Address("pat@example.org", "Pat"),))
    office.leave()
    name = office.store.ticket(office.reference).outgoing[-1].message_id
    office.desk.now += timedelta(minutes=1)
    office.desk.take(bounce(name, "pat@example.org"))
    assert row(office).status is Status.WAITING
    assert office.store.ticket(office.reference).clocks[0].answered is not None
    assert BOUNCED in row(office).badges


def test_a_mail_of_nobody_is_not_found(store: SqliteStore) -> None:
    with pytest.raises(NoSuchTicket):
        store.reply(99)  # type: ignore[arg-type]
    with pytest.raises(NoSuchTicket):
        store.call_back(99, "maria", NOW)  # type: ignore[arg-type]


def test_one_text_answers_many_tickets_and_is_called_back_as_one(
    store: SqliteStore, desk: Desk, office: Office
) -> None:
    desk.take(mail("Mine too.", sender="bo@example.net", message_id="<bo@x>", subject="Chair"))
    names = [office.reference, other(store, office.reference)]
    mails = [
        (name, written(store, name, reply(to=(Address(f"{n}@x.example"),)), key(50 + n)))
        for n, name in enumerate(names)
    ]
    seen = {name: store.correspondence(name).seen for name in names}
    desk.take(
        mail("Hurry.", sender="bo@example.net", message_id="<2@x>", more="References: <bo@x>")
    )
    placed = store.put_replies(mails, MARIA, seen, desk.now, desk.now + WINDOW, "batch-1")
    assert [one.mail is not None for one in placed] == [True, False]
    assert "since you looked" in placed[1].why
    assert store.call_back_batch("batch-1", "maria", desk.now) == 1
    assert store.call_back_batch("batch-1", "maria", desk.now) == 0
    assert office.claim(timedelta(hours=1)) is None


def test_of_many_that_are_called_back_the_first_is_a_draft_again(
    store: SqliteStore, desk: Desk, office: Office
) -> None:
    desk.take(mail("Mine too.", sender="bo@example.net", message_id="<bo@x>", subject="Chair"))
    names = [office.reference, other(store, office.reference)]
    mails = [
        (name, written(store, name, reply("All is well."), key(n))) for n, name in enumerate(names)
    ]
    seen = {name: store.correspondence(name).seen for name in names}
    store.put_replies(mails, MARIA, seen, desk.now, desk.now + WINDOW, "batch-1")
    assert store.call_back_batch("batch-1", "maria", desk.now) == 2
    drafts = [store.drafts_of("maria", name) for name in names]
    assert [[one.fields["text"] for one in some] for some in drafts] == [["All is well."], []]


def other(store: SqliteStore, reference: str) -> str:
    (name,) = {one.reference for one in store.queue(None, 10)} - {reference}
    return name


def test_a_new_mail_makes_a_ticket_that_waits_without_a_clock(
    store: SqliteStore, desk: Desk
) -> None:
    press = key(7)
    name = store.new_reference(press)
    made = written(store, name, reply(form=Form.NEW, subject="Your order"), press)

    def put() -> int:
        leaves = desk.now + WINDOW
        return store.put_new(name, made, MARIA, "orders", "en", desk.now, leaves)

    number = put()
    assert put() == number
    assert store.new_reference(press) == name
    view = store.ticket(name)
    assert (view.row.status, view.clocks, view.row.owner) == (Status.WAITING, (), "maria")
    Office(store, desk, name).leave()
    sent = store.ticket(name).outgoing[0].message_id
    desk.now += timedelta(hours=1)
    desk.take(mail("Thank you, but no.", message_id="<no@x>", more=f"In-Reply-To: <{sent}>"))
    view = store.ticket(name)
    assert (view.row.status, len(view.clocks)) == (Status.OPEN, 1)
    assert view.clocks[0].start == desk.now


def test_a_new_mail_that_is_called_back_leaves_no_ticket_to_look_at(
    store: SqliteStore, desk: Desk, office: Office
) -> None:
    press = key(8)
    name = store.new_reference(press)
    made = written(store, name, reply(form=Form.NEW), press)
    leaves = desk.now + WINDOW
    number = store.put_new(name, made, MARIA, "orders", None, desk.now, leaves)
    assert store.call_back(number, "maria", desk.now) is not None
    assert store.ticket(name).row.status is Status.MERGED
    draft = store.draft_of("maria", "", DraftSort.NEW)
    assert draft is not None
    assert draft.fields["to"] == "jo@example.net"


def test_a_new_mail_that_comes_back_is_put_before_people(store: SqliteStore, desk: Desk) -> None:
    press = key(9)
    name = store.new_reference(press)
    made = written(store, name, reply(form=Form.NEW), press)
    store.put_new(name, made, MARIA, "orders", None, desk.now, desk.now + WINDOW)
    Office(store, desk, name).leave()
    desk.take(bounce(made.message_id))
    assert store.ticket(name).row.status is Status.OPEN


def test_a_store_that_is_read_by_another_shows_its_replies(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "triage.db"
    after = Owes(due=NOW + timedelta(days=1), warn_at=NOW, why="x")
    office.put(after=after)
    again = open_store(path, read_only=True)
    assert [one.after for one in again.replies(office.reference)] == [after]
    again.close()


def test_what_a_person_wrote_leaves_before_a_wave_of_acknowledgements(
    store: SqliteStore, desk: Desk, office: Office
) -> None:
    for n in range(3):
        desk.take(mail(f"{n}", sender=f"{n}@{n}.example", message_id=f"<{n}@x>", subject=f"{n}"))
    office.put()
    desk.now += timedelta(minutes=1)
    claimed = store.claim(desk.now, as_written)
    assert claimed is not None
    assert claimed.sort is Sort.REPLY
