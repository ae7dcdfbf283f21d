"""What the watch writes down: breaches and why, snoozes, check-backs, alerts that are too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.store.desk import NOW, SENT, Desk, as_is, do, mail
from triage.core.acting import act
from triage.core.alerts import MOST_AN_HOUR
from triage.core.breach import Reason
from triage.core.disposition import Join, Open
from triage.core.outgoing import Cancel, Outgoing, Readiness, Sort, State
from triage.core.owed import OwedState, Owes, Source
from triage.core.prediction import SignalScore
from triage.core.ticket import Priority, Status
from triage.errors import NotPossible
from triage.store.byhand import Closing, Correction
from triage.store.deeds import Doer, PuttingOff
from triage.store.guarding import Breach, Guarded
from triage.store.protocol import Recheck

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = NOW + HOUR
BOOSTS = dict.fromkeys(Priority, 0)


def fire(desk: Desk, now: datetime) -> list[str]:
    desk.now = now
    told = partial(act, terms=desk.terms, secret=b"secret", now=now)
    return [timer.name for timer in desk.store.fire(now, told)]


def opened(desk: Desk, number: int = 0, sender: str = "") -> str:
    who = sender or f"Jo <jo{number}@example.net>"
    first = desk.take(
        mail(
            f"Where is order {number * 7919}? {'abcdefgh'[number % 8] * 9}",
            sender=who,
            subject=f"Order {number}",
            message_id=f"<{number}@example.net>",
        )
    )
    assert isinstance(first, Open)
    return first.reference


def breach(desk: Desk, reference: str) -> Breach:
    (found,) = desk.store.breaches_of(reference)
    return found


def sent(desk: Desk, sort: Sort, now: datetime) -> list[Outgoing]:
    """Let everything leave that is due, and return what of a sort did."""
    left = []
    while (one := desk.store.claim(now, as_is)) is not None:
        desk.store.inflight(one.id, now)
        desk.store.sent(one.id, now, "250 kept")
        left += [one] if one.sort is sort else []
    return left


@pytest.fixture
def reference(desk: Desk) -> str:
    return opened(desk)


def test_a_breach_is_written_down_at_the_deadline_itself_with_a_reason(
    desk: Desk, reference: str
) -> None:
    late = DUE + 3 * HOUR
    assert fire(desk, late) == ["warning", "escalation", "breach"]
    found = breach(desk, reference)
    assert (found.at, found.noticed, found.clock) == (DUE, late, Guarded.FIRST)
    assert (found.reason, found.person) == (Reason.NOT_ANSWERED, "")
    (event,) = [e for e in desk.store.ticket(reference).events if e.name == "breach"]
    assert (event.at, event.detail["reason"]) == (DUE, "not_answered")
    assert fire(desk, late + HOUR) == []


def test_a_late_answer_that_comes_before_the_watch_looks_leaves_the_breach_to_be_written_down(
    desk: Desk, reference: str
) -> None:
    desk.store.answered(reference, DUE + 5 * MINUTE, "maria", "phone")
    assert fire(desk, DUE + HOUR) == ["breach"]
    assert breach(desk, reference).at == DUE
    row = desk.store.ticket(reference).row
    assert row.status is Status.WAITING


def test_a_breach_is_none_once_an_answer_turns_out_to_have_been_in_time(
    desk: Desk, reference: str
) -> None:
    fire(desk, DUE + MINUTE)
    desk.store.answered(reference, DUE - MINUTE, "maria", "mail")
    assert desk.store.breaches_of(reference) == ()
    with pytest.raises(NotPossible, match="no deadline"):
        desk.store.explain_breach(reference, Reason.BURST, "maria", DUE + HOUR)


def test_an_update_written_in_time_and_seen_later_was_not_missed(
    desk: Desk, reference: str
) -> None:
    desk.store.answered(reference, NOW + MINUTE, "maria", "phone")
    due = NOW + 5 * HOUR
    owe(desk, reference, due)
    while fire(desk, due + MINUTE):
        pass
    assert breach(desk, reference).clock is Guarded.UPDATE
    desk.store.answered(reference, due - MINUTE, "maria", "mail")
    assert desk.store.breaches_of(reference) == ()


def test_a_person_may_know_better_why(desk: Desk, reference: str) -> None:
    fire(desk, DUE + MINUTE)
    changed = desk.store.explain_breach(reference, Reason.BURST, "maria", desk.now)
    assert (changed.reason, changed.person) == (Reason.BURST, "maria")
    assert desk.store.reported(DUE, DUE + MINUTE, desk.now).breaches == (changed,)
    assert desk.store.reported(NOW, DUE, desk.now).breaches == ()
    assert desk.store.ticket(reference).events[-1].detail["from"] == "not_answered"


def test_there_is_no_reason_for_what_was_not_missed(desk: Desk, reference: str) -> None:
    with pytest.raises(NotPossible, match="no deadline of it was missed"):
        desk.store.explain_breach(reference, Reason.BURST, "maria", NOW)


def test_a_queue_changed_late_is_the_reason(desk: Desk, reference: str) -> None:
    store, late = desk.store, NOW + 50 * MINUTE
    store.correct(reference, Correction(queue="orders"), BOOSTS, "maria", late)
    fire(desk, DUE + MINUTE)
    assert breach(desk, reference).reason is Reason.MISROUTED


def test_mail_that_our_server_kept_for_long_before_we_saw_it_is_the_reason(desk: Desk) -> None:
    desk.now = NOW + 40 * MINUTE
    desk.receive(mail(), at=NOW)
    desk.triage()
    (row,) = desk.store.queue(None, 9)
    fire(desk, DUE + MINUTE)
    found = breach(desk, row.reference)
    assert (found.reason, found.detail) == (Reason.FETCH_LAG, {"minutes": 40})


def test_more_than_twice_the_usual_mail_is_a_burst(desk: Desk) -> None:
    for number in range(3):
        desk.now = NOW - DAY + number * HOUR
        opened(desk, 100 + number)
    desk.now = NOW
    references = [opened(desk, number) for number in range(8)]
    while fire(desk, DUE + MINUTE):
        pass
    found = breach(desk, references[0])
    assert found.reason is Reason.BURST
    assert found.detail["usual"] == 1.0


def test_a_second_turn_is_missed_as_the_next_one(desk: Desk, reference: str) -> None:
    desk.store.answered(reference, NOW + MINUTE, "maria", "phone")
    desk.now = NOW + 20 * MINUTE
    more = "In-Reply-To: <0@example.net>"
    sender = "Jo <jo0@example.net>"
    desk.take(mail("And the leg?", sender=sender, message_id="<2@x>", more=more))
    fire(desk, NOW + 90 * MINUTE)
    assert breach(desk, reference).clock is Guarded.NEXT


# --- put off ------------------------------------------------------------------------------------


def test_a_ticket_that_is_put_off_is_open_again_at_its_time_by_the_clock_it_had(
    desk: Desk, reference: str
) -> None:
    do(desk.store, reference, PuttingOff(NOW + 30 * MINUTE), "maria", NOW)
    row = desk.store.ticket(reference).row
    assert (row.status, row.answer_by) == (Status.SNOOZED, DUE)
    assert desk.store.queue(None, 9) == ()
    assert fire(desk, NOW + 30 * MINUTE) == ["wake"]
    row = desk.store.ticket(reference).row
    assert (row.status, row.answer_by) == (Status.OPEN, DUE)
    (again,) = desk.store.queue(None, 9)
    assert again.reference == reference


def test_a_snooze_stops_no_deadline_and_is_the_reason_that_it_was_missed(
    desk: Desk, reference: str
) -> None:
    do(desk.store, reference, PuttingOff(DUE + DAY), "maria", NOW)
    assert fire(desk, DUE + MINUTE) == ["warning", "escalation", "breach"]
    assert breach(desk, reference).reason is Reason.SNOOZED_PAST_DUE
    alerts = [o for o in desk.store.ticket(reference).outgoing if o.sort is Sort.ALERT]
    assert alerts


def test_mail_of_the_requester_ends_a_snooze_and_leaves_the_deadline(
    desk: Desk, reference: str
) -> None:
    do(desk.store, reference, PuttingOff(DUE + DAY), "maria", NOW)
    desk.now = NOW + 20 * MINUTE
    more = "In-Reply-To: <0@example.net>"
    joined = desk.take(
        mail("Well?", sender="Jo <jo0@example.net>", message_id="<2@example.net>", more=more)
    )
    assert isinstance(joined, Join)
    view = desk.store.ticket(reference)
    assert (view.row.status, view.row.answer_by) == (Status.OPEN, DUE)
    assert len(view.clocks) == 1
    assert "wake" not in fire(desk, DUE + 2 * DAY)


def test_a_snooze_ends_when_it_is_taken_back_or_by_an_answer(desk: Desk, reference: str) -> None:
    store, maria = desk.store, Doer(person="maria", address="")
    number = do(store, reference, PuttingOff(DUE), "maria", NOW)
    assert store.take_back(number, maria, NOW + MINUTE).done == (reference,)
    assert store.ticket(reference).row.status is Status.OPEN
    (refused,) = store.take_back(number, maria, NOW + MINUTE).refused
    assert "taken back already" in refused.why
    do(store, reference, PuttingOff(DUE), "maria", NOW)
    store.answered(reference, NOW + 2 * MINUTE, "maria", "phone")
    assert store.ticket(reference).row.status is Status.WAITING
    assert fire(desk, DUE + DAY) == []
    with pytest.raises(NotPossible, match="waits for no answer"):
        do(store, reference, PuttingOff(DUE + DAY), "maria", NOW)


def test_nothing_is_put_off_into_the_past(desk: Desk, reference: str) -> None:
    with pytest.raises(NotPossible, match="has passed"):
        do(desk.store, reference, PuttingOff(NOW), "maria", NOW)


# --- whether all is well ------------------------------------------------------------------------


def answered_and_asked(desk: Desk, reference: str) -> int:
    """Acknowledge, answer, close, and let the requester be asked two days later."""
    sent(desk, Sort.ACKNOWLEDGEMENT, NOW)
    desk.store.answered(reference, NOW + MINUTE, "maria", "phone")
    asks = Closing(check_back=NOW + 2 * DAY)
    return do(desk.store, reference, asks, "maria", NOW + 2 * MINUTE)


def test_who_is_silent_is_asked_once_whether_all_is_well(desk: Desk, reference: str) -> None:
    answered_and_asked(desk, reference)
    assert fire(desk, NOW + 2 * DAY) == ["check_back"]
    (note,) = sent(desk, Sort.CHECK_BACK, NOW + 2 * DAY)
    assert note.recipient == "jo0@example.net"
    desk.now = NOW + 3 * DAY
    more = "In-Reply-To: <0@example.net>"
    desk.take(mail("It is.", sender="Jo <jo0@example.net>", message_id="<2@x>", more=more))
    desk.store.answered(reference, NOW + 3 * DAY, "maria", "phone")
    with pytest.raises(NotPossible, match="asked before"):
        do(desk.store, reference, Closing(check_back=NOW + 9 * DAY), "maria", NOW + 3 * DAY)


def test_whom_nobody_answered_is_not_asked_whether_all_is_well(desk: Desk, reference: str) -> None:
    closing = Closing(reason="spam", check_back=NOW + 2 * DAY)
    with pytest.raises(NotPossible, match="has no answer yet"):
        do(desk.store, reference, closing, "maria", NOW + MINUTE)
    assert desk.store.ticket(reference).row.status is Status.OPEN
    desk.store.answered(reference, NOW + MINUTE, "maria", "phone")
    with pytest.raises(NotPossible, match="has passed"):
        do(desk.store, reference, Closing(check_back=NOW + HOUR), "maria", NOW + HOUR)


def test_who_wrote_meanwhile_is_not_asked(desk: Desk, reference: str) -> None:
    answered_and_asked(desk, reference)
    desk.now = NOW + HOUR
    more = "In-Reply-To: <0@example.net>"
    desk.take(mail("It is not.", sender="Jo <jo0@example.net>", message_id="<2@x>", more=more))
    fire(desk, NOW + 2 * DAY)
    assert sent(desk, Sort.CHECK_BACK, NOW + 2 * DAY) == []
    events = {e.name: e.detail for e in desk.store.ticket(reference).events}
    assert events["check_back_withheld"]["reason"] == "reopened"


def test_a_check_back_can_be_called_off(desk: Desk, reference: str) -> None:
    deed = answered_and_asked(desk, reference)
    maria = Doer(person="maria", address="")
    assert desk.store.take_back(deed, maria, NOW + HOUR).done == (reference,)
    assert fire(desk, NOW + 2 * DAY) == []


def test_an_unhappy_answer_to_a_check_back_comes_back_to_its_owner_before_its_turn(
    desk: Desk, reference: str
) -> None:
    answered_and_asked(desk, reference)
    before = desk.store.ticket(reference).row
    fire(desk, NOW + 2 * DAY)
    (note,) = sent(desk, Sort.CHECK_BACK, NOW + 2 * DAY)
    upset = SignalScore(0.9, "It is still broken.", fired=True)
    desk.model.prediction = replace(desk.model.prediction, signals={"complaint": upset})
    desk.now = NOW + 3 * DAY
    joined = desk.take(
        mail(
            "It is still broken.",
            sender="Jo <jo0@example.net>",
            message_id="<2@example.net>",
            more=f"In-Reply-To: <{note.message_id}>",
        )
    )
    assert isinstance(joined, Join)
    row = desk.store.ticket(reference).row
    assert (row.status, row.owner, row.boost) == (Status.OPEN, before.owner, before.boost + 25)
    assert row.answer_by is not None
    assert row.place == row.answer_by - row.boost * MINUTE


# --- what is owed, and being done ---------------------------------------------------------------


def owe(desk: Desk, reference: str, due: datetime) -> None:
    owes = Owes(due=due, warn_at=due - HOUR, why="when the part is in")
    desk.store.owe(reference, owes, "maria", desk.now, Source.COMMAND)


def test_an_update_that_we_owe_is_warned_of_and_missed_like_any_other_promise(
    desk: Desk, reference: str
) -> None:
    store = desk.store
    store.answered(reference, NOW + MINUTE, "maria", "phone")
    due = NOW + 5 * HOUR
    owe(desk, reference, due)
    assert fire(desk, due - HOUR) == ["update_warning"]
    assert fire(desk, due) == []
    assert fire(desk, due + MINUTE) == ["update_breach"]
    found = breach(desk, reference)
    assert (found.clock, found.at) == (Guarded.UPDATE, due)
    rows = [o for o in store.ticket(reference).outgoing if o.sort is Sort.ALERT]
    assert {str(o.facts["name"]) for o in rows} == {"update_warning", "update_breach"}
    assert {o.facts["about"] for o in rows} == {"when the part is in"}
    assert [owed.state for owed in store.owed_on(reference)] == [OwedState.BREACHED]


def test_what_befell_the_first_mail_is_no_reason_for_an_update_that_is_missed(desk: Desk) -> None:
    desk.now = NOW + 40 * MINUTE
    desk.receive(mail(), at=NOW)
    desk.triage()
    (row,) = desk.store.queue(None, 9)
    late = NOW + 50 * MINUTE
    desk.store.correct(row.reference, Correction(queue="orders"), BOOSTS, "maria", late)
    desk.now = NOW + 55 * MINUTE
    desk.store.answered(row.reference, desk.now, "maria", "phone")
    owe(desk, row.reference, NOW + 5 * HOUR)
    while fire(desk, NOW + 5 * HOUR + MINUTE):
        pass
    found = breach(desk, row.reference)
    assert (found.clock, found.reason) == (Guarded.UPDATE, Reason.NOT_ANSWERED)


# --- so many that nobody could read them --------------------------------------------------------


def told(desk: Desk, agent: str, references: Sequence[str]) -> list[Outgoing]:
    rows = [o for one in references for o in desk.store.ticket(one).outgoing]
    return [o for o in rows if o.sort is Sort.ALERT and o.facts["agent"] == agent]


def test_what_is_too_much_for_an_hour_comes_in_one_mail(desk: Desk) -> None:
    number = 2 * MOST_AN_HOUR
    references = [opened(desk, one) for one in range(number)]
    desk.now = DUE + MINUTE
    while fire(desk, DUE + MINUTE):
        pass
    mine = told(desk, "maria", references)
    assert len([o for o in mine if o.state is State.PENDING]) == MOST_AN_HOUR
    held = [o for o in mine if o.state is State.CANCELLED]
    assert len(held) > number / 2
    assert all(o.reason.startswith("digest maria:") for o in held)
    listed: list[tuple[str, str]] = []

    def look(recheck: Recheck) -> Readiness:
        if recheck.mail.recipient == "maria@northwind.example":
            listed.extend(recheck.listed)
        return Cancel("seen")

    later = DUE + 10 * MINUTE
    while desk.store.due(later):
        desk.store.claim(later, look)
    assert len(listed) == len({(o.ticket, o.facts["name"]) for o in held})


def test_danger_comes_however_much_there_is(desk: Desk) -> None:
    references = [opened(desk, one) for one in range(2 * MOST_AN_HOUR)]
    burns = SignalScore(0.9, "It burns.", fired=True)
    desk.model.prediction = replace(desk.model.prediction, signals={"safety": burns})
    danger = opened(desk, 999)
    while fire(desk, DUE + MINUTE):
        pass
    assert len(told(desk, "maria", references)) > MOST_AN_HOUR
    alarming = told(desk, "maria", [danger])
    assert alarming
    assert all(o.state is State.PENDING for o in alarming)


def test_after_an_outage_each_moment_fires_once_stamped_with_itself(desk: Desk) -> None:
    references = [opened(desk, one) for one in range(5)]
    sent(desk, Sort.ACKNOWLEDGEMENT, NOW)
    back = NOW + 2 * DAY
    names = []
    while fired := fire(desk, back):
        names += fired
    assert sorted(names) == sorted(["warning", "escalation", "delay", "breach"] * 5)
    for one in references:
        view = desk.store.ticket(one)
        assert [e.at for e in view.events if e.name == "breach"] == [DUE]
        (withheld,) = [e for e in view.events if e.name == "delay_withheld"]
        assert withheld.detail["reason"] == "service_down"
        assert not [o for o in view.outgoing if o.sort is Sort.DELAY]


def test_an_answer_in_our_own_client_is_no_reason_to_ask_twice(desk: Desk, reference: str) -> None:
    sent(desk, Sort.ACKNOWLEDGEMENT, NOW)
    reply = mail(
        "It left today.",
        sender="Maria Lund <support@northwind.example>",
        to="jo0@example.net",
        message_id="<reply@northwind.example>",
        more="In-Reply-To: <0@example.net>",
    )
    desk.take(reply, SENT, NOW + MINUTE)
    assert fire(desk, DUE + DAY) == []
