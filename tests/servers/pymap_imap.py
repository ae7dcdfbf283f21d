"""pymap in this process: a real IMAP server with IDLE, and without keywords or SPECIAL-USE.

It is the demo's own server, with what tests want to know and change of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from pymap.backend.dict.mailbox import MailboxData

from triage.config.settings import MailboxSettings, Security
from triage.demo.servers import Mailboxes, mailboxes

PASSWORD = "correct-horse"


@dataclass(slots=True)
class PymapServer:
    """A running pymap with its accounts, all with the same `password`."""

    server: Mailboxes
    password: str = PASSWORD

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server.port

    async def deliver(
        self,
        raw: bytes,
        user: str = "support",
        folder: str = "INBOX",
        *,
        flags: tuple[bytes, ...] = (),
        at: datetime | None = None,
    ) -> int:
        """Put a mail into a folder without a client, as a delivery does; return its UID."""
        return await self.server.deliver(raw, user, folder, flags=flags, at=at)

    async def folder(self, user: str, path: str) -> MailboxData:
        """Return a folder of an account, to look into or to change behind every client's back."""
        return await self.server.accounts[user].get_mailbox(path)

    async def create(self, user: str, path: str) -> None:
        """Create a folder."""
        await self.server.accounts[user].add_mailbox(path)

    async def set_password(self, user: str, password: str) -> None:
        """Give one account another password."""
        await self.server.set_password(user, password)

    def settings(self, user: str = "support", **more: object) -> MailboxSettings:
        """Return the settings of one account, without TLS on loopback."""
        given: dict[str, object] = {
            "name": user,
            "address": f"{user}@northwind.example",
            "host": "127.0.0.1",
            "port": self.port,
            "security": Security.NONE,
            "user": user,
        }
        return MailboxSettings(**(given | more))  # type: ignore[arg-type]


@asynccontextmanager
async def pymap_server(
    *users: str, idle: bool = True, sent: str | None = "Sent"
) -> AsyncIterator[PymapServer]:
    """Run pymap in this loop with `users` (default: `support`), each with INBOX and `sent`."""
    names = users or ("support",)
    async with mailboxes(*names, password=PASSWORD, idle=idle, sent=sent) as server:
        yield PymapServer(server)
