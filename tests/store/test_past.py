"""Mail of the past comes back with what judged it, and with what people said of it since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.desk import IS_SPAM, NOW, Desk, mail
from triage.core.disposition import Open
from triage.core.known import Surroundings
from triage.core.prediction import Prediction
from triage.core.remember import recalled
from triage.core.ticket import Priority
from triage.store.byhand import Correction
from triage.store.sqlite import SqliteStore
from triage.store.versions import Past, SetRight

SINCE = NOW - timedelta(days=30)
BOOSTS = dict.fromkeys(Priority, 0)
ROBOT = "Auto-Submitted: auto-replied"


def opened(desk: Desk, number: int, **how: str) -> str:
    decision = desk.take(
        mail(
            f"Table {number} arrived cracked and in the wrong colour, too, which is a pity indeed.",
            sender=f"jo{number}@example.net",
            message_id=f"<{number}@example.net>",
            **how,
        )
    )
    assert isinstance(decision, Open)
    return decision.reference


def past(store: SqliteStore, limit: int = 100) -> tuple[Past, ...]:
    return store.past(store.past_mails(SINCE, limit))


def test_what_the_model_said_and_what_was_known_is_kept_with_a_mail(
    store: SqliteStore, desk: Desk
) -> None:
    first, second = opened(desk, 1), opened(desk, 2)
    newest, oldest = past(store)
    assert (newest.name, oldest.name) == (second, first)
    said = recalled(Prediction, newest.said)
    assert said.queue_scores == desk.model.prediction.queue_scores
    assert said.queue_sure
    around = recalled(Surroundings, newest.around, secret=b"", instance="", reference="")
    assert sum(around.loads.values()) == 1, "the first ticket was open by then"
    assert newest.decided == NOW
    assert newest.ended is None


def test_filed_mail_is_past_mail_and_what_joins_a_ticket_is_not(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk, 1)
    desk.take(mail("Out of office.", sender="robot@example.org", message_id="<r@x>", more=ROBOT))
    reply = "In-Reply-To: <1@example.net>"
    desk.take(mail("And the legs.", sender="jo1@example.net", message_id="<2@x>", more=reply))
    filed, ticket = past(store)
    assert ticket.name == reference
    assert filed.name.startswith("M-")


def test_the_newest_come_first_and_older_mail_than_asked_for_does_not_come(
    store: SqliteStore, desk: Desk
) -> None:
    for number in range(3):
        desk.receive(
            mail("Cracked.", sender=f"jo{number}@x.test", message_id=f"<{number}@x>"),
            at=NOW - timedelta(days=number),
        )
    desk.triage()
    assert len(store.past_mails(SINCE, 2)) == 2
    everything = past(store)
    assert [one.received.arrived for one in everything] == sorted(
        (one.received.arrived for one in everything), reverse=True
    )
    assert len(store.past_mails(NOW - timedelta(days=1), 9)) == 2, "the limit itself counts"


def test_what_people_set_right_is_told_and_what_they_took_back_is_not(
    store: SqliteStore, desk: Desk
) -> None:
    first, second = opened(desk, 1), opened(desk, 2)
    moved = Correction(queue="orders", signals={"complaint": True})
    store.correct(first, moved, BOOSTS, "kim", NOW)
    store.correct(first, Correction(priority=Priority.HIGH), BOOSTS, "kim", NOW)
    store.correct(second, Correction(queue="orders"), BOOSTS, "kim", NOW)
    assert store.undo_correction(second, "kim", NOW)
    numbers = store.past_mails(SINCE, 9)
    (right,) = store.set_right(numbers).values()
    assert right == SetRight(queue="orders", priority="high", signals={"complaint": True})
    assert list(store.set_right(numbers)) == [numbers[1]]
    assert store.set_right(numbers[:1]) == {}


def test_the_kind_that_a_person_says_is_told_but_not_judged_by(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk, 1)
    store.correct(reference, IS_SPAM, {}, "kim", NOW)
    (right,) = store.set_right(store.past_mails(SINCE, 9)).values()
    assert right.kind == "spam"
    (one,) = past(store)
    assert one.received.kind_said is None


def test_an_answer_ends_a_mail_and_pauses_between_answers_of_one_person_are_measured(
    store: SqliteStore, desk: Desk
) -> None:
    references = [opened(desk, number) for number in range(4)]
    for minutes, who, reference in zip((5, 9, 11, 200), "kklk", references, strict=True):
        store.answered(reference, NOW + timedelta(minutes=minutes), who, "phone")
    ended = sorted(one.ended for one in past(store) if one.ended is not None)
    assert ended == [NOW + timedelta(minutes=one) for one in (5, 9, 11, 200)]
    hour = timedelta(hours=1)
    assert store.between_answers(NOW, hour) == (timedelta(minutes=4),)
    assert store.between_answers(NOW + hour, hour) == ()


def test_a_mail_of_which_nothing_was_kept_comes_with_nothing(
    store: SqliteStore, desk: Desk
) -> None:
    desk.model.prediction = replace(Prediction())
    opened(desk, 1)
    (one,) = past(store)
    assert one.said == {}
