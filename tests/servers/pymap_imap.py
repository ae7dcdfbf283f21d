"""pymap in this process: a real IMAP server with IDLE, and without keywords or SPECIAL-USE."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

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

from tests.servers.listening import listening
from triage.config.settings import MailboxSettings, Security

PASSWORD = "correct-horse"


class _Options(Namespace):
    """Command-line options of which all that is not given is None."""

    def __getattr__(self, name: str) -> None:
        return None


class _Config(Config):
    """pymap's settings, with a quick greeting and, on request, without IDLE."""

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
class PymapServer:
    """A running pymap with its accounts, all with the same `password`."""

    port: int
    folders: Mapping[str, MailboxSet]
    login: Login
    config: _Config
    password: str = PASSWORD

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
        data = await self.folder(user, folder)
        when = at or datetime.now(UTC)
        mail = AppendMessage(raw, when, frozenset(Flag(flag) for flag in flags))
        return (await data.append(mail, recent=True)).uid

    async def folder(self, user: str, path: str) -> MailboxData:
        """Return a folder of an account, to look into or to change behind every client's back."""
        return await self.folders[user].get_mailbox(path)

    async def create(self, user: str, path: str) -> None:
        """Create a folder."""
        await self.folders[user].add_mailbox(path)

    async def set_password(self, user: str, password: str) -> None:
        """Give one account another password."""
        await _account(self.login, self.config, user, password)

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


async def _account(login: Login, config: _Config, user: str, password: str) -> None:
    hashed = await Passwords(config).hash_password(password)
    login.users_dict[user] = UserMetadata(config, user, password=hashed)


@asynccontextmanager
async def pymap_server(
    *users: str, idle: bool = True, sent: str | None = "Sent"
) -> AsyncIterator[PymapServer]:
    """Run pymap in this loop with `users` (default: `support`), each with INBOX and `sent`."""
    names = users or ("support",)
    fast = BuiltinHash(hash_name="sha1", salt_len=0, rounds=1)
    options = _Options(demo_user=names[0], demo_password=PASSWORD, tls=False)
    config = _Config.from_args(options, hash_context=fast, invalid_user_sleep=0.0)
    config.offers_idle = idle
    login = Login(config)
    folders: dict[str, MailboxSet] = {}
    for name in names:
        await _account(login, config, name, PASSWORD)
        folders[name] = _Folders()
        if sent is not None:
            await folders[name].add_mailbox(sent)
        config.set_cache[name] = (folders[name], FilterSet())
    imap = IMAPServer(DictBackend(login, config).login, config)
    async with listening(lambda r, w: imap(r, w, SocketInfoLocal(w))) as port:
        yield PymapServer(port, folders, login, config)
