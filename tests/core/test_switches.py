"""What switches make of the roster and the clocks, and what of them holds when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import TERMS
from triage.core.desk import Agent, Hours, Queue, Roster, Window
from triage.core.hours import add, elapsed, is_open
from triage.core.roster import present
from triage.core.switches import Paused, Switch, Switches, SwitchName
from triage.pipeline.terms import switched

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
WEEK = Hours(
    zone=ZoneInfo("Europe/London"),
    windows=tuple(Window(day, time(8), time(18)) for day in range(5)),
)
MARIA = Agent(
    id="maria", name="Maria Lund", mail="maria@northwind.example", speaks=("en",), hours=WEEK
)
ROSTER = Roster(hours=WEEK, agents=(MARIA,))
instants = st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda m: NOON + timedelta(minutes=m))


def switch(
    name: SwitchName,
    about: str = "",
    *,
    said: str = "",
    since: datetime = NOON,
    until: datetime | None = NOON + HOUR,
) -> Switch:
    return Switch(
        name=name, about=about, said=said, since=since, until=until, at=NOON, person="lee"
    )


def test_a_switch_holds_from_its_first_instant_up_to_its_end() -> None:
    one = switch(SwitchName.AWAY, "maria")
    tick = timedelta.resolution
    assert [one.holds(at) for at in (NOON - tick, NOON, NOON + HOUR - tick, NOON + HOUR)] == [
        False,
        True,
        True,
        False,
    ]
    assert switch(SwitchName.AWAY, until=None).holds(NOON + 9999 * HOUR)


@given(instants, st.integers(1, 50), instants)
def test_an_agent_is_there_when_they_have_a_shift_and_are_not_away(
    since: datetime, length: int, at: datetime
) -> None:
    until = since + length * HOUR
    away = Switches((switch(SwitchName.AWAY, "maria", since=since, until=until),))
    roster = away.over(ROSTER)
    assert present(MARIA, roster, at) is (is_open(WEEK, at) and not since <= at < until)
    assert roster.hours == WEEK


@given(instants, st.integers(1, 50), instants)
def test_while_the_desk_is_closed_no_minute_counts_and_nobody_has_a_shift(
    since: datetime, length: int, at: datetime
) -> None:
    until = since + length * HOUR
    roster = Switches((switch(SwitchName.CLOSED, since=since, until=until),)).over(ROSTER)
    counts = is_open(WEEK, at) and not since <= at < until
    assert is_open(roster.hours, at) is counts
    assert present(roster.agents[0], roster, at) is counts
    whole = elapsed(WEEK, NOON - 72 * HOUR, NOON + 120 * HOUR)
    shut = elapsed(WEEK, since, until)
    assert elapsed(roster.hours, NOON - 72 * HOUR, NOON + 120 * HOUR) == whole - shut


def test_a_clock_stands_still_while_the_desk_is_closed_and_one_that_always_runs_does_not() -> None:
    own = Queue(name="returns", title="Returns", hours=replace(WEEK, windows=WEEK.windows[:1]))
    terms = replace(TERMS, roster=ROSTER, queues={"returns": own})
    closed = switched(terms, [switch(SwitchName.CLOSED)])
    due = add(closed.roster.hours, NOON - HOUR / 2, HOUR)
    assert due is not None
    assert due.deadline == NOON + HOUR + HOUR / 2
    queue = closed.queue("returns").calendar(closed.roster.hours)
    assert not is_open(queue, NOON)
    always = replace(closed.roster.hours, always=True)
    danger = add(always, NOON, HOUR / 4)
    assert danger is not None
    assert danger.deadline == NOON + HOUR / 4


def test_nothing_set_leaves_the_terms_as_they_are() -> None:
    assert switched(TERMS, ()) is TERMS


def test_a_pause_of_all_holds_both_and_one_of_one_holds_one() -> None:
    both = Switches((switch(SwitchName.PAUSE, Paused.ALL),))
    assert both.paused(Paused.ACKNOWLEDGEMENTS, NOON)
    assert both.paused(Paused.NOTICES, NOON)
    assert not both.paused(Paused.NOTICES, NOON + HOUR)
    one = Switches((switch(SwitchName.PAUSE, Paused.NOTICES),))
    assert not one.paused(Paused.ACKNOWLEDGEMENTS, NOON)
    assert not one.paused(Paused.ALL, NOON), "all is more than the one that is paused"


def test_a_notice_reaches_whom_it_is_for_once_and_ends() -> None:
    every = Switches(
        (
            switch(SwitchName.NOTICE, said="Phones are down."),
            switch(SwitchName.NOTICE, "orders", said="Late today."),
            switch(SwitchName.NOTICE, "leeds", said="Late today."),
            switch(SwitchName.NOTICE, "billing", said="No invoices.", until=NOON + 2 * HOUR),
        )
    )
    assert every.notice(NOON, "returns") == "Phones are down."
    assert every.notice(NOON, "orders", ("leeds",)) == "Phones are down. Late today."
    assert every.notice(NOON, "returns", ("leeds",)) == "Phones are down. Late today."
    assert every.notice(NOON + HOUR, "billing") == "No invoices."
    assert every.notice(NOON + 2 * HOUR, "billing") == ""
