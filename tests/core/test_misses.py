from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_forecast import HOUR, MINUTE, NOW, TWO, agent
from triage.core.desk import Absence, Roster
from triage.core.load import Load, Pace
from triage.core.misses import Facts, Live, Outlook, look_ahead

SEED = 1
STEADY = Load(pace=Pace(500, 6.0, 0.0))


def live(*dues: float, queue: str = "orders") -> list[Live]:
    return [
        Live(f"T-{number:07}", queue, NOW + due * MINUTE, NOW + due * MINUTE)
        for number, due in enumerate(dues)
    ]


def ahead(
    waiting: list[Live], load: Load = STEADY, roster: Roster = TWO, *, more: int = 0
) -> Outlook:
    facts = Facts(live=waiting, load=load, roster=roster, now=NOW)
    return look_ahead(facts, Random(SEED).random, more=more, runs=40)  # noqa: S311


def test_what_can_be_answered_in_time_is_not_late() -> None:
    found = ahead(live(6, 6, 12, 12))
    assert (found.mean, found.low, found.high, found.late) == (0, 0, 0, ())
    assert found.until == NOW + HOUR


def test_what_cannot_is_named() -> None:
    found = ahead(live(6, 6, 6))
    assert (found.mean, found.late) == (1, (("T-0000002", 1.0),))


def test_one_more_agent_helps() -> None:
    assert ahead(live(6, 6, 6), more=1).mean == 0


def test_what_is_late_already_is_not_counted_but_takes_its_turn() -> None:
    assert ahead(live(-5, -5, 12)).mean == 0
    one = replace(TWO, agents=TWO.agents[:1])
    late = live(-9, -8, -7, -6, 6, 12, 18, 24)
    assert ahead(late, roster=one).late == (("T-0000007", 1.0),)


def test_what_is_due_after_the_hour_is_not_counted() -> None:
    assert ahead(live(*[61.0] * 50)).mean == 0
    assert ahead(live(*[59.0] * 50)).mean == 50 - 2 * 9


def test_who_has_another_queue_does_not_help() -> None:
    roster = replace(TWO, agents=(agent("maria", "orders"), agent("jonas", "billing")))
    assert ahead(live(6, 6), roster=roster).mean == 1
    assert ahead(live(6, 6, queue="nobodys"), roster=roster).mean == 0


def test_who_is_away_does_not_help() -> None:
    away = replace(TWO, absences=(Absence("jonas", NOW - HOUR, NOW + 30 * MINUTE),))
    assert ahead(live(6, 6), roster=away).mean == 1


def test_urgent_mail_that_comes_goes_before() -> None:
    load = replace(STEADY, arrivals=(60.0,) * 168, boosts=MappingProxyType({60: 1.0}))
    assert ahead(live(*[55.0] * 16), load=load).mean > 5
    assert ahead(live(*[55.0] * 16)).mean == 0


def test_near_closing_time_the_hour_goes_on_in_the_morning() -> None:
    facts = Facts(live=(), load=STEADY, roster=TWO, now=NOW.replace(hour=16, minute=30))
    found = look_ahead(facts, Random(SEED).random, runs=10)  # noqa: S311
    assert found.until == NOW.replace(hour=9, minute=30) + timedelta(days=1)


def test_the_same_chance_gives_the_same_outlook() -> None:
    load = Load(pace=Pace(500, 6.0, 5.0), arrivals=(20.0,) * 168)
    waiting = live(*range(5, 60, 5))
    assert ahead(waiting, load) == ahead(waiting, load)
    assert ahead(waiting, load).low < ahead(waiting, load).high


@settings(max_examples=40, deadline=None)
@given(
    dues=st.lists(st.integers(-60, 90), max_size=40),
    spread=st.floats(0, 10),
    rate=st.floats(0, 60),
)
def test_the_range_holds_the_middle_and_nobody_is_late_twice(
    dues: list[int], spread: float, rate: float
) -> None:
    load = Load(pace=Pace(500, 6.0, spread), arrivals=(rate,) * 168)
    found = ahead(live(*dues), load)
    counted = sum(0 <= due < 60 for due in dues)
    assert 0 <= found.low <= found.high <= counted
    assert 0 <= found.mean <= counted
    assert all(0 < share <= 1 for _, share in found.late)
