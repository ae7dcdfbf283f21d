"""The mails of a ticket, opened for its page: off the loop, for a large one takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from triage.core.mail.folded import Folded, folded
from triage.core.mail.opened import File, Opened, opened
from triage.core.mail.remote import Remote, remote
from triage.core.mail.sniffing import HEAD, Picture, picture, risk, shown_name
from triage.core.message import Address
from triage.core.ticket import MessageId
from triage.store.protocol import Store
from triage.store.views import MessageView, TicketView

MAX_OPENED = 200 * 1024 * 1024
"""Bytes of mail that are opened for one page, the newest first; of the rest the text is shown."""
MOST_FILES = 100
_ICON = 48
"""Pixels of a side up to which a picture inside a mail is decoration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that hangs on a mail, as it is listed.

    `picture` is its true type and size where it is one that can be shown. `risk` says why it is
    better not opened.
    """

    number: int
    name: str
    size: int
    picture: Picture | None
    risk: str
    decoration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail holds beside its new text. `closed`: it was not opened, for there is too much."""

    folded: Folded = field(default_factory=lambda: Folded("", 0))
    files: tuple[Enclosure, ...] = ()
    more_files: int = 0
    html: bool = False
    remote: Remote = field(default_factory=Remote)
    date: datetime | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    closed: bool = False


def letters(db: Store, ticket: TicketView) -> Mapping[MessageId, Letter]:
    """Open the mails of a ticket."""
    sizes = db.sizes(ticket.row.reference)
    left, found = MAX_OPENED, {}
    for message in reversed(ticket.messages):
        left -= sizes.get(message.id, 0)
        if left < 0:
            found[message.id] = Letter(closed=True)
        else:
            found[message.id] = _letter(message, opened(db.raw(message.id)))
    return found


def _letter(message: MessageView, mail: Opened) -> Letter:
    return Letter(
        folded=folded(mail.text, message.text),
        files=tuple(
            sorted(
                (enclosure(number, file) for number, file in enumerate(mail.files[:MOST_FILES])),
                key=lambda file: file.decoration,
            )
        ),
        more_files=max(0, len(mail.files) - MOST_FILES),
        html=mail.html is not None,
        remote=remote(mail.html or ""),
        date=mail.date,
        to=mail.to,
        cc=mail.cc,
    )


def enclosure(number: int, file: File) -> Enclosure:
    """Look at the first bytes of a file: what it is called says nothing of what it is."""
    head = file.data(HEAD)
    shown = picture(head)
    small = shown is not None and max(shown.width, shown.height) <= _ICON
    return Enclosure(
        number=number,
        name=shown_name(file.told.name),
        size=file.told.size,
        picture=shown,
        risk=risk(file.told.name, head),
        decoration=small and file.told.inline,
    )
