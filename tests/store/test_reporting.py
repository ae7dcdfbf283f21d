"""What a report reads of a real store: of its own time alone, and of one queue where asked."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.store.desk import NOW, Desk, Pinned, do, mail
from tests.store.test_by_hand import plans
from triage.core.answering import Does
from triage.core.breach import Because, Reason
from triage.core.disposition import Open
from triage.core.goodwill import Gift
from triage.core.prediction import Prediction, SignalScore
from triage.core.switches import Switch, SwitchName
from triage.core.ticket import Priority
from triage.core.timer import Acts, Timer
from triage.report.kept import kept
from triage.store.byhand import Closing
from triage.store.deeds import PuttingOff
from triage.store.reporting import About, Reported
from triage.store.round import Remedy
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SMALL = re.compile(
    r"SCAN (j|json_each|CONSTANT|[(]subquery|setting|w|switch|"
    r"t(icket)? USING (COVERING )?INDEX ticket_(of_owner|in_order|of_wave|leaving_open|snoozed))"
)
"""What a report may walk along: names that it has read, single rows, and what waits."""


def take(desk: Desk, number: int = 1, queue: str = "returns", *signals: str) -> str:
    desk.model = Pinned(
        Prediction(
            queue_scores={queue: 0.9},
            queue_sure=True,
            priority_scores={Priority.NORMAL: 0.9},
            signals={
                name: SignalScore(score=0.9, fired=True, sentence=f"About {name}.")
                for name in signals
            },
        )
    )
    decision = desk.take(
        mail(
            f"Words {number}.",
            sender=f"Jo Park <jo{number}@example.net>",
            message_id=f"<{number}@x>",
            subject=f"Subject {number}",
        )
    )
    assert isinstance(decision, Open)
    return decision.reference


def read(store: SqliteStore, desk: Desk, queue: str | None = None) -> Reported:
    return store.reported(NOW - DAY, NOW + DAY, desk.now, queue)


def missed(_: Timer) -> Acts:
    return Acts(because=Because(Reason.BURST, {"arrivals": 9}))


def test_of_an_empty_store_there_is_nothing_to_tell(store: SqliteStore, desk: Desk) -> None:
    found = read(store, desk)
    assert (found.turns, found.breaches, found.caused, found.about) == ((), (), (), {})
    assert found.load.thin


def test_a_turn_is_read_with_its_clock_and_its_first_answer(store: SqliteStore, desk: Desk) -> None:
    reference = take(desk)
    store.answered(reference, NOW + 20 * MINUTE, "maria", "phone")
    store.answered(reference, NOW + 50 * MINUTE, "jonas", "phone")
    (turn,) = read(store, desk).turns
    assert (turn.reference, turn.queue, turn.start) == (reference, "returns", NOW)
    assert (turn.answered, turn.person, turn.does) == (NOW + 20 * MINUTE, "maria", Does.ANSWERS)
    assert (turn.deadline, turn.target, turn.waits) == (NOW + HOUR, HOUR, False)


def test_what_waits_since_before_is_read_and_what_was_answered_before_is_not(
    store: SqliteStore, desk: Desk
) -> None:
    waits, done = take(desk, 1), take(desk, 2)
    store.answered(done, NOW + MINUTE, "maria", "phone")
    closed = take(desk, 3)
    store.close_ticket(closed, Closing(reason="nothing to do"), "maria", NOW + MINUTE)
    later = store.reported(NOW + HOUR, NOW + DAY, NOW + DAY)
    assert [(one.reference, one.waits) for one in later.turns] == [(waits, True)]
    both = {one.reference: one for one in read(store, desk).turns}
    assert set(both) == {waits, done, closed}
    assert (both[closed].waits, both[closed].ended) == (False, NOW + MINUTE)
    assert store.reported(NOW - DAY, NOW, NOW + DAY).turns == ()


def test_a_turn_that_is_put_off_still_waits(store: SqliteStore, desk: Desk) -> None:
    reference = take(desk)
    do(store, reference, PuttingOff(NOW + 3 * HOUR), "maria", NOW)
    (turn,) = store.reported(NOW + HOUR, NOW + DAY, NOW + DAY).turns
    assert turn.waits


def test_a_ticket_nobody_is_sure_of_is_of_its_best_guess(store: SqliteStore, desk: Desk) -> None:
    desk.model = Pinned(Prediction(queue_scores={"orders": 0.5, "returns": 0.4}, queue_sure=False))
    desk.take(mail())
    assert [one.queue for one in read(store, desk, "orders").turns] == ["orders"]
    assert read(store, desk, "unsure").turns == ()


def test_with_a_queue_all_else_is_left_out(store: SqliteStore, desk: Desk) -> None:
    signals = ("complaint", "churn_risk")
    queues = ("orders", "returns")
    names = {queue: take(desk, at, queue, *signals) for at, queue in enumerate(queues)}
    for name in names.values():
        gift = Gift(kind="voucher", amount=500, currency="GBP", reason="wait", person="maria")
        store.give(name, gift, NOW - DAY, NOW, lambda _: "")
        store.add_remedy(
            name,
            Remedy(
                at=NOW,
                person="maria",
                happened="late",
                kept_word=False,
                asked_for="",
                decided="a new top",
                decided_by="maria",
                final=True,
            ),
        )
    while store.fire(NOW + 2 * HOUR, missed):
        pass
    found = read(store, desk, "orders")
    name = names["orders"]
    assert [one.reference for one in found.turns] == [name]
    assert [one.reference for one in found.breaches] == [name]
    assert [one.reference for one in found.voices] == [name]
    assert [one.reference for one in found.leaving] == [name]
    assert [one.reference for one in found.gifts] == [name]
    assert [one for one, _ in found.remedies] == [name]
    assert [(one.cause, one.tickets, one.mails) for one in found.caused] == [("", 1, 1)]
    assert [one.mails for one in found.acknowledged] == [1]
    assert found.about == {name: About("orders", "Jo Park")}
    every = read(store, desk)
    assert {one.reference for one in every.breaches} == set(names.values())
    assert [one.mails for one in every.acknowledged] == [2]


def test_a_deadline_that_an_answer_seen_later_had_met_was_not_missed(
    store: SqliteStore, desk: Desk
) -> None:
    late, met = take(desk, 1), take(desk, 2)
    while store.fire(NOW + 2 * HOUR, missed):
        pass
    store.answered(met, NOW + HOUR, "maria", "phone", now=NOW + 3 * HOUR)
    found = read(store, desk)
    assert [(one.reference, one.reason) for one in found.breaches] == [(late, Reason.BURST)]
    assert {one.reference: one.breached for one in found.turns} == {late: True, met: False}


def test_what_is_not_acknowledged_says_why_and_one_a_thread_is_enough(
    store: SqliteStore, desk: Desk
) -> None:
    take(desk, 1)
    more = "In-Reply-To: <1@x>"
    desk.take(mail("More.", sender="Jo <jo1@example.net>", message_id="<more@x>", more=more))
    desk.take(mail("Out.", message_id="<out@x>", more="Auto-Submitted: auto-replied"))
    desk.take(mail("Late.", message_id="<late@x>", sender="b@example.org"), at=NOW - 9 * HOUR)
    found = {(one.kind, one.reason): one.mails for one in read(store, desk).withheld}
    assert found == {("human", "too_late"): 1, ("auto_reply", "auto_reply"): 1}


def test_an_acknowledgement_that_did_not_leave_says_why(store: SqliteStore, desk: Desk) -> None:
    reference = take(desk)
    store.answered(reference, NOW + MINUTE, "maria", "phone")
    (made,) = read(store, desk).acknowledged
    assert (made.state, made.reason, made.mails) == ("cancelled", "answered", 1)


def test_times_that_were_told_are_counted_as_the_daily_score_counts_them(
    store: SqliteStore, desk: Desk
) -> None:
    for number in range(3):
        take(desk, number)
        claimed = desk.claim()
        assert claimed is not None
        assert store.inflight(claimed.id, NOW)
        store.sent(claimed.id, NOW, "250 ok")
    store.answered(store.queue(None, 9)[0].reference, NOW + 20 * MINUTE, "maria", "phone")
    store.settle_promises(NOW + 9 * HOUR)
    found, scores = kept(read(store, desk).told), store.score_day(NOW - DAY, NOW + DAY, desk.now)
    assert scores is not None
    assert (found.told, found.kept, found.not_told) == (scores.told, scores.kept, scores.not_told)
    assert (found.share, found.open) == (scores.share, scores.still_open)
    assert (found.told, found.kept, found.open) == (3, 1, 0)


def test_who_was_away_is_known_also_when_they_are_back(store: SqliteStore, desk: Desk) -> None:
    away = Switch(
        name=SwitchName.AWAY,
        about="maria",
        since=NOW - 2 * HOUR,
        until=NOW + DAY,
        at=NOW - 2 * HOUR,
        person="maria",
    )
    store.switch_on(away)
    store.switch_off(SwitchName.AWAY, "maria", "maria", NOW)
    (one,) = read(store, desk).switches
    assert (one.about, one.since, one.until) == ("maria", NOW - 2 * HOUR, NOW)
    assert store.reported(NOW, NOW + DAY, NOW).switches == ()


GROW = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO ticket (reference, status, mailbox, subject, requester, requester_name, queue, guess,
  priority, boost, owner, owner_why, gist, flags, badges, related, opened, acknowledgement, cycle,
  cause)
SELECT 'T-' || printf('%07d', i), 'done', 'support', 's', 'a@x', 'A', 'orders', 'orders', 'normal',
  0, 'maria', 'long ago', '', '["churn_risk"]', '[]', '[]', ? + i, 'sent', 1, 'late' FROM n
"""
LONG_AGO = 1_600_000_000_000_000


def grown(store: SqliteStore, number: int) -> None:
    """Add this many tickets of years ago, each with its mail, clock, answer and promise."""
    with store._writing() as db:
        db.execute(GROW, (number, LONG_AGO))
        for table, columns, values in (
            (
                "clock",
                "ticket, cycle, start, deadline, answered, result, spans, why",
                "id, 1, opened, opened, opened, 'met', '[]', ''",
            ),
            (
                "answer",
                "ticket, cycle, at, noticed, person, how, does",
                "id, 1, opened, opened, 'maria', 'mail', 'answers'",
            ),
            (
                "promise",
                "ticket, cycle, sort, at, owner, target_at, promised_at, method, facts,"
                " told, outcome",
                "id, 1, 'ack', opened, 'maria', opened, opened, 'target', '{}', opened, 'kept'",
            ),
            (
                "breach",
                "ticket, clock, cycle, at, noticed, reason, detail",
                "id, 'first', 1, opened, opened, 'burst', '{}'",
            ),
            ("voice", "kind, ticket, at, sentence, owner", "'complaint', id, opened, '', 'maria'"),
            (
                "goodwill",
                "ticket, at, person, kind, amount, currency, reason",
                "id, opened, 'maria', 'voucher', 1, 'GBP', ''",
            ),
            (
                "message",
                "key, mailbox, role, internal_date, first_seen, arrived, size, state, ticket, kind",
                "CAST(id AS BLOB), 'support', 'inbox', opened, opened, opened, 1,"
                " 'routed', id, 'human'",
            ),
            (
                "outbox",
                "purpose, sort, ticket, mailbox, recipient, domain, message_id, facts,"
                " state, created, next_at",
                "'ack:' || reference, 'ack', id, 'support', 'a@x', 'x',"
                " reference, '{}', 'sent', opened, opened",
            ),
        ):
            old = "FROM ticket WHERE owner_why = 'long ago'"
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {values} {old}")


def steps(store: SqliteStore, desk: Desk) -> int:
    """Count what SQLite does for a report, in hundreds of its instructions."""
    counted = [0]

    def step() -> None:
        counted[0] += 1

    store._db.set_progress_handler(step, 100)
    try:
        read(store, desk)
    finally:
        store._db.set_progress_handler(None, 100)
    return counted[0]


def test_p12_a_report_reads_its_own_time_and_nothing_before(store: SqliteStore, desk: Desk) -> None:
    grown(store, 200)
    names = [take(desk, number, "returns", "complaint") for number in range(5)]
    store.answered(names[0], NOW + MINUTE, "maria", "phone")
    while store.fire(NOW + 2 * HOUR, missed):
        pass
    found = plans(store, lambda: read(store, desk))
    assert len(found) > 20
    walked = [plan for plan in found if plan.startswith("SCAN ")]
    whole = [plan for plan in walked if not SMALL.match(plan)]
    assert whole == []


def test_p12_a_report_costs_no_more_in_a_store_of_years(store: SqliteStore, desk: Desk) -> None:
    names = [take(desk, number, "returns", "complaint") for number in range(5)]
    store.answered(names[0], NOW + MINUTE, "maria", "phone")
    young = steps(store, desk)
    grown(store, 3000)
    assert steps(store, desk) < 2 * young + 10
