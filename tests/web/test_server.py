"""The server itself: who asks for nothing does not hold the door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse

from triage.config.settings import WebSettings
from triage.web.server import PageServer

WHOLE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    stop = asyncio.Event()
    server = PageServer(PlainTextResponse("here"), WebSettings(port=0), patience=0.3)
    serving = asyncio.create_task(server.run(stop))
    await server.ready.wait()
    yield server.port
    stop.set()
    await serving


@pytest.mark.parametrize("begun", [b"", b"GET / HT", WHOLE[:-2]])
async def test_a_head_that_does_not_come_ends_the_connection(port: int, begun: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


async def test_a_head_that_comes_byte_by_byte_ends_it_all_the_same(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ended = asyncio.create_task(reader.read())
    async with asyncio.timeout(10):
        while not ended.done():
            writer.write(b"X")
            await asyncio.wait({ended}, timeout=0.05)
    writer.close()


async def test_a_second_head_has_to_come_as_the_first_had(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(WHOLE)
    async with asyncio.timeout(10):
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        writer.write(WHOLE[:9])
        assert await reader.read() == b""
    writer.close()
