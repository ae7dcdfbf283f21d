"""What of a mail is folded away when it is read: quotes, copied heads, a signature."""

from __future__ import annotations

from dataclasses import dataclass

from triage.core.mail.quoting import is_quoted, starts_history

_MOST_LINES = 2_000
_MARKS = "> |"
_HEAD_LINES = 4


@dataclass(frozen=True, slots=True)
class Folded:
    """The part of a mail that is not new in it.

    `earlier` counts the mails that it quotes, 0 where it is no quote but a signature or the like.
    `whole`: what is new could not be cut off, so it is the mail from end to end.
    """

    text: str
    earlier: int
    whole: bool = False


def folded(body: str, new: str) -> Folded:
    """Return what `body`, the whole text of a mail, holds beside what is `new` in it."""
    body, new = body.strip(), new.strip()
    if not body or body == new:
        return Folded("", 0)
    if new and body.startswith(new):
        rest = body[len(new) :].strip("\n")
        return Folded(rest, _quoted_mails(rest))
    if " ".join(body.split()) == " ".join(new.split()):
        return Folded("", 0)
    return Folded(body, _quoted_mails(body), whole=True)


def _quoted_mails(text: str) -> int:
    """Count the mails that a text quotes, by the heads that stand above each."""
    lines = text.split("\n", _MOST_LINES)[:_MOST_LINES]
    bare = [line.lstrip(_MARKS) for line in lines]
    found, place = 0, 0
    while place < len(bare):
        if bare[place] and starts_history(bare, place):
            found += 1
            last = place + _HEAD_LINES  # a head takes a few lines, and is one
            while place < min(last, len(bare) - 1) and bare[place + 1].strip():
                place += 1
        place += 1
    return found or int(any(map(is_quoted, lines)))
