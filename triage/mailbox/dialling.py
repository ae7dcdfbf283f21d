"""Getting a logged-in connection."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import suppress
from typing import Final

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from triage import __version__
from triage.config.settings import MailboxSettings, Security
from triage.errors import AuthenticationRefused, MailboxUnavailable
from triage.mailbox.trouble import LIBRARY_ERRORS, response_code, talking

CONNECT_SECONDS: Final = 15

# A refusal with one of these is the server's trouble, not the account's (RFC 5530 section 3).
_PASSING: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED"})
_ATOM: Final = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+')


def dial(settings: MailboxSettings, password: str, read_seconds: float) -> IMAPClient:
    """Connect, protect the connection as the settings say, and log in.

    Once connected, a server that says nothing for `read_seconds` counts as gone.

    Raises: MailboxUnavailable; AuthenticationRefused if the server refuses the account.
    """
    with talking(settings.name, "connect"):
        context = None  # making one takes a connection's time
        if settings.security is not Security.NONE:
            context = ssl.create_default_context(cafile=settings.ca_file)
        client = IMAPClient(
            settings.host,
            settings.port or (993 if settings.security is Security.TLS else 143),
            ssl=settings.security is Security.TLS,
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_SECONDS, read_seconds),  # type: ignore[arg-type]
        )
    try:
        client.normalise_times = False
        with talking(settings.name, "connect"):
            if settings.security is Security.STARTTLS:
                client.starttls(context)
            _tune(client.socket())
        _log_in(client, settings, password)
        with talking(settings.name, "login"):
            if client.has_capability("ID"):
                _introduce(client)
    except BaseException:
        with suppress(*LIBRARY_ERRORS):
            client.shutdown()
        raise
    return client


def _tune(sock: socket.socket) -> None:
    """Send at once, and notice within two minutes that the other side has gone."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", 60),
        ("TCP_KEEPINTVL", 20),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", 120_000),
    ):
        if (number := getattr(socket, option, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, number, value)


def _log_in(client: IMAPClient, settings: MailboxSettings, password: str) -> None:
    user = settings.user or settings.address
    try:
        # The library sends LOGIN in ASCII and the name unquoted; SASL takes any.
        plain = _ATOM.fullmatch(user) and password.isascii() and password.isprintable()
        if plain or not client.has_capability("AUTH=PLAIN"):
            client.login(user, password)
        else:
            client.plain_login(user, password)
    except UnicodeEncodeError as exc:
        told = "the server takes no name or password beyond ASCII"
        raise AuthenticationRefused(f"mailbox {settings.name}", told) from exc
    except LoginError as exc:
        if _passes(exc):
            raise MailboxUnavailable(settings.name, "login") from exc
        raise AuthenticationRefused(f"mailbox {settings.name}", response_code(exc)) from exc
    except LIBRARY_ERRORS as exc:
        raise MailboxUnavailable(settings.name, "login") from exc


def _passes(exc: LoginError) -> bool:
    """Say whether a failed login may go through later; the library names all of them alike."""
    return (
        isinstance(exc.__context__, IMAPClientAbortError)  # the connection broke
        or response_code(exc) in _PASSING
        or "too many" in str(exc).lower()  # connections: Gmail has no code for it
    )


def _introduce(client: IMAPClient) -> None:
    """Say who we are, where the server asks for it (some refuse to work otherwise: RFC 2971)."""
    try:
        client.id_({"name": "inbox-triage", "version": __version__})
    except IMAPClientAbortError:
        raise
    except (IMAPClientError, ValueError):
        return  # an answer that cannot be read is no reason not to work
