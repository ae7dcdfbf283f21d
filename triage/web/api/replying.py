"""A reply by a program: looked at once more, and sent off, by what sends those of people."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from triage.core.reply import Form, is_key
from triage.core.ticket import OutboxId
from triage.errors import NotPossible
from triage.store.protocol import Store
from triage.store.replying import DraftSort
from triage.web.api.told import of_program
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import said
from triage.web.thread.deeds import changed, revision
from triage.web.writing.addressed import written
from triage.web.writing.held import key_of, told, unseen
from triage.web.writing.sending import dispatch
from triage.web.writing.typed import Around, around, looked_at, read_reply

FORMS = (Form.REPLY, Form.FORWARD, Form.THIRD_PARTY)


async def reply(visit: Visit) -> Response:
    """Send a mail on a ticket, where nothing speaks against it that was not looked at.

    Files that somebody has put into a draft stay there. What was sent by the same key before is
    answered for again, whatever has become of its ticket. Raises: NotPossible, Overtaken.
    """
    fields, read = await visit.request.form(), reader(visit)
    form = str(fields.get("form", Form.REPLY))
    if form not in set(FORMS):
        raise NotPossible(read.say("Say what is written."))
    sort, reference = DraftSort(form), str(visit.request.path_params["ticket"])
    key = str(fields.get("key", ""))
    before = await visit.office.read(lambda db: db.sent_off(visit.who.name, key))
    if before is not None:
        return await _sent(visit, reference, before)

    def look(db: Store) -> Around:
        latest = db.correspondence(reference).seen
        return replace(around(db, visit, reference, sort, latest), files=())

    known = await visit.office.read(look)
    if known.ticket is None or known.about is None:
        raise NotPossible(read.say("Say what is written."))
    if revision(fields) != known.ticket.row.revision:
        events = known.ticket.events
        raise NotPossible(changed(events[-1] if events else None, read))
    typed: dict[str, Any] = dict(fields)
    if sort is DraftSort.REPLY:
        typed.setdefault("to", written(known.about.recipients))
    made = read_reply(visit, typed, sort, known, str(fields.get("after", "answered")))
    found = await looked_at(visit, made, known)
    if unseen(found, [str(one) for one in fields.getlist("looked")]):
        hours = visit.office.terms().roster.hours
        shown = told(found, "", read, hours, visit.now)
        doubts = [
            {"key": key_of(doubt), "text": one.text, "remedy": one.remedy, "blocks": one.blocks}
            for doubt, one in zip(found, shown.doubts, strict=True)
        ]
        text = " ".join(one.text for one in shown.doubts)
        return said(visit.request, 422, text, {"doubts": doubts})
    mail = await dispatch(
        visit, made, known.about, key if is_key(key) else secrets.token_urlsafe(18)
    )
    await visit.note(visit.who.person, "send", reference, form)
    return await _sent(visit, reference, mail)


async def _sent(visit: Visit, reference: str, number: OutboxId) -> Response:
    """Say what was sent, and how it is called back."""
    mail = await visit.office.read(lambda db: db.reply(number))
    row = (await visit.office.read(lambda db: db.ticket(reference))).row
    return JSONResponse(
        {
            "said": reader(visit).say("Sent to %(who)s.", who=written(mail.to)),
            "ticket": row.reference,
            "revision": row.revision,
            "undo": of_program(f"/ticket/{row.reference}/take-back"),
            "mail": mail.mail,
            "leaves": mail.leaves_at.isoformat(),
        }
    )
