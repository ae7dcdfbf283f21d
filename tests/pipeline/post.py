"""A store with its thread, and watchers on it: what the tests of receive work with."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from triage.config.settings import MailboxSettings
from triage.core.arrival import Folder, Role
from triage.errors import AuthenticationRefused
from triage.pipeline.instore import StoreThread, utc_now
from triage.pipeline.receive import Pace, Watched, Watcher
from triage.store.sqlite import SqliteStore, open_store

P = ParamSpec("P")
T = TypeVar("T")

PASSWORD = "correct-horse"
PATIENCE = 30


def mail(number: int, body: str = "Where is my parcel?") -> bytes:
    """Make a small mail; each number is another mail."""
    return (
        f"From: Ann <ann{number}@customer.example>\r\nTo: support@northwind.example\r\n"
        f"Subject: parcel {number}\r\nDate: Sat, 21 Nov 2026 09:30:00 +0000\r\n"
        f"Message-ID: <m{number}@customer.example>\r\n\r\n{body}\r\n"
    ).encode()


class TellingThread(StoreThread):
    """The store's thread, which tells when another thread begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Callable[[], object] = lambda: None

    def wait(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Tell, and wait."""
        self.asked()
        return super().wait(method, *args, **kwargs)


@dataclass(slots=True)
class Post:
    """The store, and what watchers told us. `changed` is set whenever anything may have changed."""

    path: Path
    store: SqliteStore
    thread: TellingThread
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    arrivals: int = 0
    refusals: list[AuthenticationRefused] = field(default_factory=list)
    progress: list[tuple[str, int, int]] = field(default_factory=list)
    watchers: list[Watcher] = field(default_factory=list)

    def tell(self) -> None:
        """Wake the test, from any thread."""
        self.loop.call_soon_threadsafe(self.changed.set)

    def least(self, low: float, _high: float) -> float:
        """Stand in for chance; a thread asks for it after each change of its state."""
        self.tell()
        return low

    def pace(self) -> Pace:
        """Return pauses short enough for a test."""
        return Pace(uniform=self.least, shortest=0.02, refused=(0.05, 0.05), again=0.0, absent=0.05)

    def watch(
        self,
        mailbox: MailboxSettings,
        role: Role = Role.INBOX,
        *,
        password: str = PASSWORD,
        pace: Pace | None = None,
    ) -> Watcher:
        """Start watching a folder."""

        def arrived() -> None:
            self.arrivals += 1
            self.tell()

        def refused(exc: AuthenticationRefused) -> None:
            self.refusals.append(exc)
            self.tell()

        def progress(folder: Folder, done: int, total: int) -> None:
            self.progress.append((folder.path, done, total))

        watcher = Watcher(
            Watched(
                mailbox=mailbox,
                role=role,
                password=lambda: password,
                store=self.store,
                in_store=self.thread,
                clock=utc_now,
                arrived=arrived,
                refused=refused,
                progress=progress,
                pace=pace or self.pace(),
            )
        )
        self.watchers.append(watcher)
        watcher.start()
        return watcher

    async def watching(
        self, mailbox: MailboxSettings, role: Role = Role.INBOX, *, pace: Pace | None = None
    ) -> Watcher:
        """Start watching a folder, and return after its first comparison."""
        watcher = self.watch(mailbox, role, pace=pace)
        await self.until(lambda: watcher.state.last_sync is not None)
        return watcher

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.changed.wait()
                self.changed.clear()

    async def stored(self, count: int) -> list[bytes]:
        """Wait until so many messages are stored; return their bytes, oldest first."""
        await self.until(lambda: len(self.raws()) >= count)
        return self.raws()

    def raws(self, role: Role = Role.INBOX) -> list[bytes]:
        """Return the bytes of every stored message of folders of that role."""
        rows = self.rows(
            "SELECT bytes FROM raw JOIN message ON id = message WHERE role = ? ORDER BY id", role
        )
        return [bytes(row[0]) for row in rows]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database on a connection of its own."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()

    async def stop(self) -> None:
        """Stop every watcher, and check that each has ended in time."""
        for watcher in self.watchers:
            watcher.stop()
        for watcher in self.watchers:
            assert await asyncio.to_thread(watcher.join)
        self.watchers.clear()


@asynccontextmanager
async def open_post(folder: Path) -> AsyncIterator[Post]:
    """Open a store in `folder`; at the end every watcher is stopped, and the store closed."""
    thread = TellingThread()
    path = folder / "triage.db"
    store = await thread(open_store, path)
    await thread(store.start, "here", 1, "boot", datetime.now(UTC))
    post = Post(path, store, thread, asyncio.get_running_loop())
    try:
        yield post
        await post.stop()
    finally:
        for watcher in post.watchers:
            watcher.stop()
            await asyncio.to_thread(watcher.join, 1.0)
        await thread(store.close)
        thread.close()
