"""What stands above every page, and in the place of rows where there are none."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import House
from tests.web.test_deeds import opened
from triage.core.accounts import Role
from triage.core.switches import Paused, Switch, SwitchName
from triage.web.team.condition import Condition, FolderHealth


def down(house: House) -> Condition:
    """Return the state of a service whose mailbox went away twenty minutes ago."""
    inbox = FolderHealth(
        mailbox="support",
        role="inbox",
        path="INBOX",
        connected=False,
        absent=False,
        last_sync=house.clock() - timedelta(minutes=20),
        error="refused",
    )
    return Condition(folders=(inbox,))


async def test_a_mailbox_that_cannot_be_reached_is_said_with_since_when(house: House) -> None:
    house.add("maria", agent="maria")
    house.standing.condition = down(house)
    async with house.browser("maria") as browser:
        text = (await browser.get("/view/waiting")).text
        other = (await browser.get("/me")).text
    assert "support cannot be reached since 09:40" in text
    assert "Nothing is waiting." not in text
    assert "The mailbox support cannot be reached" in other


async def test_an_empty_list_says_who_answered_last(house: House) -> None:
    reference = opened(house)
    house.add("maria", agent="maria")
    async with house.browser("maria") as browser:
        before = (await browser.get("/view/snoozed")).text
        house.store.answered(reference, house.clock(), "jonas", "phone")
        after = (await browser.get("/view/waiting")).text
    assert "Nothing was put off." in before
    assert "Last answered" not in before
    assert "Nothing is waiting." in after
    assert "Last answered 10:00 by Jonas." in after


async def test_an_empty_list_says_nothing_of_other_queues(house: House) -> None:
    reference = opened(house)
    house.add("olga", Role.AGENT, "orders")
    house.store.answered(reference, house.clock(), "jonas", "phone")
    async with house.browser("olga") as browser:
        text = (await browser.get("/view/waiting")).text
    assert "Nothing is waiting." in text
    assert "Last answered" not in text


async def test_what_holds_for_the_hour_is_said_with_who_and_until_when(house: House) -> None:
    house.add("maria", agent="maria")
    now = house.clock()
    house.standing.switches = (
        Switch(
            name=SwitchName.PAUSE,
            about=Paused.NOTICES,
            said="relay moves",
            since=now - timedelta(hours=1),
            until=now + timedelta(hours=1),
            at=now - timedelta(hours=1),
            person="aya",
        ),
        Switch(
            name=SwitchName.CLOSED,
            since=now + timedelta(hours=3),
            until=now + timedelta(hours=4),
            at=now,
            person="aya",
        ),
    )
    async with house.browser("maria") as browser:
        text = (await browser.get("/view/waiting")).text
    assert "Notices are paused “relay moves”" in text
    assert "until 11:00" in text
    assert "by Aya" in text
    assert "The desk is closed" not in text


async def test_rejected_rules_and_the_mode_are_said(house: House) -> None:
    house.add("maria", agent="maria")
    house.standing.condition = Condition(rejected=("30-x.yaml:21:26: unknown action 'bost'",))
    async with house.browser("maria") as browser:
        text = (await browser.get("/view/waiting")).text
    assert "unknown action &#39;bost&#39;" in text
    assert "Mode: shadow." in text
