"""Every error this package raises, as a tree.

    TriageError
    ├── TemporaryError          try again later; nothing is lost
    │   ├── MailboxUnavailable  the IMAP server could not be reached, or broke off
    │   ├── RelayUnavailable    the SMTP relay could not be reached, or asked for patience
    │   │   └── MailDeferred    the relay put this one mail off
    │   ├── StoreBusy           another process held the store for too long, or the disk is full
    │   └── ModelNotReady       the model is still being made
    └── PermanentError          somebody must act
        ├── AuthenticationRefused  a mailbox or a relay refused the account
        │   └── SenderRefused   the relay refused one sender address
        ├── RelayRefused        the relay refused this message for good
        ├── Uncertain           a mail may have left, or not: it is not tried again
        ├── AddressUnusable     an address that no mail can be sent to or from
        ├── ConfigError         a file says something that cannot be used (lists every fault)
        │   └── DraftRejected   rules or prompts do, under sound settings
        ├── PageUnavailable     the page cannot listen where it should
        ├── StoreInUse          another daemon works on this store
        ├── StoreMissing        a command wanted to read a store that is not there
        ├── StoreTooNew         the store was written by a newer version
        ├── NoSuchTicket        a command named a ticket that does not exist
        ├── NotPossible         what was asked of a ticket cannot be done, or no longer
        │   └── Overtaken       something came meanwhile that whoever answers has not seen
        └── ModelUnusable       an encoder folder or model file that cannot be used

An adapter turns its library's errors into these, `from exc`, and says which
mailbox, relay or ticket it was and what was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class TriageError(Exception):
    """The root: catch it only where a command ends."""


class TemporaryError(TriageError):
    """Try again later; nothing is lost."""


class PermanentError(TriageError):
    """Trying again changes nothing: somebody must act."""


class MailboxUnavailable(TemporaryError):
    """The IMAP server could not be reached, or it broke off."""

    def __init__(self, mailbox: str, doing: str) -> None:
        super().__init__(f"mailbox {mailbox}: {doing} did not go through")


class RelayUnavailable(TemporaryError):
    """The SMTP relay could not be reached, or it asked to try later."""

    def __init__(self, relay: str, doing: str, reply: str = "") -> None:
        super().__init__(f"relay {relay}: {doing} did not go through{reply and f' ({reply})'}")


class MailDeferred(RelayUnavailable):
    """The relay put this mail off with a 4xx reply, or broke off while it took the envelope.

    The mail has definitely not been accepted.
    """


class StoreBusy(TemporaryError):
    """Another process held the store's write lock for longer than the busy timeout."""


class ModelNotReady(TemporaryError):
    """The model is still being made; mail is received and stored meanwhile."""


class AuthenticationRefused(PermanentError):
    """A server refused the account; trying again would only lock it out."""

    def __init__(self, where: str, reply: str = "") -> None:
        super().__init__(f"{where}: the account was refused{reply and f' ({reply})'}")


class SenderRefused(AuthenticationRefused):
    """The relay does not let this account send from one of our addresses."""

    def __init__(self, where: str, reply: str) -> None:
        PermanentError.__init__(self, f"{where}: the sender was refused ({reply})")


class RelayRefused(PermanentError):
    """The relay refused a message or its recipient with a 5xx reply."""

    def __init__(self, relay: str, doing: str, reply: str) -> None:
        super().__init__(f"relay {relay}: {doing} was refused ({reply})")
        self.reply = reply


class Uncertain(PermanentError):
    """No reply followed the mail: it may have been accepted. Source: RFC 1047."""

    def __init__(self, relay: str, why: str) -> None:
        super().__init__(f"relay {relay}: no reply followed the mail ({why})")


class AddressUnusable(PermanentError):
    """An address that mail can be neither sent to nor from; it is not quoted in the text."""


class StoreInUse(PermanentError):
    """Another daemon works on this store."""


class StoreMissing(PermanentError):
    """A command wanted to read a store that does not exist yet."""


class StoreTooNew(PermanentError):
    """The store was written by a newer version of this program."""


class NoSuchTicket(PermanentError):
    """A command named a ticket, or a message of one, that does not exist."""


class PageUnavailable(PermanentError):
    """The page cannot listen at the host and port that the settings name."""


class NotPossible(PermanentError):
    """What was asked of a ticket cannot be done, or no longer; nothing of it has happened.

    The text says why, and what can be done instead. `values` are filled into it by their names, so
    that whoever shows it can say it in another language.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


class Overtaken(NotPossible):
    """Something happened to a ticket that whoever answers it has not seen: nothing was sent."""


class ModelUnusable(PermanentError):
    """An encoder folder or a model file cannot be used; the text names the remedy."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in one file, at one place, with the remedy.

    `line` and `column` count from 1; 0 where a file has no such place.
    """

    file: str
    line: int
    column: int
    text: str
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: error: {self.text}" + (f"\n    = help: {self.help}" if self.help else "")


class ConfigError(PermanentError):
    """Files that cannot be used: every fault found, in the order of the files."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class DraftRejected(ConfigError):
    """Rules or prompts that cannot be used, under settings without a fault of their own.

    `store` is where the set that was applied last lies: it may go on instead.
    """

    def __init__(self, faults: tuple[Fault, ...], store: Path) -> None:
        super().__init__(faults)
        self.store = store
