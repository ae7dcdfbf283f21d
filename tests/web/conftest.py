"""The page over a real store, behind the real server, asked as a browser asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import httpx
import pytest

from tests.store.desk import NOW, Desk
from triage.config.load import Policy, load_policy
from triage.config.settings import WebSettings
from triage.core.accounts import Account, Role
from triage.core.switches import Switch
from triage.pipeline.instore import StoreThread
from triage.pipeline.read import Predictor
from triage.pipeline.terms import terms_of
from triage.store.sqlite import SqliteStore, open_store
from triage.web.app import application
from triage.web.door.identity import cookie_name, new_id, written
from triage.web.door.passwords import hash_password
from triage.web.live.hub import Hub
from triage.web.live.presence import Presence
from triage.web.office import Office
from triage.web.readers import Readers
from triage.web.server import PageServer
from triage.web.team.condition import Condition

PASSWORD = "correct horse battery staple"


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)


class Standing:
    """How the service behind the page is, its model, and what holds for the hour: a test's to set.

    `renewed` is called when the page has the files read again.
    """

    def __init__(self) -> None:
        self.condition = Condition()
        self.switches: tuple[Switch, ...] = ()
        self.judge: Predictor | None = None
        self.renewed: Callable[[], None] = lambda: None

    def renew(self) -> None:
        """Have the files read again."""
        self.renewed()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A page that is served, with what stands behind it."""

    url: str
    path: Path
    store: SqliteStore
    desk: Desk
    policy: Policy
    clock: Hand
    standing: Standing
    hub: Hub
    presence: Presence
    serving: asyncio.Task[None]
    stop: asyncio.Event

    def add(self, name: str, role: Role = Role.AGENT, *queues: str, agent: str = "") -> Account:
        """Let somebody log in."""
        account = Account(name=name, role=role, agent=agent, queues=frozenset(queues))
        self.store.keep_account(account, HASH, self.clock())
        return account

    @asynccontextmanager
    async def browser(self, name: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """Open a browser, with a session where a name is given."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers) as client:
            if name:
                client.cookies.set(*self.enter(name))
            yield client

    def enter(self, name: str) -> tuple[str, str]:
        """Begin a session as a login does, and return its cookie: a password takes its time."""
        settings, id_ = self.policy.settings.web, new_id()
        assert settings is not None
        self.store.open_session(name, id_, self.clock())
        return cookie_name(settings), written(id_)


HASH = hash_password(PASSWORD)
shipped = cache(load_policy)
"""The shipped desk, read once: it takes seconds, and nothing changes it."""


@asynccontextmanager
async def served(
    path: Path, store: SqliteStore, clock: Hand, port: int = 0, web: WebSettings | None = None
) -> AsyncIterator[House]:
    """Serve the page over a store, until `stop` or the end."""
    settings, shipped_ = replace(web or WebSettings(), port=port), shipped(None)
    policy = replace(shipped_, settings=replace(shipped_.settings, web=settings))
    in_store, stop = StoreThread(), asyncio.Event()
    opened = partial(open_store, path, read_only=True)
    readers, watcher = Readers(opened), Readers(opened, threads=1)
    presence, standing = Presence(), Standing()
    hub = Hub(watcher, lambda: policy, presence, clock)
    office = Office(
        store=store,
        in_store=in_store,
        read=readers,
        settings=settings,
        policy=lambda: policy,
        terms=lambda: terms_of(policy, "desk-1", standing.switches),
        clock=clock,
        condition=lambda: standing.condition,
        judge=lambda: standing.judge,
        renew=standing.renew,
        hub=hub,
        presence=presence,
    )
    server = PageServer(application(office), settings)
    serving, telling = asyncio.create_task(server.run(stop)), asyncio.create_task(hub.run(stop))
    async with asyncio.timeout(20):
        await server.ready.wait()
    yield House(
        url=f"http://127.0.0.1:{server.port}",
        path=path,
        store=store,
        desk=Desk(store),
        policy=policy,
        clock=clock,
        standing=standing,
        hub=hub,
        presence=presence,
        serving=serving,
        stop=stop,
    )
    stop.set()
    await serving
    await telling
    watcher.close()
    readers.close()
    in_store.close()


@asynccontextmanager
async def founded(folder: Path, web: WebSettings | None = None) -> AsyncIterator[House]:
    """Serve the page over a new store in a folder."""
    path = folder / "triage.db"
    store = open_store(path)
    store.start("here", 1, "boot", NOW)
    async with served(path, store, Hand(), web=web) as house:
        yield house
    store.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with founded(tmp_path) as house:
        yield house
