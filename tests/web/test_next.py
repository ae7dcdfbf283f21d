"""The next to answer: one late mail in four, to each their own, and none twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.desk import NOW, do
from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role
from triage.core.switches import Switch, SwitchName
from triage.core.ticket import Priority
from triage.core.turn import LATE_EVERY, next_of, offered, side_by_side
from triage.store.deeds import HandingOver

SUBJECTS = ("Table", "Lamp", "Chair", "Sofa", "Bed", "Shelf")


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket that waits."""

    answer_by: datetime
    owner: str = ""
    queue: str = "orders"
    warn_at: datetime | None = None
    priority: Priority = Priority.NORMAL


def free(house: House, subject: str = "Table") -> str:
    """Open a ticket that nobody owns: whoever asks may be offered it."""
    reference = opened(house, subject)
    do(house.store, reference, HandingOver(""), "x", house.clock())
    return reference


async def served(browser: httpx.AsyncClient, **asked: str) -> str:
    answer = await browser.get("/next", params=asked)
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_one_turn_in_four_goes_to_what_is_late(house: House) -> None:
    late = [free(house, subject) for subject in SUBJECTS[:2]]
    house.clock.now += timedelta(hours=2)
    house.desk.now += timedelta(hours=2)
    on_time = [free(house, subject) for subject in SUBJECTS[2:]]
    house.add("maria", agent="maria")
    house.add("jonas", agent="jonas")
    async with house.browser("maria") as maria, house.browser("jonas") as jonas:
        turns = [(await served(maria))[-9:] for _ in range(5)]
        assert [one in late for one in turns] == [False, False, False, True, False]
        assert len(set(turns)) == 5
        assert turns[0] == (await served(jonas))[-9:] == on_time[0]


async def test_what_is_open_is_skipped_and_where_nothing_is_left_the_list_is_shown(
    house: House,
) -> None:
    reference = free(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        assert await served(browser) == f"/view/next?open={reference}"
        assert await served(browser, after=reference) == "/view/next"
        assert await served(browser, **{"from": "/view/waiting"}) == (
            f"/view/waiting?open={reference}"
        )
        pane = await browser.get("/next", headers={"HX-Request": "true"})
        assert pane.headers["location"].startswith(f"/ticket/{reference}?from=")


async def test_from_the_list_of_a_queue_it_is_the_next_of_that_queue(house: House) -> None:
    reference = free(house)
    house.add("maria", agent="maria")
    house.add("olga", Role.AGENT, "orders")
    async with house.browser("maria") as maria, house.browser("olga") as olga:
        found = await served(maria, **{"from": "/queue/returns"})
        assert found == f"/queue/returns?open={reference}"
        assert await served(maria, **{"from": "/queue/billing"}) == "/queue/billing"
        assert reference not in await served(olga, **{"from": "/queue/returns"})
        assert await served(maria, **{"from": "https://evil.example/"}) == "/view/next?open=" + (
            reference
        )


@given(late=st.integers(0, 300), on_time=st.integers(0, 300), most=st.integers(4, 100))
def test_however_much_is_late_what_can_still_be_made_is_seen(
    late: int, on_time: int, most: int
) -> None:
    rows = [Row(NOW - timedelta(hours=1))] * late + [Row(NOW)] * on_time
    shown, behind = side_by_side(rows, NOW, most)
    assert len(shown) + len(behind) == min(most, late + on_time)
    assert len(shown) >= min(on_time, most - most // LATE_EVERY)
    assert len(behind) >= min(late, most // LATE_EVERY)
    chosen = next_of(rows, LATE_EVERY - 1, NOW)
    assert (chosen is None) == (not rows)
    assert chosen is None or (chosen.answer_by < NOW) == bool(late)


@given(turn=st.integers(0, 7))
def test_what_is_urgent_and_late_waits_for_no_turn(turn: int) -> None:
    late, danger = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    pressing = Row(danger, priority=Priority.URGENT)
    assert next_of([Row(late), Row(NOW), pressing], turn, NOW) is pressing


@pytest.mark.parametrize(
    ("row", "takes", "is_offered"),
    [
        (Row(NOW, owner="maria"), True, True),
        (Row(NOW, owner=""), True, True),
        (Row(NOW, owner="jonas"), True, False),
        (Row(NOW, owner="jonas"), False, True),
        (Row(NOW, owner="jonas", queue="unsure"), True, True),
        (Row(NOW, owner="jonas", warn_at=NOW), True, True),
        (Row(NOW, owner="jonas", warn_at=NOW + timedelta(seconds=1)), True, False),
    ],
)
def test_offered_is_ones_own_and_what_would_wait_in_vain_for_its_owner(
    row: Row, *, takes: bool, is_offered: bool
) -> None:
    assert offered([row], "maria", lambda _: takes, NOW) == ((row,) if is_offered else ())


async def test_what_belongs_to_somebody_who_is_away_or_off_is_offered_to_others(
    house: House,
) -> None:
    reference = opened(house)
    do(house.store, reference, HandingOver("jonas"), "x", house.clock())
    house.add("maria", agent="maria")
    away = Switch(
        name=SwitchName.AWAY,
        about="jonas",
        since=NOW,
        at=NOW,
        person="lena",
        until=NOW + timedelta(minutes=30),
    )
    async with house.browser("maria") as browser:
        assert await served(browser) == "/view/next"
        house.standing.switches = (away,)
        assert await served(browser) == f"/view/next?open={reference}"
        house.standing.switches = ()
        assert await served(browser) == "/view/next"
        house.clock.now = NOW.replace(hour=23)  # nobody has a shift
        assert await served(browser) == f"/view/next?open={reference}"
