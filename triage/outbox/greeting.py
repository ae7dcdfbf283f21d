"""The first words with a relay: the greeting, the login, and how its replies are read."""

from __future__ import annotations

import aiosmtplib

from triage.core.heading import one_line
from triage.errors import AuthenticationRefused, RelayUnavailable

_UNSUITED_METHOD = frozenset({504, 534, 538})
_LONGEST_REPLY = 500


async def greet(client: aiosmtplib.SMTP) -> None:
    """Say EHLO, again after STARTTLS. Source: RFC 3207 section 4.2."""
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


async def log_in(client: aiosmtplib.SMTP, relay: str, user: str, password: str) -> None:
    """Log in by one method: a password tried by all of them locks an account out sooner.

    Source: RFC 4954 sections 4 and 6.
    """
    account = f"relay {relay}"
    refusal = "it offers no login that we know"
    offered = set(client.server_auth_methods)
    by_name = {
        "plain": client.auth_plain,
        "login": client.auth_login,
        "cram-md5": client.auth_crammd5,
    }
    for method in (method for name, method in by_name.items() if name in offered):
        try:
            await method(user, password)
        except aiosmtplib.SMTPAuthenticationError as exc:
            refusal = said(exc.code, exc.message)
            if 400 <= exc.code < 500:
                raise RelayUnavailable(relay, "AUTH", refusal) from exc
            if exc.code not in _UNSUITED_METHOD:
                raise AuthenticationRefused(account, refusal) from exc
        else:
            return
    raise AuthenticationRefused(account, refusal)


def said(code: int, message: str) -> str:
    """Return a reply on one line, short, and such that a database takes it."""
    text = message.encode("utf-8", "replace").decode("utf-8", "replace")
    return one_line(f"{code} {text}")[:_LONGEST_REPLY]


def why(error: Exception) -> str:
    """Return what an error says, as `said` does a reply."""
    return one_line(str(error))[:_LONGEST_REPLY] or type(error).__name__
