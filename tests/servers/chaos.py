"""A TCP proxy that behaves badly on request."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from tests.servers.listening import listening

END_OF_DATA = b"\r\n.\r\n"


class _Fault(StrEnum):
    NONE = "none"
    BLACKHOLE = "blackhole"
    CUT = "cut"
    SWALLOW = "swallow"


@dataclass(slots=True)
class ChaosProxy:
    """Passes bytes between clients and one server until it is told to misbehave.

    `tripped` is set when a pattern was met and what was asked for it is done.
    """

    target: int
    port: int = 0
    tripped: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    _fault: _Fault = _Fault.NONE
    _pattern: bytes = b""
    _then_cut: bool = True
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def blackhole(self) -> None:
        """Pass nothing on any more, either way, and keep every connection open."""
        self._fault = _Fault.BLACKHOLE

    def cut_at(self, pattern: bytes) -> None:
        """Close both sides when a client sends `pattern`, which is not passed on."""
        self._fault, self._pattern = _Fault.CUT, pattern
        self.tripped.clear()

    def swallow_after(self, pattern: bytes = END_OF_DATA, *, then_cut: bool = True) -> None:
        """Pass `pattern` on, but not the server's next reply; then close, or keep silent."""
        self._fault, self._pattern, self._then_cut = _Fault.SWALLOW, pattern, then_cut
        self.tripped.clear()

    def heal(self) -> None:
        """Pass everything again, on connections made from now on."""
        self._fault = _Fault.NONE

    def reset(self) -> None:
        """Break every open connection with a TCP reset."""
        for writer in tuple(self._open):
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one conversation."""
        self.connections += 1
        above, below = await asyncio.open_connection("127.0.0.1", self.target, limit=2**24)
        ends = {writer, below}
        self._open |= ends
        swallow = asyncio.Event()
        ways = (
            asyncio.ensure_future(self._upward(reader, below, swallow)),
            asyncio.ensure_future(self._downward(above, writer, swallow)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _upward(
        self, reader: asyncio.StreamReader, below: asyncio.StreamWriter, swallow: asyncio.Event
    ) -> None:
        tail = b""
        while data := await reader.read(65536):
            if self._fault is _Fault.BLACKHOLE:
                continue
            window = tail + data
            met = self._fault is not _Fault.NONE and self._pattern in window
            if met and self._fault is _Fault.CUT:
                before = window.index(self._pattern) - len(tail)
                below.write(data[: max(before, 0)])
                await below.drain()
                self.tripped.set()
                return
            if met:
                swallow.set()
            tail = window[-len(self._pattern) :] if self._pattern and not met else b""
            below.write(data)
            await below.drain()

    async def _downward(
        self, above: asyncio.StreamReader, writer: asyncio.StreamWriter, swallow: asyncio.Event
    ) -> None:
        while data := await above.read(65536):
            if self._fault is _Fault.BLACKHOLE:
                continue
            if swallow.is_set():
                swallow.clear()
                self.tripped.set()
                if self._then_cut:
                    return
                continue
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def chaos_proxy(target: int) -> AsyncIterator[ChaosProxy]:
    """Run a proxy in front of the server on loopback port `target`."""
    proxy = ChaosProxy(target)
    async with listening(proxy.talk) as port:
        proxy.port = port
        yield proxy
