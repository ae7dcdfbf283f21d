"""Mails by a program: looked at once more, and sent off, by what sends those of people.

Drafts are of people: files that somebody has put into one stay there, and what a program sends
brings its own along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from triage.core.reply import Enclosed, Form, is_key, room
from triage.core.sendguard import Doubt
from triage.core.ticket import OutboxId
from triage.errors import NotPossible
from triage.store.protocol import Store
from triage.store.replying import DraftSort
from triage.web.api.letters import KEY
from triage.web.api.told import of_program
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import said
from triage.web.thread.deeds import changed, revision
from triage.web.writing.addressed import written
from triage.web.writing.answer import off
from triage.web.writing.drafts import reference_of, sent, too_large
from triage.web.writing.held import Told, told, unseen
from triage.web.writing.typed import Around, around, looked_at, read_reply
from triage.web.writing.underway import limit

FORMS = (Form.REPLY, Form.FORWARD, Form.THIRD_PARTY)
"""What is written on a ticket that is there."""


async def reply(visit: Visit) -> Response:
    """Send a mail on a ticket, where nothing speaks against it that was not looked at.

    Raises: NotPossible, Overtaken.
    """
    fields, files = await sent(visit)
    form = str(fields.get("form", Form.REPLY))
    if form not in set(FORMS):
        raise NotPossible(reader(visit).say("Say what is written."))
    return await _post(visit, DraftSort(form), fields, files)


async def first_mail(visit: Visit) -> Response:
    """Send a mail to somebody who has not written: it makes a ticket. Raises: NotPossible."""
    fields, files = await sent(visit)
    return await _post(visit, DraftSort.NEW, fields, files)


async def _post(
    visit: Visit, sort: DraftSort, fields: FormData, files: tuple[Enclosed, ...]
) -> Response:
    """Look at a mail, and send it off.

    What was sent by the same key before is answered for again, whatever has become of its ticket.
    """
    key = str(fields.get("key", ""))
    if key and not is_key(key):
        return no_key(visit)
    before = await visit.office.read(lambda db: db.sent_off(visit.who.name, key))
    if before is not None:
        return await _sent(visit, before)
    most, known = await visit.office.read(lambda db: _look(db, visit, sort, files))
    if sum(len(one.data) for one in files) > most:
        return said(visit.request, 413, too_large(visit, most), {"room": most})
    _check_seen(visit, known, fields)
    typed = _typed(visit, fields, sort, known)
    made = read_reply(visit, typed, sort, known, str(fields.get("after", "answered")))
    found = await looked_at(visit, made, known)
    if unseen(found, [str(one) for one in fields.getlist("looked")]):
        return _held(visit, found)
    mail, reference = await off(visit, made, known, typed)
    await visit.note(visit.who.person, "send", reference, str(made.form))
    return await _sent(visit, mail)


def no_key(visit: Visit) -> Response:
    """Refuse what can be no key: without one, a mail that is tried twice would be sent twice."""
    return said(visit.request, 422, f"'key' is {KEY}.".replace("`", "'"))


def _look(
    db: Store, visit: Visit, sort: DraftSort, files: tuple[Enclosed, ...]
) -> tuple[int, Around]:
    """Return how many bytes of files go with a mail, and all that a look at it needs."""
    reference = reference_of(visit)
    latest = db.correspondence(reference).seen if reference else 0
    known = around(db, visit, reference, sort, latest)
    return room(limit(db)), replace(known, files=files)


def _check_seen(visit: Visit, known: Around, fields: FormData) -> None:
    """Refuse what was written on a ticket as it is no longer. Raises: NotPossible."""
    ticket = known.ticket
    if ticket is not None and revision(fields) != ticket.row.revision:
        last = ticket.events[-1] if ticket.events else None
        raise NotPossible(changed(last, visit))


def _typed(visit: Visit, fields: FormData, sort: DraftSort, known: Around) -> Mapping[str, object]:
    """Return the fields, with what stands in a form of the page before anybody writes in it."""
    typed: dict[str, Any] = dict(fields)
    if sort is DraftSort.REPLY and known.about is not None:
        typed.setdefault("to", written(known.about.recipients))
    if sort is DraftSort.NEW:
        typed.setdefault("mailbox", visit.office.policy().settings.mailboxes[0].name)
    return typed


def _held(visit: Visit, found: Sequence[Doubt]) -> Response:
    """Say what speaks against a mail."""
    hours = visit.office.terms().roster.hours
    return doubted(visit, told(found, "", reader(visit), hours, visit.now).doubts)


def doubted(visit: Visit, doubts: Sequence[Told]) -> Response:
    """Say what speaks against a mail, and by which keys somebody says that they looked at it."""
    text = " ".join(one.text for one in doubts)
    return said(visit.request, 422, text, {"doubts": doubts_shape(doubts)})


def doubts_shape(doubts: Sequence[Told]) -> list[dict[str, object]]:
    """Return what speaks against a mail."""
    return [
        {"key": one.key, "text": one.text, "remedy": one.remedy, "blocks": one.blocks}
        for one in doubts
    ]


async def _sent(visit: Visit, number: OutboxId) -> Response:
    """Say what was sent, and how it is called back."""
    mail = await visit.office.read(lambda db: db.reply(number))
    reference = reference_of(visit) or mail.reference
    row = (await visit.office.read(lambda db: db.ticket(reference))).row
    return JSONResponse(
        {
            "said": reader(visit).say("Sent to %(who)s.", who=written(mail.to)),
            "ticket": row.reference,
            "revision": row.revision,
            "undo": of_program(f"/ticket/{row.reference}/take-back"),
            "mail": mail.mail,
            "leaves": mail.leaves_at.isoformat(),
            "files": [
                {"name": one.name, "type": one.content_type, "size": one.size}
                for one in mail.enclosed
            ],
        }
    )
