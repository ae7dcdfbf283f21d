"""What rules and model did, what people said of it, and whether waiting heads may judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.test_rules import rule, words
from tests.store.desk import NOW, TERMS, Desk, mail
from tests.store.test_by_hand import plans
from tests.store.test_learning import ENCODER, corrects, taught
from triage.core.disposition import Open
from triage.core.rules import Then
from triage.errors import NotPossible
from triage.store.byhand import Correction
from triage.store.learning import Outcome
from triage.store.sqlite import SqliteStore
from triage.store.tuning import LabelCount, Moved, RuleHits

DAY = timedelta(days=1)
RULES = (
    rule("cracked", Then(queue="returns"), words("cracked")),
    rule("table", Then(queue="orders"), words("table")),
    rule("lamp", Then(flags=("lamp",)), words("lamp")),
)


def opened(desk: Desk, text: str, number: int) -> str:
    made = desk.take(mail(text, subject=f"No {number}", message_id=f"<{number}@example.net>"))
    assert isinstance(made, Open)
    return made.reference


def test_what_rules_did_is_counted_and_what_others_settled_before_them(
    store: SqliteStore, desk: Desk
) -> None:
    desk.terms = replace(TERMS, rules=RULES)
    both, lamp = opened(desk, "The cracked table.", 1), opened(desk, "A lamp and a table.", 2)
    opened(desk, "Nothing.", 3)
    assert store.rule_hits(NOW) == (
        RuleHits("table", 2, 1, 0),
        RuleHits("cracked", 1, 0, 0),
        RuleHits("lamp", 1, 0, 0),
    )
    corrects(desk, both, Correction(queue="orders"))
    corrects(desk, lamp, Correction(queue="returns"))
    moved = {one.rule: one.moved for one in store.rule_hits(NOW)}
    # What a rule would have set and did not, and what sets no queue, was not moved.
    assert moved == {"table": 1, "cracked": 1, "lamp": 0}
    store.undo_correction(lamp, "maria", NOW)
    assert {one.rule: one.moved for one in store.rule_hits(NOW)}["table"] == 0
    assert store.rule_hits(NOW + DAY) == ()
    assert store.moved_by_people(NOW) == (Moved("returns", "orders", 1),)
    assert store.moved_by_people(NOW + DAY) == ()


def test_hits_are_found_by_arrival_however_old_the_store_is(store: SqliteStore) -> None:
    found = plans(store, lambda: store.rule_hits(NOW))
    assert any("SEARCH m USING INDEX" in plan and "arrived>?" in plan for plan in found)
    assert not any("SCAN m" in plan or "SCAN r" in plan for plan in found)


def test_what_people_said_of_queues_and_signals_is_counted(store: SqliteStore, desk: Desk) -> None:
    first, second = opened(desk, "One.", 1), opened(desk, "Two.", 2)
    corrects(desk, first, Correction(queue="orders", signals={"complaint": True}))
    corrects(desk, second, Correction(signals={"complaint": True, "legal": True}))
    corrects(desk, second, Correction(signals={"legal": False}))
    store.ripen(NOW, NOW + DAY)
    assert store.label_counts(NOW) == (
        LabelCount("orders", False, 1, 0, 1),
        LabelCount("complaint", True, 2, 0, 2),
        LabelCount("legal", True, 1, 1, 2),
    )
    assert {one.lately for one in store.label_counts(NOW + DAY)} == {0}


def test_waiting_heads_judge_once_a_person_approves_them(store: SqliteStore) -> None:
    first = store.keep_taught(taught("a", Outcome.LIVE))
    second = store.keep_taught(replace(taught("b", Outcome.WAITING, 3), why="queue: worse"))
    approved = store.approve_heads(second.number, "lena", NOW)
    assert (approved.outcome, approved.number) == (Outcome.LIVE, second.number)
    assert "lena approved it" in approved.why
    assert "queue: worse" in approved.why
    live = store.standing(NOW, ENCODER).live
    assert live is not None
    assert live.number == second.number
    store.roll_back(first.number, "lena", NOW)
    assert [one.outcome for one in store.taught(2)] == [Outcome.ROLLED_BACK, Outcome.LIVE]


def test_rejected_heads_leave_what_they_learnt_in_peace(store: SqliteStore) -> None:
    store.keep_taught(taught("a", Outcome.LIVE))
    second = store.keep_taught(taught("b", Outcome.WAITING, 3))
    assert store.reject_heads(second.number, "lena", NOW).outcome is Outcome.ROLLED_BACK
    standing = store.standing(NOW, ENCODER)
    assert standing.tried == 3
    assert standing.live is not None
    assert standing.live.heads == "a"


@pytest.mark.parametrize("what", ["live", "gone", "older"])
def test_only_the_heads_that_were_taught_last_and_wait_are_decided_over(
    store: SqliteStore, what: str
) -> None:
    store.keep_taught(taught("a", Outcome.LIVE))
    number = 9
    if what == "live":
        number = store.keep_taught(taught("b", Outcome.LIVE)).number
    elif what == "older":
        number = store.keep_taught(taught("b", Outcome.WAITING)).number
        store.keep_taught(taught("c", Outcome.WAITING))
    for decide in (store.approve_heads, store.reject_heads):
        with pytest.raises(NotPossible):
            decide(number, "lena", NOW)
