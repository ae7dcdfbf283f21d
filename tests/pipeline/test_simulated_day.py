"""A day of a small desk with a burst, an outage of the relay and one of the mailbox.

`python -m tests.bench.four_weeks` is the same over a month, with all its figures.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.bench.simulated.audit import Came, Delivered, became, doubled
from tests.bench.simulated.figures import figures, findings
from tests.bench.simulated.house import open_house
from tests.bench.simulated.people import Policy
from tests.bench.simulated.plan import AGENTS, Plan, Sort, Trouble, at
from tests.bench.simulated.world import World
from tests.store.desk import NOW

MONDAY = Plan().begins
DAY = Plan(
    days=1,
    agents=AGENTS[:2],
    free=(),
    away=(),
    troubles=(
        Trouble(sort=Sort.BURST, start=at(MONDAY, 10, 0), end=at(MONDAY, 11, 0)),
        Trouble(sort=Sort.RELAY, start=at(MONDAY, 11, 20), end=at(MONDAY, 11, 50)),
        Trouble(sort=Sort.MAILBOX, start=at(MONDAY, 14, 0), end=at(MONDAY, 15, 0)),
    ),
)
MINUTE = timedelta(minutes=1)


async def test_in_a_simulated_day_no_mail_is_lost_or_doubled_and_no_promise_is_broken_unsaid(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, DAY) as house:
        day = figures(await World(house, DAY, Policy.PRODUCT).live())
    assert findings(day) == ""
    assert day.mails > 100
    assert day.unanswered == 0
    assert day.came(Came.KEPT) > 50


@pytest.mark.parametrize(
    ("answered", "notice", "reason", "came"),
    [
        (NOW, None, "", Came.KEPT),
        (NOW + MINUTE, None, "", Came.BROKEN),
        (None, None, "", Came.BROKEN),
        (NOW + MINUTE, NOW - MINUTE, "", Came.FOLLOWED),
        (NOW + MINUTE, NOW, "", Came.BROKEN),
        (NOW + MINUTE, None, "relay_down", Came.EXCUSED),
        (NOW + MINUTE, None, "nobody felt like it", Came.BROKEN),
    ],
)
def test_a_promise_is_kept_or_followed_before_its_time_or_excused_else_it_is_broken(
    answered: datetime | None, notice: datetime | None, reason: str, came: Came
) -> None:
    assert became(NOW, answered, notice, reason) is came


def sent(ticket: int, sort: str, name: str) -> Delivered:
    return Delivered(
        ticket=ticket, sort=sort, message_id=name, recipient="jo@example.net", promised=None, at=NOW
    )


def test_a_second_acknowledgement_of_a_ticket_is_found_and_a_second_alert_is_none() -> None:
    assert doubled([sent(1, "ack", "a"), sent(1, "alert", "b"), sent(1, "alert", "c")]) == []
    assert doubled([sent(1, "ack", "a"), sent(1, "ack", "b")]) == ["ack of ticket 1"]
    assert doubled([sent(1, "ack", "a"), sent(2, "ack", "a")]) == ["a"]
