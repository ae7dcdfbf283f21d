"""Why a deadline was missed, as far as it can be known without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.desk import AGENTS, ALL_WEEK, NOW
from triage.core.breach import Because, Missed, Reason, because
from triage.core.desk import Absence, Roster
from triage.core.hours import Span

MINUTE = timedelta(minutes=1)
DUE = NOW + 60 * MINUTE
ROSTER = Roster(hours=ALL_WEEK, agents=AGENTS)
MISSED = Missed(start=NOW, deadline=DUE, spans=(Span(NOW, DUE),), owner="maria", queue="orders")


def away(*agents: str) -> Roster:
    gone = tuple(Absence(one, NOW - MINUTE, DUE + MINUTE) for one in agents)
    return replace(ROSTER, absences=gone)


@pytest.mark.parametrize(
    ("missed", "reason"),
    [
        (MISSED, Reason.NOT_ANSWERED),
        (replace(MISSED, lag=16 * MINUTE), Reason.FETCH_LAG),
        (replace(MISSED, lag=15 * MINUTE), Reason.NOT_ANSWERED),
        (replace(MISSED, send_failed=True), Reason.SEND_FAILED),
        (replace(MISSED, snoozed_until=DUE), Reason.SNOOZED_PAST_DUE),
        (replace(MISSED, snoozed_until=DUE - MINUTE), Reason.NOT_ANSWERED),
        (replace(MISSED, moved=NOW + 30 * MINUTE), Reason.MISROUTED),
        (replace(MISSED, moved=NOW + 29 * MINUTE), Reason.NOT_ANSWERED),
        (replace(MISSED, claimed=NOW + MINUTE), Reason.CLAIMED_AND_IDLE),
        (replace(MISSED, arrivals=11, usual=5.0), Reason.BURST),
        (replace(MISSED, arrivals=10, usual=5.0), Reason.NOT_ANSWERED),
        (replace(MISSED, arrivals=5, usual=0.0), Reason.NOT_ANSWERED),
    ],
)
def test_a_missed_deadline_has_the_reason_that_is_known(missed: Missed, reason: Reason) -> None:
    assert because(missed, ROSTER).reason is reason


def test_a_deadline_at_which_nobody_with_the_queue_was_there_is_nobodys() -> None:
    assert because(MISSED, away("maria", "jonas")).reason is Reason.NOBODY_ROSTERED
    orders = (replace(AGENTS[0], queues=frozenset({"orders"})),)
    returns = (replace(AGENTS[1], queues=frozenset({"returns"})),)
    roster = replace(away("maria"), agents=(*orders, *returns))
    assert because(MISSED, roster).reason is Reason.NOBODY_ROSTERED


def test_an_owner_who_was_away_for_all_of_it_is_named() -> None:
    found = because(MISSED, away("maria"))
    assert found == Because(Reason.OWNER_AWAY, {"owner": "maria"})


def test_an_owner_who_was_there_for_a_minute_of_it_was_there() -> None:
    gone = Absence("maria", NOW + MINUTE, DUE)
    assert because(MISSED, replace(ROSTER, absences=(gone,))).reason is Reason.NOT_ANSWERED


def test_what_kept_everybody_from_answering_comes_before_what_kept_the_owner() -> None:
    both = replace(MISSED, lag=50 * MINUTE, arrivals=99)
    assert because(both, away("maria")).reason is Reason.FETCH_LAG
