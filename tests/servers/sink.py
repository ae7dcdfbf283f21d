"""An SMTP server that keeps what it is given, and refuses, waits or hangs up on request."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from enum import StrEnum

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Step(StrEnum):
    """Where in a transaction something can be made to happen. `BODY` is the final dot."""

    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "BODY"


class Cut(StrEnum):
    """Where the connection breaks: the mail after the dot was accepted, the one before not."""

    MAIL = "mail"
    BEFORE_DOT = "before the final dot"
    AFTER_DOT = "after the final dot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One accepted mail, with the instant at which its final dot was read."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    raw: bytes
    at: datetime

    @property
    def words(self) -> str:
        """What stands in the part of plain text."""
        message = message_from_bytes(self.raw, policy=default)
        part = message.get_body(("plain",))
        return "" if part is None else str(part.get_content())


@dataclass(slots=True)
class SmtpSink:
    """A running sink. `steps` lists every step of every transaction, in order."""

    users: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    steps: list[tuple[Step, str]] = field(default_factory=list)
    connections: int = 0
    _replies: defaultdict[Step, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _gates: dict[Step, asyncio.Event] = field(default_factory=dict)
    _cuts: deque[Cut] = field(default_factory=deque)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def answer(self, step: Step, *replies: str) -> None:
        """Give these replies at the next times of `step`; an empty one is the usual reply."""
        self._replies[step].extend(replies)

    def cut(self, *cuts: Cut) -> None:
        """Break the connection at the next transactions."""
        self._cuts.extend(cuts)

    def hold(self, step: Step) -> asyncio.Event:
        """Wait at `step` until the returned event is set."""
        return self._gates.setdefault(step, asyncio.Event())

    async def delivered(self, count: int) -> list[Delivery]:
        """Wait until at least `count` mails were accepted, and return all."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.deliveries) >= count)
        return self.deliveries

    async def reached(self, step: Step, count: int = 1) -> None:
        """Wait until `step` was reached `count` times."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: sum(1 for done, _ in self.steps if done is step) >= count
            )

    async def at(self, step: Step, detail: str) -> str:
        """Note that a client is at `step`; return the reply to give, or ""."""
        async with self._changed:
            self.steps.append((step, detail))
            self._changed.notify_all()
        if gate := self._gates.get(step):
            await gate.wait()
        replies = self._replies[step]
        return replies.popleft() if replies else ""

    async def keep(self, delivery: Delivery) -> None:
        """Keep an accepted mail."""
        async with self._changed:
            self.deliveries.append(delivery)
            self._changed.notify_all()

    def cuts_at(self, cut: Cut) -> bool:
        """Take the next cut if it is this one."""
        if self._cuts and self._cuts[0] is cut:
            self._cuts.popleft()
            return True
        return False

    # --- the hooks of aiosmtpd ------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks the hooks up by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if self.users and not session.authenticated:
            return "530 5.7.0 Authentication required"
        reply = await self.at(Step.MAIL, address)
        if self.cuts_at(Cut.MAIL):
            _abort(server)
        if not reply:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        reply = await self.at(Step.RCPT, address)
        if not reply:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return reply or "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer the final dot."""
        at = datetime.now(UTC)
        raw = bytes(envelope.original_content or b"")
        reply = await self.at(Step.BODY, "")
        if reply and not reply.startswith("2"):
            return reply
        sender, recipients = envelope.mail_from or "", tuple(envelope.rcpt_tos)
        await self.keep(Delivery(mail_from=sender, rcpt_tos=recipients, raw=raw, at=at))
        if self.cuts_at(Cut.AFTER_DOT):
            _abort(server)
        return reply or "250 2.0.0 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Check a name and a password."""
        assert isinstance(data, LoginPassword)
        self.steps.append((Step.AUTH, data.login.decode()))
        replies = self._replies[Step.AUTH]
        if reply := replies.popleft() if replies else "":
            return AuthResult(success=False, handled=False, message=reply)
        known = self.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False)


class _Conversation(SMTP):
    """One conversation with a client."""

    event_handler: SmtpSink
    gone: asyncio.Event | None = None  # None: the TLS handshake failed before the first word

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; after STARTTLS, begin again."""
        self.gone = asyncio.Event()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        super().connection_lost(error)
        if self.gone is not None:
            self.gone.set()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Answer DATA: refuse it, break off after 354, or take the mail."""
        if reply := await self.event_handler.at(Step.DATA, ""):
            await self.push(reply)
        elif self.event_handler.cuts_at(Cut.BEFORE_DOT):
            await self.push("354 go ahead")
            await self._reader.readline()
            _abort(self)
        else:
            await super().smtp_DATA(arg)


def _abort(server: SMTP) -> None:
    """Break the connection, and end the conversation as aiosmtpd does on a lost client."""
    _hang_up(server)
    raise asyncio.CancelledError


def _hang_up(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


@asynccontextmanager
async def smtp_sink(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    users: Mapping[str, str] | None = None,
    largest: int | None = None,
) -> AsyncIterator[SmtpSink]:
    """Run a sink in this loop: with TLS from the start, after STARTTLS, or without.

    With `users` (name to password) a client must log in before it may send. `largest`: how many
    bytes of a mail it says that it takes; None: it says nothing.
    """
    sink = SmtpSink(users or {})
    loop = asyncio.get_running_loop()
    conversations: list[_Conversation] = []

    def converse() -> _Conversation:
        sink.connections += 1
        conversation = _Conversation(
            sink,
            hostname="sink.example",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            authenticator=sink.authenticate if sink.users else None,
            auth_require_tls=False,
            auth_exclude_mechanism=() if sink.users else ("LOGIN", "PLAIN"),
            data_size_limit=largest,
            loop=loop,
        )
        conversations.append(conversation)
        return conversation

    server = await loop.create_server(converse, "127.0.0.1", 0, ssl=tls)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        for conversation in conversations:
            _hang_up(conversation)
            if conversation.gone is not None:
                await conversation.gone.wait()
        running = [c._handler_coroutine for c in conversations if c._handler_coroutine is not None]
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()
