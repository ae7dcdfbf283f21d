from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.desk import Absence, Agent, Hours, Roster, Window
from triage.core.hours import is_open
from triage.core.roster import Assignment, attendance, choose_owner, next_present, present

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """Friday is 2026-11-20; times are Berlin's."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def shift(start: str = "08:00", end: str = "18:00", days: range = range(5)) -> Hours:
    windows = (Window(d, time.fromisoformat(start), time.fromisoformat(end)) for d in days)
    return Hours(zone=BERLIN, windows=tuple(windows))


def person(
    name: str,
    hours: Hours | None = None,
    *,
    speaks: tuple[str, ...] = ("en",),
    queues: tuple[str, ...] = (),
    limit: int = 0,
    deputy: str = "",
    left: date | None = None,
) -> Agent:
    return Agent(
        id=name.split(maxsplit=1)[0].lower(),
        name=name,
        mail=f"{name.split(maxsplit=1)[0].lower()}@northwind.example",
        speaks=speaks,
        queues=frozenset(queues),
        hours=hours or shift(),
        limit=limit,
        deputy=deputy,
        left=left,
    )


def team(*agents: Agent, away: tuple[Absence, ...] = ()) -> Roster:
    return Roster(hours=shift(), agents=agents, absences=away)


NOON = at("2026-11-20T12:00")


def owner(
    roster: Roster,
    *,
    queue: str = "returns",
    language: str | None = "en",
    loads: Mapping[str, int] | None = None,
    previous: str | None = None,
    start: datetime = NOON,
    due: datetime | None = None,
) -> Assignment:
    chosen = choose_owner(
        roster,
        queue=queue,
        language=language,
        loads=loads or {},
        previous=previous,
        start=start,
        due=due,
    )
    assert chosen is not None
    return chosen


def test_an_agent_is_there_from_the_first_instant_of_a_shift_and_not_at_its_end() -> None:
    maria = person("Maria Lund")
    assert present(maria, team(maria), at("2026-11-20T08:00"))
    assert not present(maria, team(maria), at("2026-11-20T18:00"))
    assert next_present(maria, team(maria), at("2026-11-20T18:00")) == at("2026-11-23T08:00")


def test_an_absence_ends_at_its_end_and_may_leave_a_piece_of_a_shift() -> None:
    maria = person("Maria Lund")
    away = (
        Absence("maria", at("2026-11-20T10:00"), at("2026-11-20T11:00")),
        Absence("maria", at("2026-11-20T10:30"), at("2026-11-20T14:00")),
        Absence("maria", at("2026-11-20T16:00"), at("2026-11-23T09:30")),
        Absence("jonas", at("2026-11-20T08:00"), at("2026-11-20T18:00")),
    )
    spans = list(islice(attendance(maria, team(maria, away=away), at("2026-11-20T09:00")), 3))
    assert [(span.start, span.end) for span in spans] == [
        (at("2026-11-20T09:00"), at("2026-11-20T10:00")),
        (at("2026-11-20T14:00"), at("2026-11-20T16:00")),
        (at("2026-11-23T09:30"), at("2026-11-23T18:00")),
    ]


def test_who_has_left_is_never_there_again_not_even_for_the_rest_of_a_night() -> None:
    night = person("Maria Lund", shift("22:00", "06:00", range(7)), left=date(2026, 11, 21))
    roster = team(night)
    assert present(night, roster, at("2026-11-20T23:59"))
    assert not present(night, roster, at("2026-11-21T00:00"))
    assert next_present(night, roster, at("2026-11-21T00:00")) is None


def test_who_is_away_for_good_is_never_there() -> None:
    maria = person("Maria Lund")
    away = (Absence("maria", at("2026-11-20T00:00"), at("9999-01-01T00:00")),)
    assert next_present(maria, team(maria, away=away), at("2026-11-20T09:00")) is None


instants = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 5)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
absences = st.lists(st.tuples(instants, st.timedeltas(timedelta(), timedelta(days=4))), max_size=4)


@given(absences, instants, instants)
def test_attendance_is_the_shift_less_every_absence(
    gone: list[tuple[datetime, timedelta]], start: datetime, instant: datetime
) -> None:
    maria = person("Maria Lund", shift("20:00", "05:00", range(7)))
    away = tuple(Absence("maria", begin, begin + length) for begin, length in gone)
    roster = team(maria, away=away)
    there = is_open(maria.hours, instant) and not any(a.start <= instant < a.end for a in away)
    assert present(maria, roster, instant) is there
    spans = list(islice(attendance(maria, roster, start), 6))
    assert all(one.start < one.end <= other.start for one, other in pairwise(spans))
    if start <= instant < spans[-1].end:
        assert any(span.start <= instant < span.end for span in spans) is there


def test_it_goes_to_whoever_is_there_has_the_queue_speaks_the_language_and_has_least() -> None:
    roster = team(
        person("Anna Berg", shift("13:00")),
        person("Bea Holm", queues=("billing",)),
        person("Carl Weber", speaks=("de",)),
        person("Dora Falk", speaks=("en", "de"), queues=("returns",)),
        person("Emil Noor"),
    )
    chosen = owner(roster, loads={"dora": 3, "emil": 4})
    assert chosen.agent.id == "dora"
    assert chosen.present_from == NOON
    assert chosen.why == "on duty, has returns, speaks en, least expected load (3 open)"


def test_equal_load_goes_to_the_lower_id_whatever_the_order_of_the_roster() -> None:
    one, other = person("Anna Berg"), person("Bea Holm")
    assert owner(team(other, one)).agent.id == owner(team(one, other)).agent.id == "anna"


def test_out_of_hours_it_goes_to_whoever_is_there_first() -> None:
    roster = team(person("Anna Berg", shift("10:00")), person("Bea Holm"))
    chosen = owner(roster, start=at("2026-11-21T12:00"), loads={"bea": 9})
    assert chosen.agent.id == "bea"
    assert chosen.present_from == at("2026-11-23T08:00")
    assert chosen.why.startswith("first on duty")


def test_who_goes_home_before_the_answer_is_due_gives_way_to_who_stays() -> None:
    roster = team(person("Anna Berg", shift("08:00", "12:30")), person("Bea Holm"))
    assert owner(roster, loads={"bea": 9}, due=NOON + HOUR).agent.id == "bea"
    assert owner(roster, loads={"bea": 9}, due=NOON + HOUR / 2).agent.id == "anna"


def test_a_speaker_who_comes_before_the_answer_is_due_is_waited_for() -> None:
    late = person("Carl Weber", shift("12:30"), speaks=("de",))
    roster = team(person("Anna Berg"), late)
    chosen = owner(roster, language="de", due=NOON + HOUR)
    assert (chosen.agent.id, chosen.present_from) == ("carl", NOON + HOUR / 2)
    assert owner(roster, language="de", due=NOON + HOUR / 2).agent.id == "anna"


@pytest.mark.parametrize(
    ("missing", "expected", "why"),
    [
        ("anna", "bea", "everybody else who could is at their limit"),
        ("bea", "carl", "nobody who has it speaks de"),
        ("carl", "dora", "nobody there in time has returns"),
    ],
)
def test_the_limit_is_given_up_first_then_the_language_then_the_queue(
    missing: str, expected: str, why: str
) -> None:
    best = person("Anna Berg", speaks=("de",), queues=("returns",), limit=5)
    full = person("Bea Holm", speaks=("de",), queues=("returns",), limit=1)
    foreign = person("Carl Weber", queues=("returns",))
    elsewhere = person("Dora Falk", speaks=("de",), queues=("billing",))
    order = [best, full, foreign, elsewhere]
    names = [agent.id for agent in order]
    rest = order[names.index(missing) + 1 :]
    chosen = owner(team(*rest), language="de", loads={"bea": 1, "anna": 4})
    assert chosen.agent.id == expected
    assert chosen.why.endswith(why)
    assert owner(team(*order), language="de", loads={"bea": 1, "anna": 4}).agent.id == "anna"


def test_an_unknown_language_asks_for_none() -> None:
    roster = team(person("Anna Berg", speaks=("sv",)))
    assert owner(roster, language=None).why == "on duty, has returns, least expected load (0 open)"


def test_the_same_requester_goes_back_to_the_same_agent_full_or_not() -> None:
    roster = team(person("Anna Berg"), person("Bea Holm", limit=2))
    chosen = owner(roster, previous="bea", loads={"bea": 7})
    assert chosen.agent.id == "bea"
    assert chosen.why == "Bea Holm answered this requester before"


def test_the_same_agent_is_waited_for_until_the_answer_is_due() -> None:
    roster = team(person("Anna Berg"), person("Bea Holm", shift("12:45")))
    assert owner(roster, previous="bea", due=NOON + HOUR).agent.id == "bea"
    assert owner(roster, previous="bea", due=NOON + HOUR / 2).agent.id == "anna"


def test_a_deputy_stands_in_for_the_agent_who_is_away() -> None:
    bea = person("Bea Holm", deputy="carl")
    away = (Absence("bea", at("2026-11-20T00:00"), at("2026-11-27T00:00")),)
    roster = team(person("Anna Berg"), bea, person("Carl Weber"), away=away)
    chosen = owner(roster, previous="bea", loads={"carl": 5}, due=NOON + HOUR)
    assert chosen.agent.id == "carl"
    assert "deputy of Bea Holm" in chosen.why


def test_the_same_agent_is_passed_over_for_one_who_can_answer() -> None:
    roster = team(person("Anna Berg"), person("Bea Holm", speaks=("de",)))
    assert owner(roster, previous="bea").agent.id == "anna"
    roster = team(person("Anna Berg"), person("Bea Holm", queues=("billing",)))
    assert owner(roster, previous="bea").agent.id == "anna"


def test_who_left_owns_nothing_and_an_empty_house_has_no_owner() -> None:
    gone = person("Anna Berg", left=date(2026, 11, 20))
    assert owner(team(gone, person("Bea Holm")), previous="anna").agent.id == "bea"
    for roster in (team(gone), team()):
        chosen = choose_owner(
            roster, queue="returns", language="en", loads={}, previous=None, start=NOON
        )
        assert chosen is None


@given(st.permutations(range(6)), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5)))
def test_somebody_always_owns_it_and_the_order_of_the_roster_does_not_matter(
    order: list[int], loads: dict[str, int]
) -> None:
    agents = [
        person("a x", limit=2),
        person("b x", speaks=("de",)),
        person("c x", queues=("billing",), limit=1),
        person("d x", shift("13:00"), speaks=("de",)),
        person("e x", left=date(2026, 11, 1)),
        person("f x", limit=1),
    ]
    one = owner(team(*agents), loads=loads, due=NOON + 2 * HOUR)
    other = owner(team(*(agents[n] for n in order)), loads=loads, due=NOON + 2 * HOUR)
    assert one == other
