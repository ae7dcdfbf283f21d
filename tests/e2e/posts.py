"""Two mailboxes of one desk on a real server: Dovecot where it is installed, else pymap."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.e2e.running import write_desk
from tests.servers import Dovecot, PymapServer

BOXES = ("support", "billing")


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail is delivered; `users` are the names that the two mailboxes log in by."""

    port: int
    users: tuple[str, str]
    password: str
    put: Callable[[str, bytes, datetime], Awaitable[None]]

    async def deliver(self, raw: bytes, at: datetime, box: str = "support") -> None:
        """Deliver one mail; `at` becomes its INTERNALDATE."""
        await self.put(self.users[BOXES.index(box)], raw, at)

    def write_desk(self, folder: Path, smtp_port: int, *, ports: tuple[int, int] = (0, 0)) -> Path:
        """Write a desk of both mailboxes, one connection to the relay, and no rules of its own.

        `ports` stand in for the server's own, for a proxy in between. Without rules it starts
        in half the time.
        """
        support, billing = (port or self.port for port in ports)
        toml = write_desk(
            folder,
            support,
            smtp_port,
            user=self.users[0],
            more=f"""connections = 1

[[mailbox]]
name = "billing"
address = "billing@northwind.test"
host = "127.0.0.1"
port = {billing}
security = "none"
user = "{self.users[1]}"
authserv_id = "mx.northwind.test"
password = {{ variable = "IMAP_PASSWORD" }}
""",
        )
        for rules in (folder / "rules").glob("[0-9]*.yaml"):
            rules.unlink()
        (folder / "rules/causes.yaml").unlink()  # it names rules
        return toml


def has_dovecot() -> bool:
    return shutil.which("dovecot") is not None or Path("/usr/sbin/dovecot").exists()


def dovecot_post(server: Dovecot) -> Post:
    """Open two accounts on Dovecot."""
    accounts = {account.user: account for account in (server.account(), server.account())}

    async def put(user: str, raw: bytes, at: datetime) -> None:
        accounts[user].deliver(raw, at=at)

    first, second = accounts
    return Post(server.port, (first, second), server.password, put)


def pymap_post(server: PymapServer) -> Post:
    """Use the accounts `support` and `billing` of pymap."""

    async def put(user: str, raw: bytes, at: datetime) -> None:
        await server.deliver(raw, user, at=at)

    return Post(server.port, BOXES, server.password, put)
