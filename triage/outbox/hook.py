"""Alerts posted to another service: JSON over HTTPS, signed, by a way that no mail goes.

It blocks: it is called in a thread of its own, and waits no longer than it was told to.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from datetime import datetime

from triage.errors import MailDeferred, RelayRefused
from triage.outbox.posting import DOING, TIMEOUT, host_of, is_accepted, post_json

SIGNATURE, SENT_AT, DELIVERY = "Triage-Signature", "Triage-Sent-At", "Triage-Delivery"

_TRY_LATER = frozenset({408, 421, 425, 429})


@dataclass(frozen=True, slots=True)
class Hook:
    """Where alerts are posted to, and the key they are signed with; "": they are not signed."""

    address: str
    key: str = ""
    timeout: float = TIMEOUT
    context: ssl.SSLContext | None = None

    def post(self, body: bytes, delivery: str, at: datetime) -> str:
        """Post `body`, and return the answer's status. Nothing is followed elsewhere.

        `delivery` is the same for every try, so that a service can tell a second one. What is
        signed is `at`, a dot and the body: an old one cannot be passed off as new.

        Raises: MailDeferred (try later), RelayRefused (it will not have it).
        """
        headers = {DELIVERY: delivery, SENT_AT: at.isoformat()}
        if self.key:
            headers[SIGNATURE] = f"sha256={signature(self.key, at.isoformat(), body)}"
        name = f"webhook {host_of(self.address)}"
        status = post_json(
            name, self.address, body, headers, timeout=self.timeout, context=self.context
        )
        if is_accepted(status):
            return str(status)
        if status >= 500 or status in _TRY_LATER:
            raise MailDeferred(name, DOING, str(status))
        raise RelayRefused(name, DOING, str(status))


def signature(key: str, at: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of `at`, a dot and `body`, in hexadecimal. Source: RFC 2104."""
    return hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
