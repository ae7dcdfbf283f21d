"""A message becomes a ticket, joins one, or answers one; clocks start and stop with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import NOW, SENT, Desk, mail
from triage.core.disposition import Answered, Filed, Join, Open, Own
from triage.core.identifiers import minted
from triage.core.outgoing import State
from triage.core.prediction import Prediction, SignalScore
from triage.core.switches import Switch, SwitchName
from triage.core.ticket import Priority, Status
from triage.errors import NoSuchTicket
from triage.store.byhand import Closing, Correction
from triage.store.sqlite import SqliteStore


def opened(desk: Desk, raw: bytes | None = None) -> Open:
    decision = desk.take(raw or mail())
    assert isinstance(decision, Open)
    return decision


def test_a_humans_mail_becomes_a_ticket_with_owner_deadline_and_acknowledgement(
    store: SqliteStore, desk: Desk
) -> None:
    new = opened(desk)
    view = store.ticket(new.reference)
    assert view.row.queue == "returns"
    assert view.row.owner in {"maria", "jonas"}
    assert view.row.answer_by == NOW + timedelta(hours=1)
    (ack,) = view.outgoing
    assert (ack.state, ack.recipient) == (State.PENDING, "jo@example.net")
    # Too little is known yet of how fast the desk is: the target and half of it again.
    assert ack.promised_at == NOW + timedelta(minutes=90)


def test_p2_a_thread_has_one_acknowledgement_at_most(store: SqliteStore, desk: Desk) -> None:
    first = opened(desk)
    second = desk.take(
        mail(
            "And one leg is missing.",
            message_id="<second@example.net>",
            more="In-Reply-To: <first@example.net>",
        )
    )
    assert isinstance(second, Join)
    assert [m.purpose for m in store.ticket(first.reference).outgoing] == [f"ack:{first.reference}"]


def test_a_stranger_who_cites_a_message_id_gets_a_ticket_of_their_own(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    stranger = desk.take(
        mail(
            "Let me in.",
            sender="eve@example.org",
            message_id="<e@example.org>",
            more="References: <first@example.net>",
        )
    )
    assert isinstance(stranger, Open)
    assert stranger.related == (first.reference,)


def test_a_reply_to_our_own_message_id_joins_from_anybody_and_is_not_acknowledged(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    (ack,) = store.ticket(first.reference).outgoing
    other = desk.take(
        mail(
            "I am her husband.",
            sender="pat@example.org",
            message_id="<p@example.org>",
            more=f"In-Reply-To: <{ack.message_id}>",
        )
    )
    assert isinstance(other, Join)
    assert not other.participant
    assert other.acknowledgement.reason == "third_party"
    assert store.ticket(first.reference).row.status is Status.OPEN


def test_p3_an_automatic_reply_is_filed_on_the_ticket_it_answers(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    (ack,) = store.ticket(first.reference).outgoing
    robot = desk.take(
        mail(
            "I am out of the office.",
            message_id="<r@example.net>",
            more=f"In-Reply-To: <{ack.message_id}>\nAuto-Submitted: auto-replied",
        )
    )
    assert isinstance(robot, Filed)
    view = store.ticket(first.reference)
    assert len(view.messages) == 2
    assert len(view.outgoing) == 1
    assert view.row.answer_by == first.clock.deadline


def test_an_answer_from_a_mail_client_stops_the_clock_and_cancels_the_acknowledgement(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    reply = mail(
        "I will send a new top today.",
        sender="Maria Lund <support@northwind.example>",
        to="jo@example.net",
        message_id="<reply@northwind.example>",
        more="In-Reply-To: <first@example.net>",
    )
    decision = desk.take(reply, SENT, NOW + timedelta(minutes=5))
    assert isinstance(decision, Answered)
    assert decision.by == "maria"
    view = store.ticket(first.reference)
    assert view.row.status is Status.WAITING
    assert view.outgoing[0].state is State.CANCELLED
    assert view.outgoing[0].reason == "answered"
    assert view.clocks[0].result == "met"
    assert store.next_timer() is None


def test_mail_of_ours_that_answers_nobody_is_kept_and_bothers_nobody(
    store: SqliteStore, desk: Desk
) -> None:
    note = mail("Lunch?", sender="maria@northwind.example", to="jonas@northwind.example")
    assert isinstance(desk.take(note, SENT), Own)
    assert store.queue(None, 10) == ()


def test_the_requesters_next_mail_after_an_answer_starts_the_next_cycle(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    store.answered(first.reference, NOW + timedelta(minutes=9), "maria", "phone")
    desk.now = NOW + timedelta(hours=2)
    again = desk.take(
        mail("It broke again.", message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    )
    assert isinstance(again, Join)
    view = store.ticket(first.reference)
    assert view.row.status is Status.OPEN
    assert [clock.result for clock in view.clocks] == ["met", ""]
    assert view.row.answer_by == desk.now + timedelta(hours=1)


def test_a_second_mail_before_the_answer_belongs_to_the_same_turn(
    store: SqliteStore, desk: Desk
) -> None:
    first = opened(desk)
    desk.now = NOW + timedelta(minutes=20)
    desk.take(mail("PS.", message_id="<2@x>", more="In-Reply-To: <first@example.net>"))
    view = store.ticket(first.reference)
    assert len(view.clocks) == 1
    assert view.row.answer_by == NOW + timedelta(hours=1)


def test_the_queue_is_ordered_by_answer_by_minus_boost(store: SqliteStore, desk: Desk) -> None:
    opened(desk, mail("First, usual.", message_id="<1@x>", sender="a@x.example"))
    desk.now = NOW + timedelta(minutes=10)
    danger = SignalScore(0.9, "It sparks.", fired=True)
    desk.model.prediction = replace(desk.model.prediction, signals={"safety": danger})
    urgent = opened(
        desk, mail("It sparks.", message_id="<2@x>", sender="b@x.example", subject="Lamp")
    )
    assert urgent.priority is Priority.URGENT
    assert urgent.clock.deadline == desk.now + timedelta(minutes=15)
    first, _ = store.queue(None, 10)
    assert first.reference == urgent.reference


def test_what_the_model_is_unsure_of_is_listed_under_its_best_guess_too(
    store: SqliteStore, desk: Desk
) -> None:
    desk.model.prediction = Prediction(queue_scores={"orders": 0.5, "returns": 0.4})
    new = opened(desk)
    assert (new.queue, new.guess) == ("unsure", "orders")
    assert len(store.queue("orders", 10)) == len(store.queue("unsure", 10)) == 1


def test_a_ticket_that_a_human_moved_is_no_longer_listed_under_the_models_guess(
    store: SqliteStore, desk: Desk
) -> None:
    new = opened(desk)
    store.correct(
        new.reference, Correction(queue="orders"), desk.terms.service.boosts, "maria", NOW
    )
    assert [row.reference for row in store.queue("orders", 10)] == [new.reference]
    assert store.queue(new.guess, 10) == ()


def test_a_correction_moves_the_ticket_and_can_be_undone(store: SqliteStore, desk: Desk) -> None:
    new = opened(desk)
    boosts = desk.terms.service.boosts
    change = Correction(queue="orders", priority=Priority.HIGH, signals={"complaint": True})
    store.correct(new.reference, change, boosts, "maria", NOW)
    row = store.ticket(new.reference).row
    assert (row.queue, row.priority, row.boost, row.flags) == (
        "orders",
        Priority.HIGH,
        25,
        ("complaint",),
    )
    assert row.place == NOW + timedelta(minutes=35)
    assert store.undo_correction(new.reference, "maria", NOW)
    assert store.ticket(new.reference).row.queue == "returns"
    assert not store.undo_correction(new.reference, "maria", NOW)


def test_a_closed_ticket_waits_for_nothing_and_a_new_mail_reopens_it(
    store: SqliteStore, desk: Desk
) -> None:
    new = opened(desk)
    store.close_ticket(new.reference, Closing(reason="answered in the shop"), "maria", NOW)
    assert store.queue(None, 10) == ()
    assert store.next_timer() is None
    again = desk.take(
        mail("It is back.", message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    )
    assert isinstance(again, Join)
    assert store.ticket(new.reference).row.status is Status.OPEN


def test_after_reopen_within_a_reply_is_a_new_linked_ticket_of_the_same_owner(
    store: SqliteStore, desk: Desk
) -> None:
    new = opened(desk)
    store.close_ticket(new.reference, Closing(reason="done"), "maria", NOW)
    desk.now = NOW + timedelta(days=15)
    later = desk.take(
        mail("It is back.", message_id="<2@x>", more="In-Reply-To: <first@example.net>")
    )
    assert isinstance(later, Open)
    assert later.related == (new.reference,)
    assert later.owner == new.owner
    assert later.acknowledgement.acknowledge


def test_a_ticket_that_does_not_exist_is_said_so(store: SqliteStore) -> None:
    with pytest.raises(NoSuchTicket, match="T-0000000"):
        store.ticket("t-0000000")


def test_p4_mail_found_too_late_is_not_acknowledged_and_says_so(
    store: SqliteStore, desk: Desk
) -> None:
    decision = desk.take(mail(), at=NOW - timedelta(hours=5))
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == "too_late"


def test_a_second_instance_pauses_the_acknowledgements(store: SqliteStore, desk: Desk) -> None:
    secret = bytes.fromhex(store.setting("secret") or "")
    twin = minted(secret, "ack", "T-7777777", "northwind.example")
    unsigned = twin.replace("ack.", "note.", 1)
    assert isinstance(desk.take(mail(message_id=f"<{unsigned}>"), SENT), Own)
    assert not store.switches(NOW), "an unsigned name proves nothing"
    # Whoever, or whatever queue, is called so is no pause.
    store.switch_on(Switch(name=SwitchName.NOTICE, about="all", since=NOW, at=NOW, person="lee"))
    assert isinstance(desk.take(mail("Twice.", message_id=f"<{twin}>"), SENT), Own)
    _, switch = store.switches(NOW)
    assert (switch.name, switch.about, switch.said) == ("pause", "all", "second_instance")


@pytest.mark.parametrize("change", ["upper", "domain"])
def test_p4_nobody_pauses_the_acknowledgements_with_the_name_of_one_that_they_got(
    store: SqliteStore, desk: Desk, change: str
) -> None:
    first = opened(desk)
    (ack,) = store.ticket(first.reference).outgoing
    name = ack.message_id
    name = name.upper() if change == "upper" else f"{name.partition('@')[0]}@relay.example"
    raw = mail("Hello.", sender="support@northwind.example", message_id=f"<{name}>")
    assert isinstance(desk.take(raw), Own)
    assert not store.switches(NOW)


def test_p4_a_few_people_may_write_the_same_and_a_wave_is_held(
    store: SqliteStore, desk: Desk
) -> None:
    words = "Please refund my order. It never came, and nobody at the depot knows of it."
    said = []
    for number in range(12):
        decision = desk.take(
            mail(words, sender=f"p{number}@d{number}.example", message_id=f"<{number}@d.example>")
        )
        assert isinstance(decision, Open)
        said.append(decision.acknowledgement.reason)
    assert set(said[:10]) == {"unverified"}
    assert set(said[10:]) == {"same_text_again"}


def test_a_robot_that_repeats_itself_is_held_at_once(store: SqliteStore, desk: Desk) -> None:
    words = "Your parcel is on its way and will be delivered between eight and ten o'clock."
    first = desk.take(mail(words, subject="Parcel", message_id="<1@x.example>"))
    desk.now += timedelta(minutes=30)
    again = desk.take(mail(words, subject="Delivery", message_id="<2@x.example>"))
    assert isinstance(first, Open)
    assert isinstance(again, Open)
    assert again.acknowledgement.reason in {"same_text_again", "already_waiting"}
