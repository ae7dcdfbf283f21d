"""The world around the demo: an IMAP server, an SMTP relay, and requesters who may answer.

Both run in this process, on loopback and on ports that the system chooses. Nothing can leave:
the relay keeps what it is given.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, DictBackend, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Event
from pymap.config import BackendCapability
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Flag
from pymap.selected import SelectedMailbox
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

PASSWORD_VARIABLE = "TRIAGE_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD = "demo"  # noqa: S105 - of a server that lives as long as this process, on loopback


class _Options(Namespace):
    """Command-line options of which all that is not given is None."""

    def __getattr__(self, name: str) -> None:
        return None


class _Config(Config):
    """pymap's settings, with a greeting that looks nothing up and, on request, without IDLE."""

    offers_idle = True

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=self.offers_idle, object_id=True, multi_append=True)

    @property
    def greeting(self) -> bytes:
        return b"ready"


class _Folder(MailboxData):
    """A folder that announces in IDLE what came between the last command and IDLE, too."""

    async def update_selected(
        self, selected: SelectedMailbox, *, wait_on: Event | None = None
    ) -> SelectedMailbox:
        known = selected.mod_sequence == self._mod_sequences.highest
        return await super().update_selected(selected, wait_on=wait_on if known else None)


class _Folders(MailboxSet):
    """The folders of one account."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = _Folder(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> ObjectId:
        await super().add_mailbox(name)
        self._set[name] = folder = _Folder(self._content_cache, self._thread_cache)
        return folder.mailbox_id


@dataclass(slots=True)
class Mailboxes:
    """The IMAP server with its accounts."""

    port: int
    accounts: Mapping[str, MailboxSet]
    login: Login
    config: _Config

    async def deliver(
        self,
        raw: bytes,
        account: str,
        folder: str = "INBOX",
        *,
        flags: tuple[bytes, ...] = (),
        at: datetime | None = None,
    ) -> int:
        """Put a mail into a folder without a client, as a delivery does; return its UID."""
        data = await self.accounts[account].get_mailbox(folder)
        when = at or datetime.now(UTC)
        mail = AppendMessage(raw, when, frozenset(Flag(flag) for flag in flags))
        return (await data.append(mail, recent=True)).uid

    async def set_password(self, account: str, password: str) -> None:
        """Give one account another password."""
        hashed = await Passwords(self.config).hash_password(password)
        self.login.users_dict[account] = UserMetadata(self.config, account, password=hashed)


@asynccontextmanager
async def mailboxes(
    *names: str, password: str = PASSWORD, idle: bool = True, sent: str | None = "Sent"
) -> AsyncIterator[Mailboxes]:
    """Run the IMAP server in this loop, one account a name, each with INBOX and `sent`."""
    quick = BuiltinHash(hash_name="sha1", salt_len=0, rounds=1)
    options = _Options(demo_user=names[0], demo_password=password, tls=False)
    config = _Config.from_args(options, hash_context=quick, invalid_user_sleep=0.0)
    config.offers_idle = idle
    login = Login(config)
    accounts: dict[str, MailboxSet] = {name: _Folders() for name in names}
    imap = IMAPServer(DictBackend(login, config).login, config)
    async with _listening(lambda r, w: imap(r, w, SocketInfoLocal(w))) as port:
        server = Mailboxes(port, accounts, login, config)
        for name, folders in accounts.items():
            await server.set_password(name, password)
            if sent is not None:
                await folders.add_mailbox(sent)
            config.set_cache[name] = (folders, FilterSet())
        yield server


@asynccontextmanager
async def _listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]],
) -> AsyncIterator[int]:
    talks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            talks.add(task)
            task.add_done_callback(talks.discard)
        await talk(reader, writer)

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
