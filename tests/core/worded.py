"""The labelled mails of `tests/mail/wording/`, which nothing but their words gives away.

`labels.jsonl` has one JSON object a line: `file`; `kind` and `acknowledge` ("must" or "never"),
which a person decided; `language`; and `note`, why the mail is hard. Who wrote the mails had not
seen what the model is taught, and no mail is ever changed to be judged right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from triage.core.arrival import Role
from triage.core.known import Received
from triage.core.mail.kind import OwnAddresses
from triage.core.mail.parse import parse
from triage.core.message import Message
from triage.core.terms import Inbox
from triage.core.ticket import Kind, MessageId

WORDING = Path(__file__).parents[1] / "mail" / "wording"
DESKS = frozenset(f"{name}@northwind.example" for name in ("support", "orders", "billing"))
OWN = OwnAddresses(DESKS, frozenset({"northwind.example"}), "desk-1")
INBOX = Inbox(
    name="support",
    address="support@northwind.example",
    aliases=DESKS,
    authserv_id="mx.northwind.example",
)
"""The one mailbox that all of them are sent to."""
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One mail with what a person says of it."""

    file: str
    kind: Kind
    acknowledge: str
    language: str
    note: str
    data: bytes
    message: Message

    def received(self, number: int) -> Received:
        """Return it as the store hands it out."""
        return Received(
            id=MessageId(number),
            mailbox=INBOX.name,
            role=Role.INBOX,
            raw=self.data,
            key=b"%d" % number,
            internal_date=NOW,
            first_seen=NOW,
        )


@cache
def worded() -> tuple[Worded, ...]:
    """Read every labelled mail, in the order of the labels."""
    rows = [json.loads(line) for line in (WORDING / "labels.jsonl").read_bytes().splitlines()]
    return tuple(
        Worded(
            file=row["file"],
            kind=Kind(row["kind"]),
            acknowledge=row["acknowledge"],
            language=row["language"],
            note=row["note"],
            data=(data := (WORDING / row["file"]).read_bytes()),
            message=parse(data),
        )
        for row in rows
    )
