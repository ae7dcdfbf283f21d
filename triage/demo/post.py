"""The mail of the demo's customers: what they wrote, and what they got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import format_datetime, make_msgid

from triage.core.heading import one_line
from triage.core.mail.parse import parse
from triage.demo.mails import ACCOUNTS, PASSED, SUPPORT, in_plain_text


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes to the desk."""

    name: str
    address: str


YOU = Customer("Robin Vale", "robin@vale.example")
"""Whoever watches the demo, as a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, as its customer sees it. `number` is its own, from 1."""

    number: int
    ours: bool
    who: str
    subject: str
    text: str
    at: datetime
    message_id: str
    address: str


@dataclass(slots=True)
class Post:
    """Everybody's mail, in the order in which it came."""

    clock: Callable[[], datetime]
    customers: dict[str, Customer] = field(default_factory=lambda: {YOU.address: YOU})
    letters: dict[str, list[Letter]] = field(default_factory=dict)

    def wrote(self, raw: bytes) -> None:
        """Keep what a customer wrote."""
        mail = parse(raw)
        if mail.sender is None:
            return
        customer = Customer(mail.sender.name or mail.sender.addr, mail.sender.addr)
        self.customers.setdefault(customer.address, customer)
        self._keep(customer.address, raw, ours=True)

    def got(self, recipient: str, mail: Message) -> None:
        """Keep what a customer got; other people's mail is none of theirs."""
        if recipient in self.customers:
            self._keep(recipient, mail.as_bytes(), ours=False)

    def _keep(self, of: str, raw: bytes, *, ours: bool) -> None:
        mail, kept = parse(raw), self.letters.setdefault(of, [])
        answer_to = mail.reply_to[0] if mail.reply_to else mail.sender
        kept.append(
            Letter(
                number=len(kept) + 1,
                ours=ours,
                who="You" if ours or mail.sender is None else mail.sender.name or mail.sender.addr,
                subject=mail.subject,
                text=mail.body.strip(),
                at=self.clock(),
                message_id=mail.message_id or "",
                address=SUPPORT if answer_to is None else answer_to.addr,
            )
        )

    def written(self, customer: Customer, subject: str, text: str, answers: Letter | None) -> bytes:
        """Return a mail by a customer as it arrives at the desk, sender verified."""
        domain = customer.address.rpartition("@")[2]
        to = answers.address if answers is not None else SUPPORT
        headers = [
            ("Authentication-Results", PASSED.format(domain=domain)),
            ("Return-Path", f"<{customer.address}>"),
            ("From", f"{customer.name} <{customer.address}>"),
            ("To", to),
            ("Subject", one_line(subject)[:200]),
            ("Date", format_datetime(self.clock())),
            ("Message-ID", make_msgid(domain=domain)),
        ]
        if answers is not None:
            headers.append(("In-Reply-To", f"<{answers.message_id}>"))
        return in_plain_text(headers, text)


def account_of(raw: bytes) -> str:
    """Return the mailbox of ours that a mail arrives in."""
    name = next((one.addr for one in parse(raw).to), SUPPORT).partition("@")[0]
    return name if name in ACCOUNTS else ACCOUNTS[0]
