"""Writing on a ticket: a mail is looked at once more, sent off, called back, and sent again.

A script is told what becomes of its form (`writing/told.py`); without one a page is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response

from triage.core.reply import Form, Reply
from triage.core.sendguard import Doubt
from triage.core.ticket import OutboxId
from triage.errors import NotPossible, Overtaken
from triage.store.replying import DraftSort
from triage.store.views import TicketView
from triage.web.fields import whole_number
from triage.web.htmx import by_htmx
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import wants_json
from triage.web.shell import LISTS
from triage.web.writing.addressed import written
from triage.web.writing.composer import Composer
from triage.web.writing.drafts import keep, reference_of, seen_of, sent, sort_of, take_files
from triage.web.writing.held import told, unseen
from triage.web.writing.sending import dispatch, dispatch_new, key_of
from triage.web.writing.told import afresh, compose, panel_of, parts, whole
from triage.web.writing.typed import Around, around, looked_at, read_reply, text_of


async def send(visit: Visit) -> Response:
    """Look at a mail once more, and send it off where nothing speaks against it.

    What was written is kept first: whatever comes after that, none of it is lost.
    """
    fields, files = await sent(visit)
    sort, reference = sort_of(visit, fields), reference_of(visit)
    if sort is DraftSort.NOTE:
        raise NotPossible(reader(visit).say("Say what is written."))
    before = await keep(visit, sort, fields)
    if before is not None:  # a second press, or the same one come twice
        return await _sent(visit, sort, before)
    await take_files(visit, sort, files)
    pressed = str(fields.get("anyway") or fields.get("after") or "")
    looked = [str(one) for one in fields.getlist("looked")] if fields.get("anyway") else []
    seen = seen_of(fields)
    for _ in range(2):
        known = await visit.office.read(lambda db: around(db, visit, reference, sort, seen))
        reply = read_reply(visit, fields, sort, known, pressed)
        found = await looked_at(visit, reply, known)
        if unseen(found, looked):
            return await _hold(visit, sort, found, pressed)
        try:
            mail, at = await off(visit, reply, known, fields)
        except Overtaken:
            continue  # something came in this moment: look again, and show it
        await visit.note(visit.who.person, "send", at, str(reply.form))
        return await _sent(visit, sort, mail)
    raise NotPossible(reader(visit).say("It has changed meanwhile. Nothing was done: look again."))


async def off(
    visit: Visit, reply: Reply, known: Around, fields: Mapping[str, object]
) -> tuple[OutboxId, str]:
    """Put a mail on its way; return it with its ticket. Raises: Overtaken, NotPossible."""
    key = key_of(fields)
    if known.about is None:
        mailbox, queue = str(fields.get("mailbox", "")), str(fields.get("queue", ""))
        return await dispatch_new(visit, reply, mailbox, queue, key)
    return await dispatch(visit, reply, known.about, key), known.about.reference


async def _hold(visit: Visit, sort: DraftSort, found: Sequence[Doubt], pressed: str) -> Response:
    """Show what speaks against a mail, beside its text."""
    reference, read = reference_of(visit), reader(visit)
    hours = visit.office.terms().roster.hours
    held = told(found, pressed, read, hours, visit.now)

    def hold(made: Composer, _: TicketView | None) -> Composer:
        panels = (replace(one, held=held) if one.form is sort else one for one in made.panels)
        return replace(made, panels=tuple(panels))

    if not wants_json(visit.request):
        return await whole(visit, reference, sort, hold, 422)
    made = hold(await visit.office.read(lambda db: compose(db, visit, reference, sort)), None)
    return JSONResponse({"parts": parts(visit, made, panel_of(made, sort))})


async def _sent(visit: Visit, sort: DraftSort, mail: OutboxId) -> Response:
    """Say that a mail is on its way, and show the form anew."""
    reply = await visit.office.read(lambda db: db.reply(mail))
    reference = reference_of(visit) or reply.reference
    go = f"/ticket/{reference}"
    if not wants_json(visit.request):
        return RedirectResponse(go, 303)
    return JSONResponse(
        {
            **({"go": go} if reply.form is Form.NEW else await afresh(visit, reference, sort)),
            "rests": True,
            "mail": mail,
            "seconds": visit.office.settings.undo,
            "text": reader(visit).say("Sent to %(who)s.", who=written(reply.to)),
            "undo": f"{go}/take-back",
        }
    )


async def note(visit: Visit) -> Response:
    """Keep a note that stays inside."""
    (fields, _), reference = await sent(visit), reference_of(visit)
    sort_of(visit, {"form": DraftSort.NOTE, **fields})
    store, person = visit.office.store, visit.who.person
    await visit.office.in_store(store.remark, reference, text_of(fields), person, visit.now)
    await visit.office.in_store(store.drop_draft, visit.who.name, reference, DraftSort.NOTE)
    await visit.note(person, "note", reference)
    return await _done(visit, DraftSort.NOTE)


async def take_back(visit: Visit) -> Response:
    """Call a mail back while it has not begun to leave: it is a draft again."""
    mail, reply = await _own(visit)
    store, person = visit.office.store, visit.who.person
    if await visit.office.in_store(store.call_back, mail, person, visit.now) is None:
        raise NotPossible(reader(visit).say("Too late: it is on its way."))
    await visit.note(person, "take_back", reference_of(visit), str(reply))
    if by_htmx(visit.request):
        return Response(status_code=204, headers={"HX-Redirect": _where(visit, reply)})
    return await _done(visit, DraftSort(str(reply)), rests=False)


def _where(visit: Visit, form: Form) -> str:
    """Return the page in whose form a mail stands that was called back.

    Beside a list it is opened there; whoever has gone on to the next ticket comes back to this.
    """
    if form is Form.NEW:
        return "/new"
    now = urlsplit(visit.request.headers.get("hx-current-url", ""))
    reference = reference_of(visit)
    if not now.path.startswith(LISTS):
        return f"/ticket/{reference}"
    asked = {name: values[-1] for name, values in parse_qs(now.query).items()}
    return f"{now.path}?{urlencode({**asked, 'open': reference})}"


async def hold(visit: Visit) -> Response:
    """Let a mail leave a little later, while somebody looks at what calls it back."""
    mail, _ = await _own(visit)
    person, until = visit.who.person, visit.now + visit.office.settings.undo_window
    if not await visit.office.in_store(visit.office.store.put_off, mail, person, until):
        raise NotPossible(reader(visit).say("Too late: it is on its way."))
    return Response(status_code=204)


async def send_again(visit: Visit) -> Response:
    """Send a mail once more that failed, or of which nobody knows whether it arrived."""
    mail, form = await _own(visit)
    person = visit.who.person
    await visit.office.in_store(visit.office.store.send_again, mail, person, visit.now)
    await visit.note(person, "send_again", reference_of(visit), str(form))
    return await _done(visit, DraftSort(str(form)))


async def arrived(visit: Visit) -> Response:
    """Say that a mail of unknown fate did arrive."""
    mail, form = await _own(visit)
    person = visit.who.person
    await visit.office.in_store(visit.office.store.did_arrive, mail, person, visit.now)
    await visit.note(person, "arrived", reference_of(visit), str(form))
    return await _done(visit, DraftSort(str(form)))


async def _own(visit: Visit) -> tuple[OutboxId, Form]:
    """Return the mail that a form names, if it is one of the path's ticket. Raises: NotPossible."""
    fields, _ = await sent(visit)
    mail, reference = whole_number(fields.get("mail", "")), reference_of(visit)
    for one in await visit.office.read(lambda db: db.replies(reference)):
        if one.mail == mail:
            return one.mail, one.form
    raise NotPossible(reader(visit).say("There is no such mail."))


async def _done(visit: Visit, sort: DraftSort, *, rests: bool = True) -> Response:
    reference = reference_of(visit)
    if not wants_json(visit.request):
        return RedirectResponse(f"/ticket/{reference}", 303)
    form = DraftSort.REPLY if sort is DraftSort.NEW else sort
    return JSONResponse({**await afresh(visit, reference, form), "rests": rests})
