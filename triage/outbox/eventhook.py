"""Events posted to another program: signed, dated, in order, and never followed elsewhere.

It blocks: it is called in a thread of its own, and waits no longer than it was told to.
Source: Standard Webhooks 1.0.0 (headers, signature scheme, retries).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from triage.errors import MailDeferred
from triage.outbox.posting import DOING, host_of, is_accepted, post_json

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"

_WRITTEN = "whsec_"
"""What a key begins with whose rest is base64."""


@dataclass(frozen=True, slots=True)
class EventHook:
    """Where events are posted to, and the key they are signed with: with none, none is posted.

    Of several keys, one a line, each signs every event: so one can be replaced by the next.
    """

    address: str
    key: str

    def post(self, body: bytes, id_: str, at: datetime) -> str:
        """Post one event, and return the answer's status.

        `id_` is the same for every try; `at`, the moment of this one, is signed with it. Whatever
        is not an acceptance (2xx), a redirect too, is a reason to try again: the order holds.

        Raises: MailDeferred.
        """
        seconds = str(int(at.timestamp()))
        headers = {
            ID: id_,
            TIMESTAMP: seconds,
            SIGNATURE: " ".join(signed(key, id_, seconds, body) for key in self.key.splitlines()),
        }
        name = f"events to {host_of(self.address)}"
        status = post_json(name, self.address, body, headers)
        if not is_accepted(status):
            raise MailDeferred(name, DOING, str(status))
        return str(status)


def signed(key: str, id_: str, seconds: str, body: bytes) -> str:
    """Return the signature of an event: `v1,` and an HMAC-SHA256 in base64.

    Signed are the id, the moment and the body, with a dot between them. A key `whsec_…` is the
    base64 of its bytes, any other one its own.
    """
    said = b".".join((id_.encode(), seconds.encode(), body))
    mac = hmac.new(_bytes(key), said, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def _bytes(key: str) -> bytes:
    if key.startswith(_WRITTEN):
        try:
            return base64.b64decode(key.removeprefix(_WRITTEN), validate=True)
        except binascii.Error:
            return key.encode()
    return key.encode()
