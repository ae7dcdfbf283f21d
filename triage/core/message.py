"""What a raw mail says, as one value; `core/mail/parse.py` makes it from bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.core.ticket import Kind


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a header: `addr` is bare and case-folded, `name` is as shown, or ""."""

    addr: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the last `@`, or "" where there is none."""
        return self.addr.rpartition("@")[2] if "@" in self.addr else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What an agent could open: never its bytes, which stay in the raw mail.

    `size` counts decoded bytes; `inline` is True for what the HTML part shows itself.
    """

    name: str
    media_type: str
    size: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient a delivery report speaks of.

    `status` is the enhanced code ("5.1.1") or "". Source: RFC 3464 section 2.3, RFC 3463.
    """

    recipient: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail, read tolerantly: whatever the bytes were, there is a `Message`.

    `sender` is None unless From holds exactly one valid address. `return_path` is None where
    the header is absent and "" where it is null (`<>`). `headers` are (name, decoded value)
    in order, unfolded, names as written. `body` is the whole decoded text; `text` is what is
    new in it, without quotes and signature. `message_id`, `in_reply_to` and `references` are
    without angle brackets. `date` keeps the
    sender's own offset. `report_ids` are Message-IDs of our own mail that a report or a
    bounce returns in its parts. `faults` names what was broken and mended while reading.
    `forwarded` is the text of the mail that this one forwards, apart from what is written above
    it; `forwarded_from` is who wrote that, where it can be told.
    No string holds a NUL or a lone surrogate.
    """

    subject: str
    sender: Address | None
    senders: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    return_path: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"
    body: str = ""
    text: str = ""
    forwarded: str = ""
    forwarded_from: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    failed: tuple[FailedRecipient, ...] = ()
    report_ids: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def writer(self) -> Address | None:
        """Whom a reader takes it to be from, and would answer to; only `sender` counts as proof.

        The first address of From, else a lone Reply-To. Source: RFC 5322 section 3.6.2.
        """
        if self.sender is not None or self.senders:
            return self.sender or self.senders[0]
        return self.reply_to[0] if len(self.reply_to) == 1 else None

    @property
    def cites(self) -> bool:
        """Whether it names a mail that it answers. Source: RFC 5322 section 3.6.4."""
        return bool(self.in_reply_to or self.references)

    def header(self, name: str) -> str | None:
        """Return the first value of header `name`, whatever its case, or None."""
        wanted = name.casefold()
        return next((value for key, value in self.headers if key.casefold() == wanted), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Return every value of header `name`, topmost first."""
        wanted = name.casefold()
        return tuple(value for key, value in self.headers if key.casefold() == wanted)


class Trust(StrEnum):
    """What our own mail exchanger found out about the sender."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is, how sure that is, and what says so.

    `doubtful`: it is filed as a human's, gets its ticket, and is not acknowledged.
    """

    kind: Kind
    why: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class SenderTrust:
    """The verdict on the sender, with its reason in words.

    `heard`: our mail exchanger says something of this mail. It says nothing of what never left
    the house.

    Source: RFC 8601 sections 2.5 and 5.
    """

    trust: Trust
    why: str
    heard: bool = False
