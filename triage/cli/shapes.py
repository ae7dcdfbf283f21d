"""The shapes of `--json`: a promise to scripts, added to and never changed.

Instants are ISO 8601 with an offset, in the desk's zone; null where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from triage.cli.named import brings_back
from triage.cli.standing import Look, Terms, minutes_left, place, stands
from triage.core.arithmetic import counted_lines
from triage.core.mail.parse import parse
from triage.core.outgoing import Outgoing
from triage.core.ticket import MessageId
from triage.errors import Fault
from triage.report.tickets import Json, clock_shape, event_shape, filed_shape, message_shape, when
from triage.store.views import ClockView, Filed, TicketRow, TicketView

NONE: Mapping[MessageId, str] = MappingProxyType({})


def ticket_row(row: TicketRow, given: Terms, look: Look) -> Json:
    """Return one ticket of a listing; `given` is what its boost is made of.

    `standing` is `on_time`, `at_risk`, `breached`, or null without a clock; `minutes_left` is
    negative when late. `place` orders the queue, and `why_here` is its arithmetic. `alike` counts
    the tickets of a row, `in_junk` the replies that lie in junk.
    """
    agent = None if look.desk is None else look.desk.roster.agent(row.owner)
    now, zone = look.now, look.zone
    return {
        "reference": row.reference,
        "status": row.status,
        "standing": stands(row, now),
        "minutes_left": minutes_left(row, now),
        "answer_by": when(row.answer_by, zone),
        "promised_at": when(row.promised_at, zone),
        "place": when(row.place, zone),
        "why_here": place(row, given, now, zone),
        "queue": row.queue,
        "guess": row.guess,
        "priority": row.priority,
        "boost": row.boost,
        "owner": row.owner,
        "owner_name": "" if agent is None else agent.name,
        "requester": row.requester,
        "requester_name": row.requester_name,
        "subject": row.subject,
        "gist": row.gist,
        "language": row.language,
        "signals": list(row.flags),
        "badges": list(row.badges),
        "acknowledgement": row.acknowledgement,
        "messages": row.messages,
        "opened": when(row.opened, zone),
        "waiting_since": when(row.waiting_since, zone),
        "revision": row.revision,
        "alike": row.alike,
        "in_junk": row.in_junk,
    }


def filed_mail(mail: Filed, now: datetime, zone: tzinfo) -> Json:
    """Return one mail that became no ticket; `ticket` is the reference it lies on, or null.

    `mail` is the handle by which commands take it, and `back` the one that brings it back.
    """
    return {
        **filed_shape(mail, zone),
        "age_minutes": max(now - mail.arrived, timedelta()) // timedelta(minutes=1),
        "back": brings_back(mail.handle),
    }


def ticket(view: TicketView, look: Look, bodies: Mapping[MessageId, str] = NONE) -> Json:
    """Return everything about a ticket: the row's keys, and the lists that `show` shows.

    `bodies` are whole texts of its mails, each put beside what is new in it.
    """
    zone = look.zone
    return {
        **ticket_row(view.row, look.terms(view.row, view), look),
        "owner_why": view.owner_why,
        "related": list(view.related),
        "thread": [
            message_shape(one, zone) | ({"body": bodies[one.id]} if one.id in bodies else {})
            for one in view.messages
        ],
        "clocks": [ticket_clock(one, zone) for one in view.clocks],
        "outgoing": [outgoing(one, zone) for one in view.outgoing],
        "events": [event_shape(one, zone) for one in view.events],
        "merged": list(view.merged),
        "resolution": None if view.resolution is None else ticket_clock(view.resolution, zone),
    }


def ticket_clock(one: ClockView, zone: tzinfo) -> Json:
    """Return one clock; `spans` are the pairs of instants that it counted, `counted` the same."""
    return {**clock_shape(one, zone), "counted": list(counted_lines(one.spans, zone))}


def outgoing(mail: Outgoing, zone: tzinfo) -> Json:
    """Return one outgoing mail; `subject` and `text` are null until its words are made."""
    words = None if mail.payload is None else parse(mail.payload)
    sender = None if words is None else words.sender
    return {
        "purpose": mail.purpose,
        "state": mail.state,
        "reason": mail.reason,
        "to": mail.recipient,
        "from": None if sender is None else sender.addr,
        "from_name": None if sender is None else sender.name,
        "subject": None if words is None else words.subject,
        "text": None if words is None else words.body,
        "promised_at": when(mail.promised_at, zone),
        "created": when(mail.created, zone),
        "attempts": mail.attempts,
    }


def fault(one: Fault, level: str = "error") -> Json:
    """Return one fault of a file; `line` and `column` are 0 where there is no such place.

    `level` is "error" or "warning".
    """
    return {
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "text": one.text,
        "help": one.help,
        "level": level,
    }
