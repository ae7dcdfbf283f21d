"""What people say of a sender, over what a mail looks like: always automatic, or always a person's.

It never takes a safety away: what calls itself a machine's is not acknowledged for that, and spam,
swindles, bounces and our own echo stay what they are.
"""

from __future__ import annotations

from datetime import datetime

from triage.core.message import Message, Verdict
from triage.core.switches import AUTOMATIC, Switches
from triage.core.ticket import Kind
from triage.core.worded import clauses, worded

_MACHINES = frozenset(
    {
        Kind.AUTO_REPLY,
        Kind.OUT_OF_OFFICE,
        Kind.BULK,
        Kind.LIST,
        Kind.CALENDAR,
        Kind.CHALLENGE,
    }
)
"""The kinds that a mail of a person may be taken for."""


def by_sender(
    switches: Switches, message: Message, verdict: Verdict, at: datetime
) -> Verdict | None:
    """Return what is said at `at` of whoever wrote a mail; None where nothing is, or it says no.

    Source: RFC 3834 section 2, for what stays without an acknowledgement.
    """
    writer = message.writer
    said = None if writer is None else switches.sender(writer.addr.casefold(), at)
    if said is None:
        return None
    named = {"person": said.person, "sender": said.about}
    if said.said == AUTOMATIC:
        why = worded("%(person)s says that %(sender)s is automatic", **named)
        return Verdict(Kind.BULK, why) if verdict.kind is Kind.HUMAN else None
    why = worded("%(person)s says that %(sender)s is human", **named)
    if verdict.kind is Kind.HUMAN:
        return Verdict(Kind.HUMAN, clauses(verdict.why, why), doubtful=verdict.doubtful)
    if verdict.kind not in _MACHINES:
        return None
    but = worded("%(why)s; but %(why_not)s", why=why, why_not=verdict.why)
    return Verdict(Kind.HUMAN, but, doubtful=True)
