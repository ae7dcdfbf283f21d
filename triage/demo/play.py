"""Servers, daemon and mails of the demo, from its first line to its summary."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import Message
from email.utils import format_datetime, make_msgid
from pathlib import Path

from triage.daemon import Daemon
from triage.demo.desk import demo_policy
from triage.demo.mails import SCENES, Scene, scene
from triage.demo.servers import PASSWORD, PASSWORD_VARIABLE, Mailboxes, Relay, mailboxes, relay
from triage.demo.telling import Tell, Teller
from triage.parts import Progress, usual_parts
from triage.pipeline.instore import ticks, utc_now
from triage.store.sqlite import open_store

PAUSE = timedelta(seconds=4)
LOOK = timedelta(milliseconds=100)
ENDING = timedelta(seconds=6)
"""What is left of `--for` once the last mail has arrived."""


async def play(length: timedelta | None, tell: Tell, progress: Progress) -> None:
    """Run the demo until `length` is over, or until Ctrl-C; then say what came of it.

    Everything lies in a temporary folder and is gone afterwards.
    """
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    with tempfile.TemporaryDirectory(prefix="triage-demo.") as folder:
        async with AsyncExitStack() as world:
            imap = await world.enter_async_context(mailboxes("support", "billing", "orders"))
            smtp = await world.enter_async_context(relay())
            policy = demo_policy(Path(folder), imap.port, smtp.port)
            daemon = Daemon(replace(usual_parts(None, progress), load=lambda: policy))
            stop = asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            tell(
                "", "demo", f"IMAP 127.0.0.1:{imap.port}, SMTP 127.0.0.1:{smtp.port}, loopback only"
            )
            running = asyncio.create_task(daemon.run(stop))
            try:
                await _until_ready(daemon, running)
                store = await world.enter_async_context(_Reader(policy.settings.store))
                teller = Teller(store.store, policy.roster, tell, utc_now)
                names = ", ".join(agent.name for agent in policy.roster.agents)
                teller.say("demo", f"on duty: {names}")
                await _mails_arrive(imap, smtp, teller, stop, length)
            finally:
                stop.set()
                await running
            teller.follow()
            _sum_up(teller, tell)


class _Reader:
    """A reader on the daemon's store, closed with the demo."""

    def __init__(self, path: Path) -> None:
        self.store = open_store(path, read_only=True)

    async def __aenter__(self) -> _Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.store.close()


async def _until_ready(daemon: Daemon, running: asyncio.Task[None]) -> None:
    ready = asyncio.create_task(daemon.ready.wait())
    waits: set[asyncio.Future[object]] = {ready, running}  # type: ignore[arg-type]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if running.done():
        await running  # it failed: say why


async def _mails_arrive(
    imap: Mailboxes, smtp: Relay, teller: Teller, stop: asyncio.Event, length: timedelta | None
) -> None:
    """Deliver the scenes one after the other, telling what becomes of them meanwhile."""
    loop = asyncio.get_running_loop()
    robots: set[asyncio.Task[None]] = set()

    def acknowledged(recipient: str, mail: Message) -> None:
        """Answer as the mailbox of an absent requester does."""
        for one in SCENES:
            if one.robot and one.address == recipient:
                task = loop.create_task(_robot_answers(imap, one, mail, teller))
                robots.add(task)
                task.add_done_callback(robots.discard)

    smtp.told = acknowledged
    start = loop.time()
    total = length.total_seconds() if length else None
    pause = PAUSE
    if total is not None:
        pause = min(PAUSE, max(LOOK, (timedelta(seconds=total) - ENDING) / len(SCENES)))
    todo, arrived = list(SCENES), dict[str, bytes]()
    due = start
    async for _ in ticks(LOOK, stop):
        if todo and loop.time() >= due:
            await _arrive(imap, todo.pop(0), arrived, teller)
            due = loop.time() + pause.total_seconds()
        teller.follow()
        if total is not None and loop.time() - start >= total:
            stop.set()
    for task in robots:
        task.cancel()


async def _arrive(imap: Mailboxes, one: Scene, arrived: dict[str, bytes], teller: Teller) -> None:
    """Deliver one scene; a copy is, byte for byte, the mail that it is a copy of."""
    now = utc_now()
    answered = scene(one.answers) if one.answers else None
    raw = arrived.get(one.again) or one.raw(now, answered)
    arrived[one.name] = raw
    folder = "Sent" if one.answers else "INBOX"
    name = one.sender.partition(" <")[0]
    teller.say("mail", f"{name} “{one.subject}” ({one.what})", now)
    teller.arrived.setdefault(one.address, now)
    await imap.deliver(raw, one.account, folder)


async def _robot_answers(imap: Mailboxes, one: Scene, mail: Message, teller: Teller) -> None:
    now: datetime = utc_now()
    domain = one.address.rpartition("@")[2]
    lines = (
        f"Return-Path: <>\r\nFrom: {one.sender}\r\nTo: {mail['From']}\r\n"
        f"Subject: Out of office: {one.subject}\r\nDate: {format_datetime(now)}\r\n"
        f"Message-ID: {make_msgid(domain=domain)}\r\nIn-Reply-To: {mail['Message-ID']}\r\n"
        "Auto-Submitted: auto-replied\r\n\r\n"
    )
    teller.say("mail", f"{one.sender.partition(' <')[0]}'s mailbox answers by itself", now)
    with suppress(asyncio.CancelledError):
        await imap.deliver((lines + one.robot).encode(), one.account)


def _sum_up(teller: Teller, tell: Tell) -> None:
    summary = teller.summary
    for title, lines in (
        ("acknowledged", summary.acknowledged),
        ("not acknowledged", summary.withheld),
        ("filed, never answered", summary.filed),
        ("answered by a human", summary.answered),
    ):
        tell("", "", "")
        tell("", "sum", f"{len(lines)} {title}")
        for line in lines:
            tell("", "", line)
