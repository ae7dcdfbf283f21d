"""One connection to the SMTP relay, taken step by step, so that every failure says what it means.

One `Relay` belongs to one task: what two tasks said would be mixed on the wire. A cancelled or
timed-out command leaves a reply behind that the next command would read as its own: after one,
the connection is closed.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aiosmtplib
from aiosmtplib import SMTPResponseException

from triage.config.settings import RelaySettings, Security
from triage.core.addressing import wire_address
from triage.core.reply import Refused
from triage.errors import (
    AuthenticationRefused,
    MailDeferred,
    RelayRefused,
    RelayUnavailable,
    SenderRefused,
    TriageError,
    Uncertain,
)
from triage.outbox.greeting import greet, log_in, said, why
from triage.outbox.rate import Rate

COMMAND_TIMEOUT = 60.0
DATA_TIMEOUT = 600.0
"""Seconds for the reply to the final dot. Source: RFC 5321 section 4.5.3.2.6."""

_MAIL = "MAIL FROM"
_RCPT = "RCPT TO"
_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
_MOST_MAILS = 50
_LONGEST_IDLE = 60.0
_GOODBYE = 5.0
_CLOSING = 421
_TOO_LARGE = 552
_LOG_IN_FIRST = frozenset({530, 534, 535, 538})


class Relay:
    """A connection that opens when it is needed, and is used again while that is safe."""

    def __init__(
        self,
        settings: RelaySettings,
        password: str = "",
        *,
        rate: Rate | None = None,
        command_timeout: float = COMMAND_TIMEOUT,
        data_timeout: float = DATA_TIMEOUT,
        local_name: str | None = None,
    ) -> None:
        """Prepare; nothing is connected yet. Reads the CA file, if there is one.

        Timeouts are in seconds. `rate` is shared by all relays of one account. `local_name` is
        what EHLO says; default: the name of this machine.
        """
        self._settings = settings
        self._password = password
        self._rate = rate or Rate(settings.per_minute)
        self._command_timeout = command_timeout
        self._data_timeout = data_timeout
        self._local_name = local_name
        self._port = settings.port or _PORTS[settings.security]
        self._context = (
            None
            if settings.security is Security.NONE
            else ssl.create_default_context(cafile=settings.ca_file)
        )
        self._client: aiosmtplib.SMTP | None = None
        self._mails = 0
        self._used = 0.0
        self._begun = False

    @property
    def name(self) -> str:
        """Host and port, as logs and errors call it."""
        return f"{self._settings.host}:{self._port}"

    @property
    def patience(self) -> float:
        """The longest that one mail can take without anything being wrong, in seconds."""
        return self._data_timeout + 12 * self._command_timeout

    async def open_envelope(
        self,
        sender: str,
        recipient: str,
        size: int = 0,
        *,
        also: Sequence[str] = (),
        patient: bool = True,
    ) -> tuple[Refused, ...]:
        """Connect if need be, and name `sender` ("": null), `recipient`, and who gets it `also`.

        Whatever this raises, the mail has not been sent. `size` counts the payload's bytes.
        Returns which of `also` the relay does not take: all others get the mail. One whom it does
        not take for now puts the whole mail off if `patient`, and is refused like those if not.

        Raises: RelayUnavailable (no connection), MailDeferred (4xx, or it broke off in here),
        RelayRefused (5xx to the recipient, or too large), SenderRefused (5xx to the sender),
        AuthenticationRefused, AddressUnusable. Source: RFC 5321 sections 3.3 and 4.2.1.
        """
        sender, recipient = sender and wire_address(sender), wire_address(recipient)
        others = {address: wire_address(address) for address in also}
        await self._rate.take()
        client = await self._ready()
        self._begun = True
        self._mails += 1
        limit = self.largest
        if limit is not None and limit < size:
            raise RelayRefused(self.name, "SIZE", f"the mail has {size} bytes of at most {limit}")
        options = [f"SIZE={size}"] if size and client.supports_extension("size") else []
        async with self._step(_MAIL):
            await client.mail(sender, options=options)
        async with self._step(_RCPT):
            await client.rcpt(recipient)
        refused = []
        for address, on_wire in others.items():
            try:
                async with self._step(_RCPT):
                    await client.rcpt(on_wire)
            except (RelayRefused, MailDeferred) as exc:
                if isinstance(exc, MailDeferred) and (patient or self._client is None):
                    raise
                refused.append(Refused(address, str(exc)))
        self._used = asyncio.get_running_loop().time()
        return tuple(refused)

    @property
    def largest(self) -> int | None:
        """How many bytes a mail may have, as the relay last said; None where it said nothing.

        Source: RFC 1870 section 4.
        """
        told = "" if self._client is None else self._client.esmtp_extensions.get("size", "")
        return int(told) if told.isdecimal() and int(told) > 0 else None

    async def data(self, payload: bytes) -> str:
        """Send the mail to the envelope that is open, and return the relay's reply.

        Raises: MailDeferred (a definite 4xx), RelayRefused (a definite 5xx), Uncertain (no
        reply that can be understood: it may have been accepted). Cancelled, it may have been
        accepted, too. Source: RFC 5321 sections 4.2.5 and 6.1; RFC 1047.
        """
        client = self._client
        if client is None:
            raise Uncertain(self.name, "the connection was lost")
        try:
            response = await client.data(payload, timeout=self._data_timeout)
        except asyncio.CancelledError:
            self.close()
            raise
        except aiosmtplib.SMTPDataError as exc:
            if exc.code == _CLOSING:
                self.close()
            reply = said(exc.code, exc.message)
            if 400 <= exc.code < 500:
                raise MailDeferred(self.name, "DATA", reply) from exc
            if 500 <= exc.code < 600:
                raise RelayRefused(self.name, "DATA", reply) from exc
            self.close()
            raise Uncertain(self.name, reply) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            self.close()
            raise Uncertain(self.name, why(exc)) from exc
        self._begun = False
        self._used = asyncio.get_running_loop().time()
        return said(response.code, response.message)

    async def rest(self) -> None:
        """Say goodbye if nothing was sent for a minute: relays count idle connections."""
        if self._client is not None and self._idle() > _LONGEST_IDLE:
            await self.goodbye()

    async def goodbye(self) -> None:
        """Close the connection politely; the next mail opens another."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=min(_GOODBYE, self._command_timeout))
        finally:
            client.close()

    def close(self) -> None:
        """Close the connection at once."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _idle(self) -> float:
        return asyncio.get_running_loop().time() - self._used

    async def _ready(self) -> aiosmtplib.SMTP:
        """Return a connection that has just answered: the old one if it is fit for use."""
        client = self._client
        if client is not None and client.is_connected:
            if self._mails >= _MOST_MAILS or self._idle() > _LONGEST_IDLE:
                await self.goodbye()
            elif await self._answers(client):
                return client
        self.close()
        return await self._connect()

    async def _answers(self, client: aiosmtplib.SMTP) -> bool:
        """Forget the envelope that a refusal left open, if any, and see that somebody is there."""
        try:
            await (client.rset() if self._begun else client.noop())
        except asyncio.CancelledError:
            self.close()
            raise
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _connect(self) -> aiosmtplib.SMTP:
        security = self._settings.security
        client = aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._port,
            use_tls=security is Security.TLS,
            start_tls=security is Security.STARTTLS,
            tls_context=self._context,
            timeout=self._command_timeout,
            local_hostname=self._local_name,
        )
        try:
            await client.connect()
            self._local_name = client.local_hostname
            await greet(client)
            if self._settings.user:
                await log_in(client, self.name, self._settings.user, self._password)
        except SMTPResponseException as exc:
            client.close()
            reply = said(exc.code, exc.message)
            if 500 <= exc.code < 600:
                raise AuthenticationRefused(f"relay {self.name}", reply) from exc
            raise RelayUnavailable(self.name, "connecting", reply) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            client.close()
            raise RelayUnavailable(self.name, "connecting", why(exc)) from exc
        except BaseException:
            client.close()
            raise
        self._client, self._mails = client, 0
        self._used = asyncio.get_running_loop().time()
        return client

    @asynccontextmanager
    async def _step(self, doing: str) -> AsyncIterator[None]:
        """Turn what goes wrong in one command of the envelope into its meaning."""
        try:
            yield
        except asyncio.CancelledError:
            self.close()
            raise
        except SMTPResponseException as exc:
            raise self._refusal(doing, exc.code, said(exc.code, exc.message)) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            self.close()
            raise MailDeferred(self.name, doing, why(exc)) from exc

    def _refusal(self, doing: str, code: int, reply: str) -> TriageError:
        if code in _LOG_IN_FIRST:
            return AuthenticationRefused(f"relay {self.name}", reply)
        if 500 <= code < 600:
            if doing == _MAIL and code != _TOO_LARGE:
                return SenderRefused(f"relay {self.name}", reply)
            return RelayRefused(self.name, doing, reply)
        if code == _CLOSING or not 400 <= code < 500:
            self.close()
        return MailDeferred(self.name, doing, reply)
