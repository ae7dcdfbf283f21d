"""Third parties of a ticket: whom its form offers to go on with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triage.core.ticket import MessageId
from triage.store.sides import SideThread
from triage.store.views import MessageView


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Who was asked, or has answered, the latest first, and what the last one answered.

    `subject` is that of the conversation in which a third party wrote last, to whom `to` goes; ""
    where nobody has answered yet.
    """

    people: tuple[str, ...] = ()
    to: str = ""
    subject: str = ""


def beside(sides: Iterable[SideThread], messages: Iterable[MessageView]) -> Beside:
    """Return the third parties of a ticket. A conversation goes on with whom it was held."""
    wrote = {message.id: message.sender for message in messages if message.sender}
    people: dict[str, None] = {}
    last, to, subject = MessageId(0), "", ""
    for side in sorted(sides, key=lambda one: (one.at, one.number), reverse=True):
        came = [one for one in side.messages if one in wrote]
        people |= dict.fromkeys([*(wrote[one] for one in reversed(came)), *side.addresses])
        if came and came[-1] > last:
            last, to, subject = came[-1], wrote[came[-1]], side.subject
    return Beside(people=tuple(people), to=to, subject=subject)
