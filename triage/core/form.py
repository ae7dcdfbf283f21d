"""A contact form: one sender, behind whom many people write.

Whoever fills a form in types their own address, so it proves nothing: it says where an answer is
wanted, never who wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.addressing import wire_address
from triage.core.mail.addresses import is_address
from triage.core.message import Address, Message
from triage.core.patterns import Pattern, fold
from triage.errors import AddressUnusable

LONGEST_BODY = 65_536
"""Characters of a form's mail in which its fields are looked for."""

LONGEST_NAME = 80
LONGEST_LABEL = 120

_TYPED = re.compile(r"[^\s@<>()\[\],;:\"'|*]{1,64}@[^\s@<>()\[\],;:\"'|*]{1,253}")
_EDGE = " \t\u00a0*_|>-\u2013#"
_APART = ":\uff1a|\t="
_COLUMNS = re.compile(r"[ \u00a0]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How to tell who filled a form in.

    `sender` is the address its mail comes from, case-folded. `reply_to` is True where Reply-To
    names the customer. A label is what stands before a value in the body, in any case
    ("Email" finds `Email: jo@example.net`, and the address on the line below it). A pattern's
    first group is the value. What is found in Reply-To comes before what is in the body.
    """

    sender: str
    reply_to: bool = True
    email_label: str = ""
    email_pattern: Pattern | None = None
    name_label: str = ""
    name_pattern: Pattern | None = None

    def replies_to(self, message: Message) -> Address | None:
        """Return whom Reply-To names, where that is one address and says who filled it in."""
        if not self.reply_to or len({one.addr for one in message.reply_to}) != 1:
            return None
        return message.reply_to[0]

    def typed(self, message: Message) -> Address | None:
        """Return the address that stands in the form's own field, with the name from its."""
        body = message.body[:LONGEST_BODY]
        said = (_TYPED.findall(value) for value in self._emails(body))
        found = {address.rstrip(".").casefold() for address in next(filter(None, said), ())}
        if len(found) != 1:
            return None  # none, or several: a form has one customer
        return Address(found.pop(), self.name(message))

    def name(self, message: Message) -> str:
        """Return the name that was typed, or "" where there is none that could be one."""
        body = message.body[:LONGEST_BODY]
        names = list(_hits(self.name_pattern, body)) or list(_labelled(self.name_label, body))
        name = " ".join(names[0].split()) if names else ""
        return name if len(name) <= LONGEST_NAME and "@" not in name else ""

    def _emails(self, body: str) -> Iterator[str]:
        yield from _hits(self.email_pattern, body)
        yield from _labelled(self.email_label, body)


def usable(address: str) -> bool:
    """Say whether mail could be sent to `address`, as SMTP takes it."""
    if not is_address(address) or "." not in address.rpartition("@")[2]:
        return False
    try:
        wire_address(address)
    except AddressUnusable:
        return False
    return True


def _hits(pattern: Pattern | None, body: str) -> tuple[str, ...]:
    return pattern.hits(body.encode(errors="replace")) if pattern else ()


def _labelled(label: str, body: str) -> Iterator[str]:
    """Go through what stands behind `label`: on its line, or on the next one that says anything."""
    wanted = fold(label).strip(_EDGE + _APART)
    lines = body.split("\n") if wanted else []
    for place, line in enumerate(lines):
        head, rest = _cut(line.strip(_EDGE))
        if fold(head).strip(_EDGE) != wanted:
            continue
        if value := rest.strip(_EDGE + _APART):
            yield value
        else:
            below = (later.strip(_EDGE) for later in lines[place + 1 : place + 4])
            value = next((value for value in below if value), "")
            yield "" if _is_field(value) else value


def _is_field(line: str) -> bool:
    """Say whether a line is the next field of the form: the one above it was left empty."""
    head, _ = _cut(line)
    return head != line and "@" not in head and head.strip().casefold() != "mailto"


def _cut(line: str) -> tuple[str, str]:
    """Cut a line at its first separator, if it has one where a label may end."""
    at = next((at for at, letter in enumerate(line[:LONGEST_LABEL]) if letter in _APART), None)
    column = _COLUMNS.search(line, 0, LONGEST_LABEL)  # a table's next column
    if column is not None and (at is None or column.start() < at):
        return line[: column.start()], line[column.end() :]
    return (line[:LONGEST_LABEL], "") if at is None else (line[:at], line[at + 1 :])
