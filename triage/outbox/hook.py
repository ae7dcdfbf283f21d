"""Alerts posted to another service: JSON over HTTPS, signed, by a way that no mail goes.

It blocks: it is called in a thread of its own, and waits no longer than it was told to.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from triage import __version__
from triage.errors import MailDeferred, RelayRefused

TIMEOUT = 15.0
"""Seconds for connecting, and again for each wait for an answer."""

SIGNATURE, SENT_AT, DELIVERY = "Triage-Signature", "Triage-Sent-At", "Triage-Delivery"

_TRY_LATER = frozenset({408, 421, 425, 429})


@dataclass(frozen=True, slots=True)
class Hook:
    """Where alerts are posted to, and the key they are signed with; "": they are not signed.

    Its path may be as secret as a password (messengers make it so): errors name the host alone.
    """

    address: str
    key: str = ""
    timeout: float = TIMEOUT
    context: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """The host, as logs and errors call it."""
        return f"webhook {urlsplit(self.address).hostname or '?'}"

    def post(self, body: bytes, delivery: str, at: datetime) -> str:
        """Post `body`, and return the answer's status. Nothing is followed elsewhere.

        `delivery` is the same for every try, so that a service can tell a second one. What is
        signed is `at`, a dot and the body: an old one cannot be passed off as new.

        Raises: MailDeferred (try later), RelayRefused (it will not have it).
        """
        url = urlsplit(self.address)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"triage/{__version__}",
            DELIVERY: delivery,
            SENT_AT: at.isoformat(),
        }
        if self.key:
            headers[SIGNATURE] = f"sha256={signature(self.key, at.isoformat(), body)}"
        target = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
        connection = self._connection()
        try:
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException, ValueError) as exc:
            raise MailDeferred(self.name, "posting", type(exc).__name__) from exc
        finally:
            connection.close()
        if 200 <= status < 300:
            return str(status)
        if status >= 500 or status in _TRY_LATER:
            raise MailDeferred(self.name, "posting", str(status))
        raise RelayRefused(self.name, "posting", str(status))

    def _connection(self) -> HTTPConnection:
        url = urlsplit(self.address)
        host = url.hostname or ""
        if url.scheme == "http":
            return HTTPConnection(host, url.port, timeout=self.timeout)
        context = self.context or ssl.create_default_context()
        return HTTPSConnection(host, url.port, timeout=self.timeout, context=context)


def signature(key: str, at: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of `at`, a dot and `body`, in hexadecimal. Source: RFC 2104."""
    return hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
