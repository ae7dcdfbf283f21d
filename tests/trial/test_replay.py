"""A draft rehearsed on stored mail: what would change, without a model, and whether it may pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.desk import NOW, Desk, Pinned, mail
from tests.trial.desk import desk_of, shipped_desk
from triage.config.load import Policy
from triage.core.disposition import Filed, Open
from triage.core.prediction import Prediction
from triage.core.ticket import Priority
from triage.model.reading import Text
from triage.pipeline.read import Predictor
from triage.pipeline.terms import terms_of
from triage.store.byhand import Correction
from triage.store.sqlite import SqliteStore, open_store
from triage.store.versions import Held
from triage.trial.gate import Trial, Verdict, gate, too_much
from triage.trial.replay import Replay, Task, replay

MONTH = timedelta(days=30)
RULES = """version: 1
rules:
  - id: tried
    why: "Tried out"
    when: {words: [%s]}
    then: {%s}
"""


class Never:
    """A model that nobody may ask."""

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        raise AssertionError(f"asked about {len(messages)}")


class Counting(Pinned):
    """A model that counts what it was asked."""

    asked = 0

    def predict(self, messages: Sequence[Text]) -> list[Prediction]:
        self.asked += len(messages)
        return super().predict(messages)


@pytest.fixture
def policy() -> Policy:
    return replace(shipped_desk(), rules=())


@pytest.fixture
def desk(store: SqliteStore, policy: Policy) -> Desk:
    return Desk(store, terms_of(policy, "test"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_store(tmp_path / "triage.db")
    store.start("here", 1, "boot", NOW)
    yield store
    store.close()


def ruled(policy: Policy, folder: Path, words: str, then: str) -> Policy:
    rules = desk_of(folder / "rules", {"50-tried.yaml": RULES % (words, then)}).rules
    return replace(policy, rules=rules, digest="draft")


def fill(desk: Desk, number: int = 20) -> list[str]:
    """Take mails of as many people; the words `mail0`, `mail1`, … tell them apart."""
    references = []
    for at in range(number):
        decision = desk.take(
            mail(
                f"Table mail{at} came with a crack along its side.",
                sender=f"jo{at}@place{at}.test",
                subject=f"Cracked {at}",
                message_id=f"<{at}@place{at}.test>",
                more="Authentication-Results: mx.northwind.example; dmarc=pass"
                f" header.from=place{at}.test",
            )
        )
        assert isinstance(decision, Open)
        assert decision.acknowledgement.acknowledge, decision.acknowledgement.reason
        references.append(decision.reference)
    return references


def trial(applied: Policy, draft: Policy, model: Predictor | None = None) -> Trial:
    asked = model or Never()
    return Trial(applied=applied, draft=draft, ask=lambda: asked, ask_draft=lambda: asked, now=NOW)


def judged(applied: Policy, draft: Policy, store: SqliteStore) -> Verdict:
    """Rehearse on a store that cannot be written to."""
    reader = open_store(store_path(store), read_only=True)
    try:
        return gate(trial(applied, draft), reader)
    finally:
        reader.close()


def store_path(store: SqliteStore) -> Path:
    names = {name: file for _, name, file in store._db.execute("PRAGMA database_list")}
    return Path(names["main"])


def replayed(tried: Trial, store: SqliteStore, limit: int = 1000) -> Replay:
    before, after = tried.sides("test")
    return replay(store, Task(before=before, after=after, since=NOW - MONTH, now=NOW, limit=limit))


def test_a_draft_that_changes_five_percent_of_queues_passes_and_one_mail_more_does_not(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    fill(desk)
    few = judged(policy, ruled(policy, tmp_path / "few", "mail1", "queue: care"), store)
    many = judged(policy, ruled(policy, tmp_path / "many", "mail1, mail2", "queue: care"), store)
    assert (few.held, few.replay["changed"], few.replay["mails"]) == (None, 1, 20)
    assert many.held is Held.CHANGES_MUCH
    assert many.reason == "2 of 20 mails change, more than 5%"


def test_one_acknowledgement_less_waits_for_a_person(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    references = fill(desk, 40)
    draft = ruled(policy, tmp_path, "mail7", "ack: withhold")
    verdict = judged(policy, draft, store)
    assert verdict.held is Held.CHANGES_MUCH
    assert verdict.reason == "1 of 40 mails change, 1 of them in more than queue or priority"
    assert verdict.replay["acknowledgement"] == [
        {"from": "sent", "to": "withheld (rule)", "count": 1, "mails": [references[7]]}
    ]


def test_a_ticket_that_would_be_none_waits_for_a_person(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    fill(desk, 40)
    verdict = judged(policy, ruled(policy, tmp_path, "mail7", "kind: bulk"), store)
    assert verdict.replay["graver"] == 1
    (group,) = verdict.replay["queue"]
    assert group["to"] == "bulk"


def test_another_target_alone_waits_and_one_that_follows_from_a_queue_does_not(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    fill(desk)
    slower = {
        name: replace(queue, target=timedelta(hours=3)) for name, queue in policy.queues.items()
    }
    verdict = judged(policy, replace(policy, queues=slower, digest="draft"), store)
    assert verdict.held is Held.CHANGES_MUCH
    assert verdict.replay["graver"] == 20
    sales = replace(policy.queues["sales"], target=timedelta(hours=3))
    applied = replace(policy, queues={**policy.queues, "sales": sales})
    moved = judged(applied, ruled(applied, tmp_path, "mail1", "queue: sales"), store)
    (group,) = moved.replay["deadline"]
    assert (group["to"], group["count"]) == ("later", 1)
    assert moved.held is None


def test_a_rule_that_is_gone_shows_what_the_model_had_said(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    applied = ruled(policy, tmp_path, "mail1", "queue: care, priority: high")
    desk.terms = terms_of(applied, "test")
    references = fill(desk, 3)
    done = replayed(trial(applied, policy), store)
    assert [str(group) for group in done.groups("queue")] == ["care→returns 1"]
    assert done.groups("queue")[0].names == (references[1],)
    assert [str(group) for group in done.groups("priority")] == ["high→normal 1"]


def test_a_model_is_asked_only_of_mail_that_nothing_was_kept_of(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    settling = ruled(policy, tmp_path, "mail1", "kind: bulk")
    desk.terms = terms_of(settling, "test")
    kept = desk.take(mail("Table mail0 came cracked.", message_id="<0@x>"))
    filed = desk.take(mail("Table mail1 came cracked.", message_id="<1@x>", sender="kim@x.test"))
    assert (type(kept), type(filed)) == (Open, Filed)
    model = Counting()
    done = replayed(trial(settling, policy, model), store)
    assert model.asked == 1
    assert [str(group) for group in done.groups("queue")] == ["bulk→returns 1"]


def test_other_prompts_are_tried_by_the_models_that_both_teach(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    fill(desk, 4)
    orders = Counting(
        Prediction(
            queue_scores={"orders": 0.9},
            queue_sure=True,
            priority_scores={Priority.NORMAL: 1.0},
        )
    )
    returns = Counting()
    teaching = replace(policy.teaching, queues=policy.teaching.queues[:-1])
    tried = Trial(
        applied=policy,
        draft=replace(policy, teaching=teaching),
        ask=lambda: returns,
        ask_draft=lambda: orders,
        now=NOW,
    )
    done = replayed(tried, store)
    assert [str(group) for group in done.groups("queue")] == ["returns→orders 4"]
    assert (returns.asked, orders.asked) == (4, 4)


def test_what_was_known_when_a_mail_came_holds_in_its_replay(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    """The second mail of one person is not acknowledged, then as now, whatever came since."""
    desk.take(mail(message_id="<1@x>"))
    second = desk.take(mail("And its leg, too.", subject="Leg", message_id="<2@x>"))
    assert isinstance(second, Open)
    assert second.acknowledgement.reason == "already_waiting"
    done = replayed(trial(policy, policy), store)
    assert [one.before.reason for one in done.mails] == ["already_waiting", "unverified"]
    assert done.changed == ()


def test_agreement_counts_what_people_set_right_under_either_set(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    references = fill(desk, 3)
    boosts = policy.service.boosts
    for reference, queue in zip(references, ("care", "care", "sales"), strict=True):
        store.correct(reference, Correction(queue=queue), boosts, "kim", NOW)
    done = replayed(trial(policy, ruled(policy, tmp_path, "mail1", "queue: care")), store)
    right = done.agreement
    assert (right.said, right.before, right.after) == (3, 0, 1)


def test_a_replay_is_the_same_each_time_and_takes_the_newest(
    store: SqliteStore, desk: Desk, policy: Policy, tmp_path: Path
) -> None:
    references = fill(desk, 6)
    draft = ruled(policy, tmp_path, "mail5", "boost: 30")
    one, two = (
        replace(replayed(trial(policy, draft), store, limit=4), seconds=0) for _ in range(2)
    )
    assert one == two
    assert [mail.name for mail in one.mails] == references[:1:-1]


def test_a_trial_that_is_no_longer_wanted_ends_with_the_mail_in_hand(
    store: SqliteStore, desk: Desk, policy: Policy
) -> None:
    fill(desk, 5)
    verdict = gate(replace(trial(policy, policy), wanted=lambda: False), store)
    assert (verdict.replay["mails"], verdict.replay["found"]) == (1, 5)


def test_no_mail_is_no_reason_to_wait(store: SqliteStore, policy: Policy) -> None:
    assert too_much(replayed(trial(policy, policy), store)) == ""
