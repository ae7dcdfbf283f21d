"""A live desk on Dovecot and a relay, over TLS both ways, and its daemon as a process."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.process import PATIENCE, ROOT, manager, process
from tests.servers import Account, Certificate

TOML = """
brand = "Tall Pines"
mode = "live"
store = "triage.db"

[acknowledge]
breaker_hour = 100000

[[mailbox]]
name = "support"
address = "support@northwind.test"
host = "localhost"
port = {imap_port}
security = "tls"
ca_file = "{imap_ca}"
user = "{user}"
authserv_id = "mx.northwind.test"
password = {{ variable = "IMAP_PASSWORD" }}

[relay]
host = "localhost"
port = {smtp_port}
security = "tls"
ca_file = "{smtp_ca}"
"""

AGENTS = ["Edda Lindgren", "Paul Okafor", "Rosa Marini", "Sven Dahl", "Tess Quinn", "Umar Aziz"]


@dataclass(slots=True)
class RelayProcess:
    """A relay in another process, and what it has accepted so far: when, by recipient."""

    port: int
    accepted: dict[str, float] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, count: int) -> float:
        """Wait until `count` mails were accepted; return when the last of them was."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.accepted) >= count)
        return max(self.accepted.values())

    async def listen(self, lines: asyncio.StreamReader) -> None:
        """Take down what the process tells, until it ends."""
        while line := await lines.readline():
            recipient, at = line.decode().split()
            async with self.changed:
                self.accepted[recipient] = float(at)
                self.changed.notify_all()


@asynccontextmanager
async def relay_process(certificate: Certificate) -> AsyncIterator[RelayProcess]:
    """Run a relay in a process of its own."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.relay",
        str(certificate.cert),
        str(certificate.key),
        stdin=PIPE,
        stdout=PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert started.stdout is not None
    assert started.stdin is not None
    relay = RelayProcess(int(await started.stdout.readline()))
    listening = asyncio.create_task(relay.listen(started.stdout))
    try:
        yield relay
    finally:
        started.stdin.close()
        await started.wait()
        await listening


def write_live_desk(
    folder: Path, account: Account, smtp_port: int, certificate: Certificate
) -> Path:
    """Write a desk that is open at any hour and shares no name with the shipped one."""
    rules = folder / "rules"
    rules.mkdir(parents=True)
    for path in (ROOT / "rules").glob("*.yaml"):
        (rules / path.name).write_text(path.read_text())
    roster = ["version: 1", "timezone: UTC", 'open: {mon-sun: ["00:00-24:00"]}', "agents:"]
    for number, name in enumerate(AGENTS):
        id_ = name.split()[0].casefold()
        speaks = "[en]" if number else "[en, de]"
        duty = "" if number else ", duty_manager: true"
        roster.append(
            f"  - {{id: {id_}, name: {name}, mail: {id_}@northwind.test, speaks: {speaks}{duty}}}"
        )
    (rules / "roster.yaml").write_text("\n".join([*roster, ""]))
    toml = folder / "triage.toml"
    toml.write_text(
        TOML.format(
            imap_port=account.server.tls_port,
            imap_ca=account.server.ca_file,
            user=account.user,
            smtp_port=smtp_port,
            smtp_ca=certificate.cert,
        )
    )
    return toml


@dataclass(frozen=True, slots=True)
class Started:
    """A daemon that has said READY, after so many seconds."""

    process: Process
    wall: float

    @property
    def pid(self) -> int:
        return self.process.pid

    async def stop(self) -> None:
        """End it in order."""
        self.process.terminate()
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()


@asynccontextmanager
async def ready(
    module: str, *arguments: object, log: Path, **environment: str
) -> AsyncIterator[Started]:
    """Run a daemon until it says READY, as its service manager does."""
    begun = time.monotonic()
    with manager() as hears:
        async with process(
            module, *arguments, log=log, NOTIFY_SOCKET=hears.address, **environment
        ) as started:
            said = asyncio.create_task(hears.until("READY=1"))
            died = asyncio.create_task(started.wait())
            await asyncio.wait({said, died}, return_when=asyncio.FIRST_COMPLETED)
            died.cancel()
            with suppress(asyncio.CancelledError):
                await died
            if not said.done():
                said.cancel()
                raise RuntimeError(f"it ended before it was ready: see {log}")
            yield Started(started, time.monotonic() - begun)
