"""A wave is told of once a stage, to each who must know, with how many wait; nobody is flooded."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from tests.store.desk import Desk, as_is, mail
from tests.store.test_waves import arrive
from triage.core.acting import act
from triage.core.outgoing import Cancel, Outgoing, Readiness, Sort
from triage.core.prediction import SignalScore
from triage.core.ticket import Status
from triage.core.wave import WAVE
from triage.store.byhand import Closing
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MANY = 3 * WAVE


def fire(store: SqliteStore, desk: Desk, now: datetime) -> list[str]:
    """Fire all that is due, as the watch does, and return the names of what fired."""
    told = partial(act, terms=desk.terms, secret=b"secret", now=now)
    fired: list[str] = []
    while due := store.fire(now, told):
        fired += [timer.name for timer in due]
    return fired


def told(store: SqliteStore, references: list[str]) -> list[Outgoing]:
    """Return the alerts of these tickets, in the order in which they were made."""
    views = [store.ticket(reference) for reference in references]
    rows = [row for view in views for row in view.outgoing if row.sort is Sort.ALERT]
    return sorted(rows, key=lambda row: row.id)


def whom(rows: list[Outgoing]) -> list[tuple[str, str, str]]:
    """Return the stage of each alert, whom it goes to, and how many it says wait."""
    return [
        (str(row.facts["name"]), str(row.facts["agent"]), str(row.facts["alike"])) for row in rows
    ]


def test_p10_a_wave_is_one_warning_for_each_owner_and_one_breach_for_each_who_must_know(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(MANY))
    owners = sorted({store.ticket(reference).row.owner for reference in references})
    assert owners == ["jonas", "maria"]
    fired = Counter(fire(store, desk, desk.now + 2 * HOUR))
    moments = {"warning": MANY, "escalation": MANY, "breach": MANY}
    assert fired == moments, "each ticket keeps its own moments"
    assert sorted(whom(told(store, references))) == [
        ("breach", "jonas", str(MANY)),
        ("breach", "maria", str(MANY)),
        ("escalation", "maria", str(MANY)),
        ("warning", "jonas", str(MANY)),
        ("warning", "maria", str(MANY)),
    ]
    results = {store.ticket(reference).clocks[0].result for reference in references}
    assert results == {"breached"}


def test_tickets_that_are_due_one_after_another_are_told_of_once(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(MANY), apart=MINUTE)
    for minute in range(2 * 60):
        desk.now += MINUTE
        fire(store, desk, desk.now)
        if minute == 50:
            warned = [row for row in whom(told(store, references)) if row[0] == "warning"]
            assert sorted(agent for _, agent, _ in warned) == ["jonas", "maria"]
    assert len(told(store, references)) == 5


def test_a_wave_that_still_breaks_promises_an_hour_later_is_told_of_again(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE))
    fire(store, desk, desk.now + HOUR)
    before = told(store, references)
    references += arrive(desk, range(WAVE, 2 * WAVE), apart=5 * MINUTE)
    fire(store, desk, desk.now + 2 * HOUR)
    later = [row for row in told(store, references) if row not in before]
    assert whom(later)
    assert {alike for _, _, alike in whom(later)} == {str(2 * WAVE)}


def test_danger_in_a_wave_is_told_of_at_once(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    fire(store, desk, desk.now + HOUR)
    calm = desk.model.prediction
    burns = SignalScore(0.9, "It burns.", fired=True)
    desk.model.prediction = replace(calm, signals={"safety": burns})
    danger = arrive(desk, range(WAVE, WAVE + 1), " It burns.")
    assert told(store, danger) == []
    fire(store, desk, desk.now + MINUTE)
    assert {name for name, _, _ in whom(told(store, danger))} == {"warning"}
    assert told(store, references), "the calm ones had been told of before"


def test_what_is_told_of_a_wave_leaves_though_the_first_ticket_was_answered(
    store: SqliteStore, desk: Desk
) -> None:
    references = arrive(desk, range(WAVE))
    while desk.claim():
        pass
    fire(store, desk, desk.now + HOUR)
    store.answered(references[0], desk.now, "maria", "phone")
    waiting: list[int] = []

    def look(recheck: Recheck) -> Readiness:
        waiting.append(recheck.alike)
        return as_is(recheck)

    desk.now += HOUR
    assert store.claim(desk.now, look) is not None
    assert waiting == [WAVE - 1]
    first = store.ticket(references[0]).row
    assert first.status is Status.WAITING


def test_of_a_wave_that_is_dealt_with_nothing_is_waiting(store: SqliteStore, desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    while desk.claim():
        pass
    fire(store, desk, desk.now + HOUR)
    closing = Closing(reason="answered on the site")
    assert store.to_wave(references[0], closing, "maria", desk.now) == 0
    waiting: list[int] = []

    def look(recheck: Recheck) -> Readiness:
        waiting.append(recheck.alike)
        return Cancel("no_longer_waiting")

    desk.now += HOUR
    assert store.claim(desk.now, look) is None
    assert set(waiting) == {0}


def test_a_ticket_that_stands_alone_is_told_of_as_ever(store: SqliteStore, desk: Desk) -> None:
    desk.take(mail())
    (row,) = store.queue(None, 9)
    fire(store, desk, desk.now + HOUR)
    alert, *escalated = told(store, [row.reference])
    assert {one.facts["name"] for one in escalated} <= {"escalation"}
    assert alert.facts["alike"] == 1
    assert alert.purpose.startswith(f"alert:{row.reference}:warning:")
