"""The service as a process of its own, and what its service manager hears from it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60
"""Seconds after which a test gives up; nothing takes nearly as long."""

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(
    module: str, *arguments: object, log: Path, **environment: str
) -> AsyncIterator[Process]:
    """Run `python -m module arguments`; it is killed at the end if it still runs.

    What it says on stderr is appended to `log`.
    """
    kept = {name: value for name, value in os.environ.items() if name != "JOURNAL_STREAM"}
    with log.open("ab") as stderr:
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *map(str, arguments),
            env={**kept, "PYTHONPATH": str(ROOT), **environment},
            stderr=stderr,
        )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def ended(started: Process) -> int:
    """Wait until a process has ended, and return its exit code, or the negative signal."""
    async with asyncio.timeout(PATIENCE):
        return await started.wait()


@dataclass(frozen=True, slots=True)
class Manager:
    """Hears what a process tells its service manager."""

    address: str
    told: asyncio.Queue[list[str]]

    async def heard(self) -> list[str]:
        """Wait for the next assignments."""
        async with asyncio.timeout(PATIENCE):
            return await self.told.get()

    async def until(self, assignment: str) -> list[str]:
        """Wait until `assignment` is heard, and return what was said with it."""
        while assignment not in (said := await self.heard()):
            pass
        return said


@contextmanager
def manager() -> Iterator[Manager]:
    """Listen as the service manager does: all the time, for ten that wait are all that is kept."""
    name, loop = f"triage-test-{secrets.token_hex(8)}", asyncio.get_running_loop()
    told: asyncio.Queue[list[str]] = asyncio.Queue()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.setblocking(False)
        listening.bind(f"\0{name}")
        loop.add_reader(
            listening, lambda: told.put_nowait(listening.recv(65536).decode().split("\n"))
        )
        try:
            yield Manager(f"@{name}", told)
        finally:
            loop.remove_reader(listening)
