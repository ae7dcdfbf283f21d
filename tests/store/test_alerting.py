"""What services are told is capped as for people; what the watch asks is found, not searched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.store.desk import NOW, Desk
from tests.store.test_by_hand import plans
from tests.store.test_watching import DAY, DUE, HOUR, MINUTE, fire, opened, sent
from tests.store.test_waves import arrive
from triage.core.alerts import MOST_AN_HOUR
from triage.core.outgoing import Cancel, Outgoing, Readiness, Sort, State
from triage.core.prediction import SignalScore
from triage.core.wave import WAVE
from triage.store.byhand import Closing
from triage.store.protocol import Recheck
from triage.store.sqlite import SqliteStore


@pytest.fixture(autouse=True)
def _with_a_service(desk: Desk) -> None:
    desk.terms = replace(desk.terms, hooks=("services",))


def hooks(desk: Desk, references: list[str]) -> list[Outgoing]:
    found = [one for name in references for one in desk.store.ticket(name).outgoing]
    return [one for one in found if one.sort is Sort.HOOK]


def seen(desk: Desk, recheck: Callable[[Recheck], object], later: datetime = DUE + HOUR) -> None:
    """Look at everything that leaves for a service until `later`."""

    def look(one: Recheck) -> Readiness:
        recheck(one)
        return Cancel("seen")

    while desk.store.due(later, (Sort.HOOK,)):
        desk.store.claim(later, look, (Sort.HOOK,))


def test_a_service_is_not_rung_more_often_in_an_hour_than_a_person(desk: Desk) -> None:
    references = [opened(desk, one) for one in range(2 * MOST_AN_HOUR)]
    while fire(desk, DUE + MINUTE):
        pass
    made = hooks(desk, references)
    assert len(made) > MOST_AN_HOUR
    alone = [one for one in made if one.state is State.PENDING]
    assert len(alone) == MOST_AN_HOUR
    listed: list[tuple[str, str]] = []
    seen(desk, lambda one: listed.extend(one.listed))
    assert len(listed) == len(made) - MOST_AN_HOUR


def test_a_service_is_rung_of_danger_however_much_there_is(desk: Desk) -> None:
    references = [opened(desk, one) for one in range(2 * MOST_AN_HOUR)]
    burns = SignalScore(0.9, "It burns.", fired=True)
    desk.model.prediction = replace(desk.model.prediction, signals={"safety": burns})
    danger = opened(desk, 999)
    while fire(desk, DUE + MINUTE):
        pass
    assert len(hooks(desk, references)) > MOST_AN_HOUR
    alarming = hooks(desk, [danger])
    assert alarming
    assert all(one.state is State.PENDING for one in alarming)


def test_a_service_hears_of_a_wave_though_its_first_ticket_was_answered(desk: Desk) -> None:
    references = arrive(desk, range(WAVE))
    while desk.claim():
        pass
    while fire(desk, desk.now + HOUR):
        pass
    desk.store.answered(references[0], desk.now, "maria", "phone")
    waiting: list[int] = []
    seen(desk, lambda one: waiting.append(one.alike), desk.now + HOUR)
    assert waiting[0] == WAVE - 1


def test_p12_the_watch_reads_no_whole_outbox(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    sent(desk, Sort.ACKNOWLEDGEMENT, NOW)
    asked = opened(desk, 2)
    store.answered(asked, NOW + MINUTE, "maria", "phone")
    store.close_ticket(asked, Closing(check_back=NOW + 2 * DAY), "maria", NOW + 2 * MINUTE)
    many = [opened(desk, one) for one in range(3, 4 + MOST_AN_HOUR)]
    assert {reference, *many}

    def watched() -> None:
        while fire(desk, NOW + 2 * DAY + MINUTE):
            pass
        while store.due(NOW + 3 * DAY):
            store.claim(NOW + 3 * DAY, lambda _: Cancel("seen"))

    for plan in plans(store, watched):
        assert not plan.startswith(("SCAN outbox", "SCAN o:", "SCAN event", "SCAN message")), plan


def test_p12_a_word_of_a_delay_reads_no_whole_outbox(store: SqliteStore, desk: Desk) -> None:
    reference = opened(desk)
    sent(desk, Sort.ACKNOWLEDGEMENT, NOW)
    told = store.ticket(reference).row.promised_at
    assert told is not None
    early = told - MINUTE

    def watched() -> None:
        assert "delay" in fire(desk, early)
        assert store.due(early, (Sort.DELAY,))
        store.claim(early, lambda _: Cancel("seen"), (Sort.DELAY,))

    for plan in plans(store, watched):
        assert not plan.startswith("SCAN outbox"), plan
