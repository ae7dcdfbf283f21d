"""`triage run` as a process: what its service manager sees, how it ends, and who may follow."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.posts import Post
from tests.e2e.process import PATIENCE, Manager, ended, manager, process
from tests.e2e.running import parts_of, running
from tests.servers import SmtpSink, Step
from triage.store.sqlite import SqliteStore, open_store

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]  # each starts several processes

WATCHDOG_SECONDS = 2


def mail(name: str) -> bytes:
    return (
        f"From: <{name}@example.net>\r\nTo: support@northwind.test\r\n"
        f"Subject: Table of {name}\r\nMessage-ID: <{name}@example.net>\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n"
        f"Hello, this is {name}. The top of my table is cracked; please send a new one.\r\n"
    ).encode()


@dataclass(frozen=True, slots=True)
class Service:
    """A `triage run` that has said READY, and what it says from then on."""

    desk: Path
    process: Process
    manager: Manager
    status: str
    log: Path

    async def stop(self) -> int:
        """Tell it to end; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await ended(self.process)


@asynccontextmanager
async def service(desk: Path) -> AsyncIterator[Service]:
    """Run `triage run` under a service manager."""
    log = desk.parent / "log"
    with manager() as hears:
        async with process(
            "triage",
            "run",
            "--config",
            desk,
            log=log,
            NOTIFY_SOCKET=hears.address,
            WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1_000_000),
        ) as started:
            said = await hears.until("READY=1")
            (status,) = [each for each in said if each.startswith("STATUS=")]
            yield Service(desk, started, hears, status, log)


async def told(desk: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run a command of `triage` beside the service; return its exit code and what it said."""
    log = desk.parent / f"command-log.{secrets.token_hex(4)}"
    async with process("triage", *arguments, "--config", desk, log=log) as started:
        code = await ended(started)
    said = log.read_text().splitlines()
    log.unlink()
    return code, said


def reader(desk: Path) -> SqliteStore:
    return open_store(desk.parent / "triage.db", read_only=True)


@pytest.fixture
def desk(post: Post, sink: SmtpSink, tmp_path: Path) -> Path:
    return post.write_desk(tmp_path, sink.port)


async def test_the_service_manager_hears_ready_status_watchdog_and_stopping(
    desk: Path, post: Post, sink: SmtpSink
) -> None:
    async with service(desk) as triage:
        assert triage.status.startswith("STATUS=live · 0 waiting · 2 mailboxes · rules ")
        await post.deliver(mail("ann"), datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            await sink.delivered(1)
        for _ in range(2):
            async with asyncio.timeout(4 * WATCHDOG_SECONDS):
                await triage.manager.until("WATCHDOG=1")
        while not any("1 waiting" in each for each in await triage.manager.heard()):
            pass
        # Both mailboxes idle: an IDLE of minutes does not keep the daemon from ending.
        triage.process.send_signal(signal.SIGTERM)
        await triage.manager.until("STOPPING=1")
        assert await ended(triage.process) == 0
    assert "Traceback" not in triage.log.read_text()


async def test_a_mail_that_is_leaving_at_the_end_is_seen_to_its_end(
    desk: Path, post: Post, sink: SmtpSink
) -> None:
    dot = sink.hold(Step.BODY)
    async with service(desk) as triage:
        await post.deliver(mail("ann"), datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            await sink.reached(Step.BODY)
        triage.process.send_signal(signal.SIGTERM)
        await triage.manager.until("STOPPING=1")
        dot.set()
        assert await ended(triage.process) == 0
    store = reader(desk)
    assert store.counts().outgoing == {"sent": 1}
    store.close()
    assert len(sink.deliveries) == 1


async def test_p2_a_second_process_on_the_store_is_refused_in_one_line_and_the_first_goes_on(
    desk: Path, post: Post, sink: SmtpSink
) -> None:
    async with service(desk) as triage:
        code, said = await told(desk, "run")
        assert code == 1
        assert said == [
            f"triage: another daemon works on this store: process {triage.process.pid} on"
            f" {socket.gethostname()}; stop it first, or give this one a store of its own"
        ]
        await post.deliver(mail("ann"), datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            await sink.delivered(1)


async def test_after_kill_9_the_next_start_takes_the_store_at_once(
    desk: Path, post: Post, sink: SmtpSink
) -> None:
    async with service(desk) as triage:
        triage.process.kill()
        assert await ended(triage.process) == -signal.SIGKILL
    await post.deliver(mail("ann"), datetime.now(UTC))
    async with running(parts_of(desk)):
        await sink.delivered(1)


async def test_p9_a_reload_of_a_bad_rule_file_keeps_the_last_good_set_and_everyone_sees_it(
    desk: Path, post: Post, sink: SmtpSink
) -> None:
    bad = desk.parent / "rules" / "90-new.yaml"
    async with service(desk) as triage:
        bad.write_text("version: 1\nrules:\n  - {id: x, queue: returns}\n")
        code, said = await told(desk, "run", "--reload")
        assert code == 1
        assert any("90-new.yaml:3" in line for line in said)
        await triage.manager.until("RELOADING=1")
        shown = await triage.manager.until("READY=1")
        assert any("RULES REJECTED, running " in each for each in shown)
        await post.deliver(mail("ann"), datetime.now(UTC))
        async with asyncio.timeout(PATIENCE):
            await sink.delivered(1)
        bad.unlink()
        code, said = await told(desk, "run", "--reload")
        assert code == 0
        assert said[-1].startswith("applied: ")
        desk.write_text(desk.read_text().replace("connections = 1", "connections = 2"))
        code, said = await told(desk, "run", "--reload")
        assert code == 0
        note = "[relay] has changed: takes effect when the daemon is restarted"
        assert said[-2] == f"note: triage.toml: {note}"
        assert await triage.stop() == 0
