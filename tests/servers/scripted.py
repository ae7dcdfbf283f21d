"""A small IMAP server that can be made to say exactly these bytes at exactly this point.

It knows as much of the protocol as a client of one folder needs; a hook replaces the answer to
one command, or adds to it. What clients said is kept in `commands`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.servers.listening import listening
from triage.config.settings import MailboxSettings, Security

DATE = b"21-Nov-2026 09:30:00 +0000"


@dataclass(slots=True)
class Conversation:
    """One client, as a hook sees it: `tag` and `line` are those of the present command."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tag: bytes = b""
    line: bytes = b""

    async def send(self, data: bytes) -> None:
        """Send these bytes in one piece."""
        self.writer.write(data)
        await self.writer.drain()

    async def ok(self, data: bytes = b"") -> None:
        """Send untagged lines and the final OK, in one piece."""
        await self.send(data + self.tag + b" OK done\r\n")

    async def hear(self) -> bytes:
        """Read one line; ends the conversation when the client has gone."""
        line = await self.reader.readline()
        if not line:
            raise ConnectionResetError
        return line.rstrip(b"\r\n")

    async def until_gone(self) -> None:
        """Keep the connection open and say nothing until the client hangs up."""
        while await self.reader.read(65536):
            pass

    def hang_up(self) -> None:
        """End the conversation."""
        raise ConnectionResetError


Hook = Callable[[Conversation], Awaitable[bool]]


@dataclass(slots=True)
class ScriptedImap:
    """The server. A hook returns True if it has answered, False for the usual answer.

    Hooks are found by the longest key that the command (without its tag) begins with.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 1
    date: bytes = DATE
    capabilities: bytes = b"IMAP4rev1 IDLE"
    folders: bytes = b'* LIST () "/" INBOX\r\n'
    hooks: dict[bytes, Hook] = field(default_factory=dict)
    commands: list[bytes] = field(default_factory=list)
    port: int = 0
    idling: asyncio.Event = field(default_factory=asyncio.Event)

    def settings(self, **more: object) -> MailboxSettings:
        """Return settings of a mailbox on this server."""
        given: dict[str, object] = {
            "name": "scripted",
            "address": "support@northwind.example",
            "host": "127.0.0.1",
            "port": self.port,
            "security": Security.NONE,
            "user": "support",
        }
        return MailboxSettings(**(given | more))  # type: ignore[arg-type]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation."""
        talk = Conversation(reader, writer)
        await talk.send(b"* OK ready\r\n")
        while True:
            talk.tag, _, talk.line = (await talk.hear()).partition(b" ")
            self.commands.append(talk.line)
            keys = sorted((key for key in self.hooks if talk.line.startswith(key)), key=len)
            if keys and await self.hooks[keys[-1]](talk):
                continue
            await self._answer(talk)

    async def _answer(self, talk: Conversation) -> None:
        verb, _, rest = talk.line.partition(b" ")
        if verb == b"UID":
            verb, _, rest = rest.partition(b" ")
        match verb.upper():
            case b"CAPABILITY":
                await talk.ok(b"* CAPABILITY " + self.capabilities + b"\r\n")
            case b"LIST":
                await talk.ok(self.folders)
            case b"EXAMINE":
                await talk.ok(self._examined())
            case b"SEARCH":
                await talk.ok(b"* SEARCH" + self._found(rest) + b"\r\n")
            case b"FETCH":
                await talk.ok(self._fetched(rest))
            case b"IDLE":
                await talk.send(b"+ idling\r\n")
                self.idling.set()
                await talk.hear()
                await talk.ok()
            case b"LOGOUT":
                await talk.ok(b"* BYE\r\n")
                talk.hang_up()
            case _:
                await talk.ok()

    def _examined(self) -> bytes:
        following = max(self.mails, default=0) + 1
        return (
            b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
            b"* OK [UIDVALIDITY %d] .\r\n* OK [UIDNEXT %d] .\r\n"
            % (len(self.mails), self.uidvalidity, following)
        )

    def _wanted(self, uids: bytes) -> list[int]:
        top = max(self.mails, default=0)
        wanted: set[int] = set()
        for part in uids.split(b","):
            low, _, high = part.partition(b":")
            last = top if high == b"*" else int(high or low)
            first = min(int(low), last) if high == b"*" else int(low)
            wanted |= {uid for uid in self.mails if first <= uid <= last}
        return sorted(wanted)

    def _found(self, rest: bytes) -> bytes:
        window = re.search(rb"UID (\S+)", rest)
        uids = self._wanted(window[1]) if window else sorted(self.mails)
        return b"".join(b" %d" % uid for uid in uids)

    def _fetched(self, rest: bytes) -> bytes:
        uids, _, items = rest.partition(b" ")
        return b"".join(
            self.row(number, uid, items)
            for number, uid in enumerate(sorted(self.mails), 1)
            if uid in self._wanted(uids)
        )

    def row(self, number: int, uid: int, items: bytes) -> bytes:
        """Return the untagged FETCH response of one mail."""
        raw = self.mails[uid]
        parts = [b"UID %d" % uid]
        if b"RFC822.SIZE" in items:
            parts.append(b"RFC822.SIZE %d" % len(raw))
        if b"INTERNALDATE" in items:
            parts.append(b'INTERNALDATE "%s"' % self.date)
        if fields := re.search(rb"BODY\.PEEK(\[HEADER[^\]]*\])", items):
            head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            parts.append(b"BODY%s {%d}\r\n%s" % (fields[1], len(head), head))
        if body := re.search(rb"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?", items):
            start = int(body[1] or 0)
            piece = raw[start : start + int(body[2])] if body[2] else raw
            mark = b"<%d>" % start if body[1] else b""
            parts.append(b"BODY[]%s {%d}\r\n%s" % (mark, len(piece), piece))
        return b"* %d FETCH (%s)\r\n" % (number, b" ".join(parts))


@asynccontextmanager
async def scripted_imap(
    mails: dict[int, bytes] | None = None, **more: object
) -> AsyncIterator[ScriptedImap]:
    """Run a scripted server in this loop with these mails by UID."""
    server = ScriptedImap(dict(mails or {}), **more)  # type: ignore[arg-type]
    async with listening(server.talk) as port:
        server.port = port
        yield server
