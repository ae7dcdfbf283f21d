"""Who gets a ticket, who gets it next, and how they hear of it: over every roster that may be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import TERMS
from triage.core.desk import Absence, Agent, Hours, Roster, Window
from triage.core.owned import GATHER, MOST, Telling, Untold, tellings
from triage.core.owning import Owned, gone, new_owner, next_change
from triage.core.roster import (
    HANDLING,
    absent,
    choose_owner,
    in_time,
    next_present,
    on_call_now,
    present,
)
from triage.core.terms import Terms
from triage.core.ticket import Priority, TicketId

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NAMES = ("anna", "bea", "carl", "dora")


def hours(start: int = 8, end: int = 18) -> Hours:
    days = (Window(day, time(start), time(end % 24)) for day in range(7))
    return Hours(zone=LONDON, windows=tuple(days))


def agent(name: str, own: Hours | None = None, **more: object) -> Agent:
    made = Agent(
        id=name,
        name=f"{name.capitalize()} Holm",
        mail=f"{name}@northwind.example",
        speaks=("en",),
        hours=own or hours(),
    )
    return replace(made, **more)  # type: ignore[arg-type]


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    agents = []
    for name in NAMES[: draw(st.integers(1, 4))]:
        start = draw(st.integers(6, 15))
        agents.append(
            agent(
                name,
                hours(start, start + draw(st.integers(1, 8))),
                speaks=tuple(draw(st.sets(st.sampled_from(["en", "de"]), min_size=1))),
                queues=frozenset(draw(st.sets(st.sampled_from(["orders", "returns"])))),
                limit=draw(st.integers(0, 3)),
                deputy=draw(st.sampled_from(["", *NAMES])),
                left=draw(st.sampled_from([None, None, date(2026, 11, 23), date(2026, 11, 24)])),
            )
        )
    begins = st.integers(-24, 30).map(lambda hour: NOON + hour * HOUR)
    absences = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), begins, st.integers(1, 48)), max_size=4)
    )
    return Roster(
        hours=hours(),
        agents=tuple(agents),
        absences=tuple(Absence(who, at, at + n * HOUR) for who, at, n in absences),
    )


spans = st.integers(1, 30 * 60).map(lambda minutes: NOON + minutes * MINUTE)
loads = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 30))
maybe_name = st.one_of(st.none(), st.sampled_from(NAMES))


@given(rosters(), spans, loads, maybe_name, st.sampled_from(["en", "de", None]))
def test_nobody_who_is_not_there_in_time_is_chosen_while_somebody_is(
    roster: Roster,
    due: datetime,
    load: dict[str, int],
    previous: str | None,
    language: str | None,
) -> None:
    chosen = choose_owner(
        roster,
        queue="returns",
        language=language,
        loads=load,
        previous=previous,
        start=NOON,
        due=due,
    )
    there = [one for one in roster.agents if in_time(one, roster, NOON, due)]
    ever = [one for one in roster.agents if next_present(one, roster, NOON) is not None]
    assert (chosen is None) is (not ever)
    if chosen is None:
        return
    assert chosen.present_from == next_present(chosen.agent, roster, NOON)
    if there:
        assert chosen.agent in there
        assert not (absent(chosen.agent, roster, NOON) and chosen.present_from >= due)
    else:
        firsts = [next_present(one, roster, NOON) for one in ever]
        assert chosen.present_from == min(at for at in firsts if at is not None)


@given(rosters(), spans, loads)
def test_whoever_has_the_queue_and_the_language_and_room_goes_before_who_has_not(
    roster: Roster, due: datetime, load: dict[str, int]
) -> None:
    chosen = choose_owner(
        roster, queue="returns", language="en", loads=load, previous=None, start=NOON, due=due
    )
    fitting = [
        one
        for one in roster.agents
        if in_time(one, roster, NOON, due)
        and (not one.queues or "returns" in one.queues)
        and "en" in one.speaks
        and (not one.limit or load.get(one.id, 0) < one.limit)
    ]
    if fitting:
        assert chosen is not None
        assert chosen.agent in fitting


@given(st.integers(1, 40))
def test_equal_shifts_get_equal_shares(tickets: int) -> None:
    roster = Roster(hours=hours(), agents=tuple(agent(name) for name in NAMES))
    load = Counter[str]()
    for _ in range(tickets):
        chosen = choose_owner(
            roster,
            queue="returns",
            language="en",
            loads=load,
            previous=None,
            start=NOON,
            due=NOON + HOUR,
        )
        assert chosen is not None
        load[chosen.agent.id] += 1
    shares = [load[name] for name in NAMES]
    assert max(shares) - min(shares) <= 1


def test_whoever_is_expected_to_get_to_it_first_gets_it() -> None:
    busy, pausing = agent("anna"), agent("bea", hours(13, 20))
    roster = Roster(hours=hours(), agents=(busy, pausing))

    def owner(load: int) -> str:
        chosen = choose_owner(
            roster,
            queue="returns",
            language="en",
            loads={"anna": load},
            previous=None,
            start=NOON,
            due=NOON + 4 * HOUR,
        )
        assert chosen is not None
        return chosen.agent.id

    first = HOUR // HANDLING
    assert owner(first) == "anna", "eight minutes each: through before Bea begins with it"
    assert owner(first + 1) == "bea"


def owned(**more: object) -> Owned:
    made = Owned(
        id=TicketId(1),
        reference="T-1",
        owner="anna",
        guess="returns",
        language="en",
        answer_by=NOON + HOUR,
        answered=False,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@given(rosters(), spans, loads, st.booleans())
def test_a_ticket_never_goes_from_one_who_is_gone_to_another_who_is_while_somebody_is_there(
    roster: Roster, due: datetime, load: dict[str, int], answered: bool
) -> None:
    ticket = owned(answer_by=due, answered=answered)
    chosen = new_owner(ticket, roster, load, NOON)
    if chosen is None:
        return
    assert chosen.agent.id != "anna"
    others = [one for one in roster.agents if one.id != "anna"]
    if not answered and any(in_time(one, roster, NOON, due) for one in others):
        assert in_time(chosen.agent, roster, NOON, due)
    if answered:
        assert next_present(chosen.agent, roster, NOON) is not None


def test_an_unanswered_ticket_goes_to_who_is_there_also_where_its_owner_is_back_in_time() -> None:
    away = (Absence("anna", NOON, NOON + HOUR / 2),)
    roster = Roster(hours=hours(), agents=(agent("anna"), agent("bea")), absences=away)
    chosen = new_owner(owned(), roster, {}, NOON)
    assert chosen is not None
    assert chosen.agent.id == "bea"


def test_it_stays_where_everybody_else_comes_later_still() -> None:
    away = (Absence("anna", NOON, NOON + HOUR / 2),)
    late = agent("bea", hours(14, 18))
    roster = Roster(hours=hours(), agents=(agent("anna"), late), absences=away)
    assert new_owner(owned(answer_by=NOON + HOUR), roster, {}, NOON) is None


def test_an_answered_one_goes_to_the_deputy_of_the_deputy_where_that_one_is_away_too() -> None:
    gone_both = (Absence("anna", NOON, NOON + HOUR), Absence("bea", NOON, NOON + HOUR))
    agents = (
        agent("anna", deputy="bea"),
        agent("bea", deputy="carl"),
        agent("carl", deputy="anna"),
        agent("dora"),
    )
    roster = Roster(hours=hours(), agents=agents, absences=gone_both)
    chosen = new_owner(owned(answered=True), roster, {}, NOON)
    assert chosen is not None
    assert (chosen.agent.id, chosen.why) == ("carl", "deputy of Anna Holm")


@pytest.mark.parametrize("roster_without", [True, False])
def test_whoever_left_or_is_in_no_file_owns_nothing(*, roster_without: bool) -> None:
    anna = () if roster_without else (agent("anna", left=date(2026, 11, 23)),)
    roster = Roster(hours=hours(), agents=(*anna, agent("bea")))
    assert gone(roster, "anna", NOON)
    for answered in (True, False):
        chosen = new_owner(owned(answered=answered), roster, {}, NOON)
        assert chosen is not None
        assert chosen.agent.id == "bea"


def test_danger_is_nobodys_who_is_on_call_and_ill() -> None:
    roster = Roster(
        hours=hours(), agents=(agent("anna"), agent("bea")), on_call="anna@northwind.example"
    )
    assert on_call_now(roster, NOON) == agent("anna")
    ill = replace(roster, absences=(Absence("anna", NOON, NOON + HOUR),))
    assert on_call_now(ill, NOON) is None
    assert on_call_now(ill, NOON + HOUR) == agent("anna")


def test_the_next_change_is_the_next_absence_or_the_day_somebody_leaves() -> None:
    away = (Absence("anna", NOON, NOON + HOUR), Absence("bea", NOON + HOUR, NOON + 2 * HOUR))
    roster = Roster(
        hours=hours(),
        agents=(agent("anna"), agent("bea", left=date(2026, 11, 24))),
        absences=away,
    )
    assert next_change(roster, NOON - HOUR) == NOON
    assert next_change(roster, NOON) == NOON + HOUR
    assert next_change(roster, NOON + HOUR) == datetime(2026, 11, 24, tzinfo=UTC)
    assert next_change(roster, NOON + 48 * HOUR) is None


def untold(number: int, *, ago: timedelta = timedelta(), urgent: bool = False) -> Untold:
    return Untold(
        ticket=TicketId(number),
        reference=f"T-{number}",
        owner="anna",
        why="new",
        since=NOON - ago,
        mailbox="support",
        subject=f"Table {number}",
        requester_name="Jo Park",
        queue="returns",
        priority=Priority.URGENT if urgent else Priority.NORMAL,
        answer_by=NOON + HOUR,
    )


def desk(own: Hours | None = None, tell: str = "mail") -> Terms:
    roster = Roster(hours=hours(), agents=(agent("anna", own, tell=tell),))
    return replace(TERMS, roster=roster)


@given(st.integers(1, 60), st.integers(0, 8), st.sampled_from([0, 30, 44, 45, 59, 600]))
def test_whoever_is_there_hears_of_everything_once_and_within_a_minute(
    number: int, lately: int, ago: int
) -> None:
    waiting = [untold(at, ago=timedelta(seconds=ago)) for at in range(number)]
    found = tellings(waiting, lately, desk(), b"secret", NOON)
    assert sorted(ticket for one in found for ticket in one.tickets) == list(range(number))
    late = [one.until for one in found if one.until is not None]
    assert all(NOON < at <= waiting[0].since + MINUTE for at in late)
    mails = [one for one in found if one.mail is not None]
    assert len({one.mail.purpose for one in mails if one.mail}) == len(mails) <= max(1, MOST)
    if lately + number > MOST:
        assert len(found) == 1
        assert (found[0].until is None) is (timedelta(seconds=ago) >= GATHER)


@given(st.integers(0, 3), st.integers(0, 3))
def test_in_the_night_only_what_is_urgent_is_told(calm: int, urgent: int) -> None:
    night = [untold(at) for at in range(calm)]
    night += [untold(10 + at, urgent=True) for at in range(urgent)]
    terms = desk(hours(14, 18))
    found = tellings(night, 0, terms, b"secret", NOON)
    told = {ticket for one in found if one.mail is not None for ticket in one.tickets}
    assert told == {10 + at for at in range(urgent)}
    waits = [one for one in found if one.until is not None]
    assert [one.until for one in waits] == [NOON + 2 * HOUR] * bool(calm)
    assert not present(terms.roster.agents[0], terms.roster, NOON)


@given(st.integers(MOST + 1, 60), st.integers(0, 8), st.sampled_from([0, 44, 45, 600]))
def test_urgent_tickets_too_many_come_in_one_mail_within_a_minute_also_at_night(
    number: int, lately: int, ago: int
) -> None:
    burst = [untold(at, ago=timedelta(seconds=ago), urgent=True) for at in range(number)]
    for own in (None, hours(14, 18)):
        (found,) = tellings(burst, lately, desk(own), b"secret", NOON)
        assert found.tickets == tuple(TicketId(at) for at in range(number))
        if timedelta(seconds=ago) < GATHER:
            assert found.until == burst[0].since + GATHER < burst[0].since + MINUTE
        else:
            assert found.mail is not None


def test_whoever_is_told_on_the_page_gets_no_mail() -> None:
    found = tellings([untold(1), untold(2, urgent=True)], 0, desk(tell="page"), b"", NOON)
    assert found == (Telling((TicketId(1), TicketId(2))),)
