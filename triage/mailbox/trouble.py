"""The library's errors, turned into ours. Nothing that a server wrote about a mail is kept."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from triage.errors import MailboxUnavailable

# A closed socket or a malformed line shows in the library as any of these.
LIBRARY_ERRORS: Final = (
    OSError,
    IMAPClientError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
)

_CODE: Final = re.compile(r"\[([A-Z][A-Z-]+)")


def response_code(exc: BaseException) -> str:
    """Return the code of a refusal, such as `NONEXISTENT`, or "".

    Source: RFC 5530 section 3.
    """
    found = _CODE.search(str(exc))
    return found[1] if found else ""


def reason(exc: BaseException) -> str:
    """Say in a few words what went wrong; never quotes the server's own text."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {exc.verify_message}"
    if isinstance(exc, TimeoutError):
        return "timed out"
    if isinstance(exc, OSError):
        return exc.strerror or type(exc).__name__
    if isinstance(exc, IMAPClientAbortError):
        return "the connection broke"
    return response_code(exc) or type(exc).__name__


@contextmanager
def talking(mailbox: str, doing: str) -> Iterator[None]:
    """Raise MailboxUnavailable for whatever the library raises inside."""
    try:
        yield
    except LIBRARY_ERRORS as exc:
        raise MailboxUnavailable(mailbox, f"{doing} ({reason(exc)})") from exc
