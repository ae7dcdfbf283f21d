"""A bare IDLE connection: when a server tells of a mail, whatever a client then does with it."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers import Account

_EXISTS = re.compile(rb"\* (\d+) EXISTS")


@dataclass(slots=True)
class Idling:
    """Notes when the server first spoke of the n-th mail, as seconds since 1970."""

    told: dict[int, float] = field(default_factory=dict)

    async def listen(self, lines: asyncio.StreamReader) -> None:
        """Take down what the server says, until it says no more."""
        known = max(self.told, default=0)
        while line := await lines.readline():
            if found := _EXISTS.match(line):
                at, count = time.time(), int(found[1])
                self.told |= dict.fromkeys(range(known + 1, count + 1), at)
                known = max(known, count)


@asynccontextmanager
async def idling(account: Account) -> AsyncIterator[Idling]:
    """Idle on the INBOX of an account, over TLS."""
    context = ssl.create_default_context(cafile=account.server.ca_file)
    reader, writer = await asyncio.open_connection(
        "localhost", account.server.tls_port, ssl=context
    )
    counted = 0
    commands = (f"LOGIN {account.user} {account.server.password}", "SELECT INBOX", "IDLE")
    for number, command in enumerate(commands):
        writer.write(f"a{number} {command}\r\n".encode())
        end = b"+ " if command == "IDLE" else f"a{number} OK".encode()
        while not (line := await reader.readline()).startswith(end):
            if found := _EXISTS.match(line):
                counted = int(found[1])
    idle = Idling(dict.fromkeys(range(1, counted + 1), 0.0))
    listening = asyncio.create_task(idle.listen(reader))
    try:
        yield idle
    finally:
        listening.cancel()
        writer.transport.abort()
