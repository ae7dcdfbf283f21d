"""What is kept beyond the hour: asks, voices, remedies, gifts, wishes, causes, who may leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.store.desk import NOW, SENT, TERMS, Desk, Pinned, mail
from tests.store.test_by_hand import plans
from triage.core.acknowledge import Reason
from triage.core.desk import Queue
from triage.core.disposition import Open
from triage.core.goodwill import Gift
from triage.core.needed import ASKED_TWICE
from triage.core.patterns import pattern
from triage.core.prediction import Prediction, SignalScore
from triage.core.ticket import Priority
from triage.core.wish import Wish
from triage.errors import NotPossible
from triage.store.byhand import Closing, Correction
from triage.store.reporting import Reported
from triage.store.round import GOODBYE, Remedy, Sign, VoiceKind, VoiceSaid
from triage.store.sqlite import SqliteStore

DAY = timedelta(days=1)
MONTH = NOW.replace(day=1, hour=0)
BOOSTS = TERMS.service.boosts
NEEDS = replace(
    TERMS,
    queues={"returns": Queue(name="returns", title="Returns", needs=("order_number",))},
    fact_patterns={"order_number": (pattern(r"(NW-\d{6})"),)},
)


def saying(*signals: str) -> Pinned:
    """Return a model that finds these signals in every mail."""
    return Pinned(
        Prediction(
            queue_scores={"returns": 0.9},
            queue_sure=True,
            priority_scores={Priority.NORMAL: 0.9},
            signals={
                name: SignalScore(score=0.9, fired=True, sentence=f"About {name}.")
                for name in signals
            },
        )
    )


def reported(store: SqliteStore, since: datetime = NOW - DAY) -> Reported:
    return store.reported(since, since + 2 * DAY, NOW)


def opened(desk: Desk, *signals: str, number: int = 1) -> str:
    desk.model = saying(*signals)
    decision = desk.take(
        mail(f"Words {number}.", message_id=f"<{number}@x>", subject=f"Subject {number}")
    )
    assert isinstance(decision, Open)
    return decision.reference


# --- asks ---------------------------------------------------------------------------------------


def sent_acknowledgement(desk: Desk) -> str:
    """Open a ticket whose acknowledgement offers to complete a fact, and send it."""
    desk.terms = NEEDS
    reference = opened(desk)
    claimed = desk.claim()
    assert claimed is not None
    assert claimed.facts["missing"] == "order_number"
    assert desk.store.in_the_round(reference).asks == 0
    assert desk.store.inflight(claimed.id, desk.now)
    desk.store.sent(claimed.id, desk.now, "250 ok")
    return reference


def answer(desk: Desk, text: str, number: int) -> None:
    raw = mail(
        text,
        sender="Maria Lund <maria@northwind.example>",
        to="jo@example.net",
        subject="Re: Subject 1",
        message_id=f"<answer{number}@northwind.example>",
        more="In-Reply-To: <1@x>\n",
    )
    desk.now += timedelta(minutes=5)
    desk.take(raw, SENT)


def test_an_offer_that_left_is_an_ask_and_a_second_one_is_flagged(desk: Desk) -> None:
    reference = sent_acknowledgement(desk)
    assert desk.store.in_the_round(reference).asks == 1
    assert ASKED_TWICE not in desk.store.ticket(reference).row.badges
    answer(desk, "Could you please send me your order number?", 1)
    view = desk.store.ticket(reference)
    assert desk.store.in_the_round(reference).asks == 2
    assert ASKED_TWICE in view.row.badges
    told = [event.detail for event in view.events if event.name == ASKED_TWICE]
    assert told == [{"asks": 2}]


def test_an_answer_that_says_something_asks_for_nothing(desk: Desk) -> None:
    reference = sent_acknowledgement(desk)
    answer(desk, "I have sent a new top today; it will be with you on Friday.", 1)
    assert desk.store.in_the_round(reference).asks == 1


# --- complaints and compliments -----------------------------------------------------------------


def test_a_complaint_is_entered_with_its_sentence_and_owner(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk, "complaint")
    opened(desk, number=2)
    (voice,) = reported(store).voices
    assert (voice.kind, voice.reference) == (VoiceKind.COMPLAINT, reference)
    assert (voice.sentence, voice.at, voice.person) == ("About complaint.", NOW, "")
    assert voice.owner == store.ticket(reference).row.owner
    assert voice.closed is None


def test_the_register_follows_what_people_correct(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk, "complaint")
    wrong = Correction(signals={"complaint": False, "compliment": True})
    store.correct(reference, wrong, BOOSTS, "maria", NOW)
    (voice,) = reported(store).voices
    assert (voice.kind, voice.person) == (VoiceKind.COMPLIMENT, "maria")
    assert store.undo_correction(reference, "maria", NOW)
    (voice,) = reported(store).voices
    assert (voice.kind, voice.sentence) == (VoiceKind.COMPLAINT, "About complaint.")


def test_cause_and_fix_are_said_and_the_complaint_is_closed(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk, "complaint")
    said = VoiceSaid(cause="defect", fix="A new supplier.", closed=True)
    store.say_of_voice(reference, VoiceKind.COMPLAINT, said, "maria", NOW + DAY)
    (voice,) = store.in_the_round(reference).voices
    assert (voice.cause, voice.fix, voice.closed) == ("defect", "A new supplier.", NOW + DAY)
    store.say_of_voice(reference, VoiceKind.COMPLAINT, VoiceSaid(closed=False), "maria", NOW)
    assert store.in_the_round(reference).voices[0].closed is None
    with pytest.raises(NotPossible, match="holds no compliment"):
        store.say_of_voice(reference, VoiceKind.COMPLIMENT, said, "maria", NOW)


def test_tickets_that_became_one_are_one_complaint(store: SqliteStore, desk: Desk) -> None:
    first = opened(desk, "complaint")
    second = opened(desk, "complaint", number=2)
    store.merge(second, first, "maria", NOW)
    assert [voice.reference for voice in reported(store).voices] == [first]
    store.undo_merge(second, "maria", NOW)
    assert len(reported(store).voices) == 2


# --- remedies and gifts -------------------------------------------------------------------------


def gift(amount: int = 2000) -> Gift:
    return Gift(kind="voucher", amount=amount, currency="GBP", reason="Sorry", person="maria")


def never(spent: int) -> str:
    return f"{spent} were spent"


def allowed(spent: int) -> str:
    return ""


def test_a_gift_is_written_down_and_taking_it_back_leaves_its_row(
    store: SqliteStore, desk: Desk
) -> None:
    reference = opened(desk)
    assert store.give(reference, gift(), MONTH, NOW, allowed) == 1
    store.give(reference, gift(500), MONTH, NOW, allowed)
    assert store.spent(MONTH, NOW + DAY, "GBP") == 2500
    taken = store.take_gift_back(reference, "maria", NOW + DAY)
    assert taken is not None
    assert (taken.number, taken.undone) == (2, NOW + DAY)
    assert store.spent(MONTH, NOW + DAY, "GBP") == 2000
    assert [one.number for one in store.given(MONTH, NOW + DAY)] == [1, 2]
    store.take_gift_back(reference, "maria", NOW)
    assert store.take_gift_back(reference, "maria", NOW) is None


def test_the_budget_is_asked_of_what_was_spent_this_month(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    store.give(reference, gift(700), MONTH, MONTH - DAY, allowed)
    store.give(reference, gift(300), MONTH, NOW, allowed)
    with pytest.raises(NotPossible, match="300 were spent"):
        store.give(reference, gift(), MONTH, NOW, never)
    assert len(store.in_the_round(reference).given) == 2


def test_a_remedy_says_what_happened_and_who_decided(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    remedy = Remedy(
        at=NOW,
        person="maria",
        happened="The top was cracked.",
        kept_word=False,
        asked_for="A new top",
        decided="A new top tomorrow",
        decided_by="jonas",
        final=True,
    )
    store.add_remedy(reference, remedy)
    assert store.in_the_round(reference).remedies == (remedy,)
    assert store.remedies(NOW, NOW + DAY) == ((reference, remedy),)
    assert store.remedies(NOW - DAY, NOW) == ()


# --- wishes -------------------------------------------------------------------------------------


def test_who_wishes_for_no_automatic_notes_gets_none(store: SqliteStore, desk: Desk) -> None:
    store.keep_wish(Wish(address="Jo@example.net", automatic=False), "maria", NOW)
    decision = desk.take(mail())
    assert isinstance(decision, Open)
    assert decision.acknowledgement.reason == Reason.WISHES_NONE
    assert desk.claim() is None
    store.keep_wish(Wish(address="jo@example.net"), "maria", NOW)
    assert store.wish("jo@example.net") is None
    other = desk.take(mail("Another thing.", message_id="<2@x>", subject="Another"))
    assert isinstance(other, Open)
    assert other.acknowledgement.acknowledge


def test_a_wished_language_wins_over_what_is_detected(store: SqliteStore, desk: Desk) -> None:
    store.keep_wish(Wish(address="jo@example.net", language="de"), "maria", NOW)
    decision = desk.take(mail("The table top arrived cracked, and I would like a new one."))
    assert isinstance(decision, Open)
    assert decision.owner == "jonas"
    assert store.ticket(decision.reference).row.language == "de"
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.facts["language"] == "de"


def test_a_name_that_is_wished_goes_with_the_acknowledgement(
    store: SqliteStore, desk: Desk
) -> None:
    store.keep_wish(Wish(address="jo@example.net", name="Dr. Park"), "maria", NOW)
    decision = desk.take(mail())
    assert isinstance(decision, Open)
    assert decision.acknowledgement.mail is not None
    assert decision.acknowledgement.mail.facts["called"] == "Dr. Park"
    assert store.in_the_round(decision.reference).wish == store.wish("jo@example.net")


# --- causes, and who may leave ------------------------------------------------------------------


def test_what_was_chosen_for_like_tickets_is_remembered(store: SqliteStore, desk: Desk) -> None:
    first, second = opened(desk, "complaint"), opened(desk, number=2)
    store.close_ticket(first, Closing(reason="done", cause="defect"), "maria", NOW)
    store.close_ticket(second, Closing(reason="done"), "maria", NOW)
    assert [one.cause for one in store.caused_like("returns", NOW - DAY, 9)] == ["defect"]
    store.set_cause(second, "question", "maria", NOW)
    found = store.caused_like("returns", NOW - DAY, 9)
    assert {(one.cause, "complaint" in one.rules) for one in found} == {
        ("defect", True),
        ("question", False),
    }
    assert store.caused_like("orders", NOW - DAY, 9) == ()
    assert store.in_the_round(first).voices[0].cause == "defect"


def test_who_says_so_and_who_is_in_quiet_trouble_may_leave(store: SqliteStore, desk: Desk) -> None:
    leaving = opened(desk, "churn_risk")
    opened(desk, "complaint", number=2)
    opened(desk, number=3)
    quiet = opened(desk, "repeat_contact", number=4)
    opened(desk, "repeat_contact", "complaint", number=5)
    found = {one.reference: one for one in reported(store).leaving}
    assert set(found) == {leaving, quiet}
    assert (found[leaving].sign, found[leaving].sentence) == (Sign.SAYS_SO, "About churn_risk.")
    assert found[quiet].sign is Sign.QUIET_TROUBLE


def test_a_kind_goodbye_is_an_outcome_and_what_waits_never_leaves_the_list(
    store: SqliteStore, desk: Desk
) -> None:
    first, second = opened(desk, "churn_risk"), opened(desk, "churn_risk", number=2)
    store.close_ticket(first, Closing(reason=GOODBYE), "maria", NOW)
    found = {one.reference: one.outcome for one in reported(store).leaving}
    assert found == {first: "goodbye", second: ""}
    later = reported(store, NOW + DAY).leaving
    assert [one.reference for one in later] == [second]


def test_the_leaving_list_reads_only_those_who_may_leave(store: SqliteStore) -> None:
    plan = [one.partition(": ")[0] for one in plans(store, lambda: reported(store))]
    assert any("ticket_leaving (opened" in line for line in plan), plan
    assert any("ticket_leaving_open (opened" in line for line in plan), plan
