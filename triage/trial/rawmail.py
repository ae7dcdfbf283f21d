"""A mail as a test gives it → the bytes that a server would have handed over.

Source: RFC 5322 sections 2.1 and 3.6, RFC 2047, RFC 8601 section 2.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses
from mimetypes import guess_type

from triage.config.case import GivenFile, GivenMail
from triage.config.caseshape import Auth
from triage.core.terms import Inbox

_OCTETS = "application/octet-stream"
_RESULT = {Auth.PASS: "dmarc=pass", Auth.FAIL: "dmarc=fail", Auth.NONE: "none"}


def raw_mail(
    given: GivenMail, inbox: Inbox, at: datetime, cited: str = "", server: str = ""
) -> bytes:
    """Return the whole mail; `cited` is the Message-ID of ours that it answers, or "".

    `server` is the name under which our mail exchanger says what it found out of the sender.
    """
    head = "".join(f"{name}: {value}\r\n" for name, value in _head(given, inbox, at, cited, server))
    if given.raw is not None:
        return head.encode() + given.raw
    return head.encode() + _body(given)


def _head(
    given: GivenMail, inbox: Inbox, at: datetime, cited: str, server: str
) -> Iterator[tuple[str, str]]:
    """Go through the headers of the mail, or those before a mail that is whole already."""
    if given.auth is not None:
        yield "Authentication-Results", f"{server}; {_RESULT[given.auth]}"
        if given.raw is not None:  # what the file says itself is from before, and is not believed
            yield "Received", f"from trial.invalid by {inbox.domain}; {format_datetime(at)}"
    if cited:
        yield "In-Reply-To", f"<{cited}>"
        yield "References", f"<{cited}>"
    if given.raw is None:
        yield "From", _addresses(given.sender)
        yield "To", _addresses(given.to or inbox.address)
        if given.cc:
            yield "Cc", _addresses(given.cc)
        yield "Subject", _encoded(given.subject)
        named = {name.casefold() for name, _ in given.headers}
        if "date" not in named:
            yield "Date", format_datetime(at)
        if "message-id" not in named:
            yield "Message-ID", f"<{_name(given, at)}@{_domain(given.sender)}>"
    for name, value in given.headers:
        yield name, _encoded(value)


def _body(given: GivenMail) -> bytes:
    message = EmailMessage(policy=SMTP)
    if given.text or not given.html:
        message.set_content(given.text)
        if given.html:
            message.add_alternative(given.html, subtype="html")
    else:
        message.set_content(given.html, subtype="html")
    for file in given.attachments:
        _attach(message, file)
    return message.as_bytes()


def _attach(message: EmailMessage, file: GivenFile) -> None:
    told = file.media_type or guess_type(file.name)[0] or _OCTETS
    main, _, sub = told.partition("/")
    content = file.text.encode()
    message.add_attachment(content, maintype=main, subtype=sub or "plain", filename=file.name)


def _addresses(text: str) -> str:
    """Return a header of addresses, names in it encoded; what is none stands as it is given."""
    found = getaddresses([text])
    if not found or not all(addr and addr.isascii() for _, addr in found):
        return _encoded(text)
    return ", ".join(formataddr(one) for one in found)


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=10_000).encode()


def _domain(sender: str) -> str:
    domain = "".join(getaddresses([sender])[0][1:]).rpartition("@")[2]
    return domain if domain.isascii() and domain else "example.net"


def _name(given: GivenMail, at: datetime) -> str:
    """Return the same name for the same mail, so that a test is the same each time."""
    return hashlib.sha256(f"{given!r} {at.isoformat()}".encode()).hexdigest()[:24]
