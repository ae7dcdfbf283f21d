"""Servers, daemon and mails of the demo, from its first line to its summary."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import format_datetime, make_msgid
from pathlib import Path
from socket import socket

from triage.config.load import Policy
from triage.config.settings import WebSettings
from triage.core.accounts import Account, Role
from triage.core.mail.parse import parse
from triage.daemon import Daemon
from triage.demo.colleagues import Colleagues
from triage.demo.customer import Inbox
from triage.demo.desk import demo_policy
from triage.demo.mails import ACCOUNTS, SCENES, Scene, in_plain_text, scene
from triage.demo.ports import port_of, take_port
from triage.demo.post import Post, account_of
from triage.demo.servers import PASSWORD, PASSWORD_VARIABLE, Mailboxes, Relay, mailboxes, relay
from triage.demo.signedin import NO_PASSWORD, Once
from triage.demo.telling import Tell, Teller
from triage.parts import Progress, usual_parts
from triage.pipeline.instore import ticks, utc_now
from triage.store.sqlite import open_store
from triage.web.server import PageServer

PAUSE = timedelta(seconds=4)
LOOK = timedelta(milliseconds=100)
ENDING = timedelta(seconds=6)
"""What is left of `--for` once the last mail has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the demo is seen: the link that signs in, and the customer's mail."""

    login: str
    inbox: str
    ports: tuple[int, int]


Show = Callable[[Places], None]


async def play(
    length: timedelta | None, port: int, tell: Tell, progress: Progress, show: Show
) -> None:
    """Run the demo until `length` is over, or until Ctrl-C; then say what came of it.

    The page is on `port`, or the next one that is free, the customer's mail beside it. Everything
    lies in a temporary folder and is gone afterwards.
    """
    os.environ[PASSWORD_VARIABLE] = PASSWORD
    with tempfile.TemporaryDirectory(prefix="triage-demo.") as folder:
        async with AsyncExitStack() as world:
            imap = await world.enter_async_context(mailboxes(*ACCOUNTS))
            smtp = await world.enter_async_context(relay())
            sockets = _sockets(port, tell)
            ports = port_of(sockets[0]), port_of(sockets[1])
            policy = demo_policy(Path(folder), imap.port, smtp.port, ports[0])
            agent = policy.roster.agents[0]
            once = Once(Account(name=agent.id, role=Role.ADMIN, agent=agent.id))
            parts = replace(
                usual_parts(None, progress),
                load=lambda: policy,
                routes=(once.route,),
                listening=sockets[0],
            )
            daemon, stop = Daemon(parts), asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            tell(
                "", "demo", f"IMAP 127.0.0.1:{imap.port}, SMTP 127.0.0.1:{smtp.port}, loopback only"
            )
            # Before the first mail, so that its acknowledgement bears the notice, too.
            path = policy.settings.store
            store = world.enter_context(closing(open_store(path)))
            reader = world.enter_context(closing(open_store(path, read_only=True)))
            store.keep_account(once.account, NO_PASSWORD, utc_now())
            colleagues = Colleagues(store, policy)
            colleagues.put_up_notice(utc_now())
            running = asyncio.create_task(daemon.run(stop))
            try:
                await _until_ready(daemon, running)
                teller = Teller(reader, policy.roster, tell, utc_now)
                names = ", ".join(agent.name for agent in policy.roster.agents)
                teller.say("demo", f"on duty: {names}")
                post = Post(utc_now)
                inbox = await world.enter_async_context(
                    _inbox(post, imap, policy, sockets[1], teller)
                )
                login = f"http://127.0.0.1:{ports[0]}{once.path}"
                show(Places(login=login, inbox=inbox, ports=ports))
                await _Desk(imap, smtp, post, colleagues, teller).mails_arrive(stop, length)
            finally:
                stop.set()
                await running
            teller.follow()
            _sum_up(teller, tell)


def _sockets(first: int, tell: Tell) -> tuple[socket, socket]:
    """Listen for the page and for the customer's mail, and say where a port was taken."""
    page = take_port(first)
    if port_of(page) != first:
        tell("", "demo", f"port {first} is taken: the page is on {port_of(page)}")
    return page, take_port(port_of(page) + 1)


@asynccontextmanager
async def _inbox(
    post: Post, imap: Mailboxes, policy: Policy, listening: socket, teller: Teller
) -> AsyncIterator[str]:
    """Serve the customers' mail, and return where."""

    async def deliver(raw: bytes) -> None:
        mail = parse(raw)
        sender = mail.sender.addr if mail.sender is not None else ""
        teller.say("mail", f"{sender} “{mail.subject}” (you, as a customer)", utc_now())
        teller.arrived.setdefault(sender, utc_now())
        await imap.deliver(raw, account_of(raw))

    port = port_of(listening)
    settings = WebSettings(port=port)
    desk = f"http://127.0.0.1:{policy.settings.web.port if policy.settings.web else 0}/"
    zone = policy.roster.hours.zone
    page = Inbox(post, deliver, desk, policy.settings.brand, zone)
    stop, server = asyncio.Event(), PageServer(page.app(port), settings, listening)
    serving = asyncio.create_task(server.run(stop))
    try:
        await server.ready.wait()
        yield f"http://127.0.0.1:{port}/"
    finally:
        stop.set()
        await serving


async def _until_ready(daemon: Daemon, running: asyncio.Task[None]) -> None:
    ready = asyncio.create_task(daemon.ready.wait())
    waits: set[asyncio.Future[object]] = {ready, running}  # type: ignore[arg-type]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    if running.done():
        await running  # it failed: say why


@dataclass(slots=True)
class _Desk:
    """The world round the daemon, as it turns."""

    imap: Mailboxes
    smtp: Relay
    post: Post
    colleagues: Colleagues
    teller: Teller
    _arrived: dict[str, bytes] = field(default_factory=dict)
    _robots: set[asyncio.Task[None]] = field(default_factory=set)

    async def mails_arrive(self, stop: asyncio.Event, length: timedelta | None) -> None:
        """Deliver the scenes one after the other, telling what becomes of them meanwhile."""
        loop = asyncio.get_running_loop()
        self.smtp.told = self._left
        start = due = loop.time()
        total = length.total_seconds() if length else None
        pause = PAUSE
        if total is not None:
            pause = min(PAUSE, max(LOOK, (timedelta(seconds=total) - ENDING) / len(SCENES)))
        todo = list(SCENES)
        async for _ in ticks(LOOK, stop):
            if todo and loop.time() >= due:
                await self._arrive(todo.pop(0))
                due = loop.time() + pause.total_seconds()
            await asyncio.to_thread(self.colleagues.work, utc_now())
            self.teller.follow()
            if total is not None and loop.time() - start >= total:
                stop.set()
        for task in self._robots:
            task.cancel()

    def _left(self, recipient: str, mail: Message) -> None:
        """Put what left into its customer's inbox, which may answer by itself."""
        self.post.got(recipient, mail)
        for one in SCENES:
            if one.robot and one.address == recipient:
                answers = _robot_answers(self.imap, one, mail, self.teller)
                task = asyncio.get_running_loop().create_task(answers)
                self._robots.add(task)
                task.add_done_callback(self._robots.discard)

    async def _arrive(self, one: Scene) -> None:
        """Deliver one scene; a copy is, byte for byte, the mail that it is a copy of."""
        now = utc_now()
        answered = scene(one.answers) if one.answers else None
        raw = self._arrived.get(one.again) or one.raw(now, answered)
        self._arrived[one.name] = raw
        folder = "Sent" if one.answers else "INBOX"
        name = one.sender.partition(" <")[0]
        self.teller.say("mail", f"{name} “{one.subject}” ({one.what})", now)
        self.teller.arrived.setdefault(one.address, now)
        if one.person and not one.again:
            self.post.wrote(raw)
        await self.imap.deliver(raw, one.account, folder)
        if answered is not None:
            self.post.got(answered.address, message_from_bytes(raw))


async def _robot_answers(imap: Mailboxes, one: Scene, mail: Message, teller: Teller) -> None:
    now = utc_now()
    headers = (
        ("Return-Path", "<>"),
        ("From", one.sender),
        ("To", str(mail["From"])),
        ("Subject", f"Out of office: {one.subject}"),
        ("Date", format_datetime(now)),
        ("Message-ID", make_msgid(domain=one.address.rpartition("@")[2])),
        ("In-Reply-To", str(mail["Message-ID"])),
        ("Auto-Submitted", "auto-replied"),
    )
    teller.say("mail", f"{one.sender.partition(' <')[0]}'s mailbox answers by itself", now)
    with suppress(asyncio.CancelledError):
        await imap.deliver(in_plain_text(headers, one.robot), one.account)


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
