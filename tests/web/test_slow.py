"""A page that reads slowly, or not at all, is let go: it holds up nobody, and nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.conftest import House
from triage.core.accounts import Account, Role
from triage.web.live.hub import MOST_HELD, Hub, Stream
from triage.web.live.presence import Presence
from triage.web.live.stream import _Events
from triage.web.live.streamed import Kind

PIECE = b"x" * 1024


def stream() -> Stream:
    return Stream(
        account=Account(name="maria", role=Role.AGENT),
        session=None,
        kind=Kind("en", ZoneInfo("UTC"), ""),
        name="Maria",
        after=None,
    )


async def test_what_waits_for_a_page_is_bounded_and_beyond_that_its_stream_is_over() -> None:
    one = stream()
    for _ in range(MOST_HELD // len(PIECE)):
        one.offer(PIECE)
    assert not one.over
    assert len(await one.next()) == MOST_HELD
    for _ in range(MOST_HELD // len(PIECE) + 1):
        one.offer(PIECE)
    assert one.over
    assert await one.next() == b""


async def never(_: MutableMapping[str, Any] | None = None) -> Any:
    await asyncio.Event().wait()


@pytest.mark.parametrize("stops_at", ["the first news", "the end"])
async def test_a_page_that_does_not_read_is_given_up(house: House, stops_at: str) -> None:
    hub = Hub(house.hub._read, lambda: house.policy, Presence(), house.clock, stalled=0.05)
    one, sent = stream(), asyncio.Event()

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            sent.set()
            if stops_at == "the first news" or not message["more_body"]:
                await never()

    telling = asyncio.ensure_future(_Events(hub, one)({"method": "GET"}, never, send))
    one.offer(PIECE)
    if stops_at == "the end":
        async with asyncio.timeout(5):
            await sent.wait()
        one.end()
    async with asyncio.timeout(5):
        await telling
    assert (hub.streams, one.over) == (0, True)
