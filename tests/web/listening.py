"""A page that listens: the stream of events over the real server, read as a browser reads it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `number` is its id, "" for none."""

    name: str
    number: str
    data: Any


class Ear:
    """What is heard on one stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.events = self._events()

    async def _events(self) -> AsyncIterator[Event]:
        fields: dict[str, str] = {}
        async for line in self.answer.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                data = json.loads(fields.get("data", "null"))
                yield Event(fields.get("event", "message"), fields.get("id", ""), data)
                fields = {}

    async def until(self, *names: str) -> Event:
        """Wait for the next event of one of these names."""
        async with asyncio.timeout(20):
            async for event in self.events:
                if event.name in names:
                    return event
        raise EOFError(names)

    async def rows(self) -> dict[str, Any]:
        """Wait for the next rows: by their reference, those that are gone as None."""
        data = (await self.until("rows")).data
        return {row["id"]: row for row in data["rows"]} | dict.fromkeys(data["gone"])

    async def rest(self) -> list[str]:
        """Wait until the stream ends; return the names of what came until then."""
        async with asyncio.timeout(20):
            return [event.name async for event in self.events]


@asynccontextmanager
async def listening(
    browser: httpx.AsyncClient, after: str = "", path: str = "/events"
) -> AsyncIterator[Ear]:
    """Open a stream, `after` the event of that number, and wait until it is told of anything."""
    headers = {"Last-Event-ID": after} if after else {}
    async with browser.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.status_code
        yield Ear(answer)
