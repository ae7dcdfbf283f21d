"""A web server that keeps what is posted to it, and answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request: its first line, its headers by their names in small letters, and its body."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class WebSink:
    """A running server. `statuses` are the answers to the next requests; then 204."""

    port: int = 0
    posted: list[Posted] = field(default_factory=list)
    statuses: deque[str] = field(default_factory=deque)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _gate: asyncio.Event | None = None

    @property
    def address(self) -> str:
        """Where it can be posted to."""
        return f"http://127.0.0.1:{self.port}/hooks/desk?room=1"

    def answer(self, *statuses: str) -> None:
        """Give these answers next, such as `503 Busy`."""
        self.statuses.extend(statuses)

    def hold(self) -> asyncio.Event:
        """Answer nothing until the returned event is set."""
        self._gate = asyncio.Event()
        return self._gate

    async def received(self, count: int) -> list[Posted]:
        """Wait until so many requests have come, and return all."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.posted) >= count)
        return self.posted

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.partition(":") for line in head[1:] if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            async with self._changed:
                self.posted.append(Posted(line=head[0], headers=headers, body=body))
                self._changed.notify_all()
            if self._gate is not None:
                await self._gate.wait()
            status = self.statuses.popleft() if self.statuses else "204 No Content"
            more = "Location: /elsewhere\r\n" if status.startswith("3") else ""
            answer = f"HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
            writer.write(answer.encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone away
        finally:
            writer.close()


@asynccontextmanager
async def web_sink(context: ssl.SSLContext | None = None) -> AsyncIterator[WebSink]:
    """Run a web server on loopback."""
    sink = WebSink()
    talks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await sink.talk(reader, writer)
        finally:
            talks.discard(task)

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()
