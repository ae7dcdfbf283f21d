"""The world around the demo: an IMAP server, an SMTP relay, and requesters who may answer.

Both run in this process, on loopback and on ports that the system chooses. Nothing can leave:
the relay keeps what it is given.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, DictBackend, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.config import BackendCapability
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

PASSWORD_VARIABLE = "TRIAGE_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD = "demo"  # noqa: S105 - of a server that lives as long as this process, on loopback


class _Options(Namespace):
    """Command-line options of which all that is not given is None."""

    def __getattr__(self, name: str) -> None:
        return None


class _Config(Config):
    """pymap's settings, with a greeting that looks nothing up."""

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=True, multi_append=True)

    @property
    def greeting(self) -> bytes:
        return b"triage demo"


@dataclass(slots=True)
class Mailboxes:
    """The IMAP server: the accounts of the desk, each with INBOX and Sent."""

    port: int
    accounts: Mapping[str, MailboxSet]

    async def deliver(self, raw: bytes, account: str, folder: str = "INBOX") -> None:
        """Put a mail into a folder, as a delivery does."""
        data = await self.accounts[account].get_mailbox(folder)
        await data.append(AppendMessage(raw, datetime.now(UTC), frozenset()), recent=True)


@asynccontextmanager
async def mailboxes(*names: str) -> AsyncIterator[Mailboxes]:
    """Run the IMAP server with one account a name."""
    quick = BuiltinHash(hash_name="sha1", salt_len=0, rounds=1)
    options = _Options(demo_user=names[0], demo_password=PASSWORD, tls=False)
    config = _Config.from_args(options, hash_context=quick, invalid_user_sleep=0.0)
    login = Login(config)
    accounts: dict[str, MailboxSet] = {}
    for name in names:
        hashed = await Passwords(config).hash_password(PASSWORD)
        metadata = UserMetadata(config, name, password=hashed)
        await Identity(name, login, None, frozenset()).set(metadata)
        accounts[name] = MailboxSet()
        await accounts[name].add_mailbox("Sent")
        config.set_cache[name] = (accounts[name], FilterSet())
    imap = IMAPServer(DictBackend(login, config).login, config)
    async with _listening(lambda r, w: imap(r, w, SocketInfoLocal(w))) as port:
        yield Mailboxes(port, accounts)


@asynccontextmanager
async def _listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object],
) -> AsyncIterator[int]:
    talks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            talks.add(task)
            task.add_done_callback(talks.discard)
        await talk(reader, writer)  # type: ignore[misc]

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@dataclass(slots=True)
class Relay:
    """The SMTP relay: keeps what it is given, and tells whoever listens."""

    port: int = 0
    delivered: list[Message] = field(default_factory=list)
    told: Callable[[str, Message], None] = lambda _to, _mail: None

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks the hook up by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Accept one mail."""
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else b"")
        self.delivered.append(mail)
        for recipient in envelope.rcpt_tos:
            self.told(recipient, mail)
        return "250 kept"


@asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    """Run the relay."""
    kept = Relay()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(kept, hostname="relay.demo", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        await server.wait_closed()
