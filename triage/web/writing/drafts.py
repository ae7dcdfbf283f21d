"""What somebody has begun to write, kept while they write it, and the files that go with it.

A form saves itself two seconds after the last key and when it is hidden. What is kept is the
account's own: it stands in the form again on whatever machine they open it next.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping

from markupsafe import escape
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, RedirectResponse, Response

from triage.core.mail.addresses import address_list
from triage.core.mail.sniffing import shown_name
from triage.core.message import Address
from triage.core.reply import Enclosed, room
from triage.core.sendguard import strangers
from triage.core.ticket import OutboxId
from triage.errors import NotPossible
from triage.report.words import size
from triage.store.protocol import Store
from triage.store.replying import DraftSort
from triage.store.views import TicketView
from triage.web.fields import whole_number
from triage.web.live.here import replying
from triage.web.reading import reader, refusal
from triage.web.routes import Visit
from triage.web.said import wants_json
from triage.web.writing.addressed import of_thread, our_own
from triage.web.writing.panel import MOST_TEXT
from triage.web.writing.told import afresh, compose, panel_of, parts
from triage.web.writing.underway import limit

_FIELDS = ("to", "cc", "subject", "text", "by", "mailbox", "queue", "passed")


def reference_of(visit: Visit) -> str:
    """Return the ticket that a path names; "" for a new mail."""
    return str(visit.request.path_params.get("ticket", ""))


def back(visit: Visit) -> str:
    """Return the page of the ticket that a path names, or that of a new mail."""
    reference = reference_of(visit)
    return f"/ticket/{reference}" if reference else "/new"


def sort_of(visit: Visit, fields: Mapping[str, object]) -> DraftSort:
    """Return which form was sent. Raises: NotPossible where it is none, or not the visitor's.

    In one browser somebody else may have logged in since the form was shown.
    """
    if fields.get("account", visit.who.name) != visit.who.name:
        raise NotPossible(
            reader(visit).say("You are logged in as %(name)s now.", name=visit.who.name)
        )
    try:
        sort = DraftSort(str(fields.get("form", "")))
    except ValueError:
        raise NotPossible(reader(visit).say("Say what is written.")) from None
    if (sort is DraftSort.NEW) != (not reference_of(visit)):
        raise NotPossible(reader(visit).say("Say what is written."))
    return sort


def written_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Return what of a form is kept as a draft."""
    kept: dict[str, object] = {}
    for name in _FIELDS:
        value = fields.get(name)
        if isinstance(value, str):
            kept[name] = value.replace("\r\n", "\n")[:MOST_TEXT]
    return kept


def seen_of(fields: Mapping[str, object]) -> int:
    """Return the number of the last thing that somebody saw happen; 0: nothing."""
    return whole_number(fields.get("seen", "")) or 0


async def save(visit: Visit) -> Response:
    """Keep what somebody has begun to write, and say when, and what of it is worth a look."""
    fields = await asked(visit)
    sort = sort_of(visit, fields)
    await keep(visit, sort, fields)
    read = reader(visit)
    told = {".saved": read.say("saved %(when)s", when=read.time(visit.now))}
    if sort is DraftSort.REPLY:
        reference = reference_of(visit)

        def look(db: Store) -> tuple[TicketView, tuple[Address, ...]]:
            ticket = db.ticket(reference)
            return ticket, of_thread(db, ticket, db.replies(reference))

        ticket, thread = await visit.office.read(look)
        await replying(visit, ticket.row)
        told[".strange"] = _strange(visit, fields, thread)
    return JSONResponse({"parts": {name: str(escape(text)) for name, text in told.items()}})


async def keep(visit: Visit, sort: DraftSort, fields: Mapping[str, object]) -> OutboxId | None:
    """Keep what a form holds as the visitor's draft; return the mail that it was sent off as."""
    return await visit.office.in_store(
        visit.office.store.save_draft,
        visit.who.name,
        reference_of(visit),
        sort,
        written_fields(fields),
        seen_of(fields),
        visit.now,
        str(fields.get("key", "")),
    )


def _strange(visit: Visit, fields: Mapping[str, object], thread: Iterable[Address]) -> str:
    """Name the addresses of a form that have not been in its thread."""
    found = address_list(f"{fields.get('to', '')}, {fields.get('cc', '')}")
    known = frozenset(one.addr for one in thread) | our_own(visit.office.terms())
    names = strangers([one.addr for one in found], known)
    said = reader(visit).say("Not in this thread: %(who)s", who=", ".join(names))
    return said if names else ""


async def asked(visit: Visit) -> Mapping[str, object]:
    """Return what a form, or a program in JSON, sent."""
    if "application/json" not in visit.request.headers.get("content-type", ""):
        return (await sent(visit))[0]
    try:
        given = await visit.request.json()
    except ValueError:
        given = None
    return given if isinstance(given, dict) else {}


async def discard(visit: Visit) -> Response:
    """Drop what somebody has begun to write, with its files."""
    fields, _ = await sent(visit)
    sort = sort_of(visit, fields)
    store = visit.office.store
    await visit.office.in_store(store.drop_draft, visit.who.name, reference_of(visit), sort)
    if not wants_json(visit.request):
        return RedirectResponse(back(visit), 303)
    return JSONResponse({**await afresh(visit, reference_of(visit), sort), "rests": True})


async def attach(visit: Visit) -> Response:
    """Take one file in: its bytes are the body, `form` and `name` stand in the query."""
    asked_for = visit.request.query_params
    try:
        sort = sort_of(visit, asked_for)
        most = await visit.office.read(lambda db: room(limit(db)))
        file = enclosed(asked_for.get("name", ""), await _body(visit, most))
        await keep_file(visit, sort, file, most)
    except NotPossible as exc:
        return JSONResponse({"error": refusal(visit, exc)}, 409)
    return await _files(visit, sort)


async def _body(visit: Visit, most: int) -> bytes:
    """Read a body, and no further than a mail has room for, whatever its length is said to be.

    Raises: NotPossible where it has more, or nothing.
    """
    data = bytearray()
    async for piece in visit.request.stream():
        data += piece
        if len(data) > most:
            raise NotPossible(too_large(visit, most))
    if not data:
        raise NotPossible(reader(visit).say("There is nothing in that file."))
    return bytes(data)


async def detach(visit: Visit) -> Response:
    """Take one file away."""
    fields, _ = await sent(visit)
    sort, which = sort_of(visit, fields), whole_number(fields.get("without", ""))
    await keep(visit, sort, fields)
    if which is None or not await visit.office.in_store(
        visit.office.store.detach, visit.who.name, reference_of(visit), sort, which
    ):
        raise NotPossible(reader(visit).say("There is no such file."))
    if not wants_json(visit.request):
        return RedirectResponse(f"{back(visit)}#composer", 303)
    return await _files(visit, sort)


async def _files(visit: Visit, sort: DraftSort) -> Response:
    """Tell a form what goes with it now."""
    reference = reference_of(visit)
    made = await visit.office.read(lambda db: compose(db, visit, reference, sort))
    return JSONResponse({"parts": {".files": parts(visit, made, panel_of(made, sort))[".files"]}})


async def sent(visit: Visit) -> tuple[FormData, tuple[Enclosed, ...]]:
    """Return the fields of a form, and the files that came with it, as without a script they do."""
    async with visit.request.form() as fields:
        files = [
            enclosed(one.filename, await one.read())
            for _, one in fields.multi_items()
            if isinstance(one, UploadFile) and one.filename and one.size
        ]
        plain: list[tuple[str, UploadFile | str]] = [
            (name, one) for name, one in fields.multi_items() if isinstance(one, str)
        ]
    return FormData(plain), tuple(files)


async def take_files(visit: Visit, sort: DraftSort, files: tuple[Enclosed, ...]) -> None:
    """Keep the files that came with a form."""
    most = await visit.office.read(lambda db: room(limit(db))) if files else 0
    for file in files:
        await keep_file(visit, sort, file, most)


async def keep_file(visit: Visit, sort: DraftSort, file: Enclosed, most: int) -> None:
    """Keep a file with a draft. Raises: NotPossible where all of them are too large together."""
    store, who, on = visit.office.store, visit.who.name, reference_of(visit)
    draft = await visit.office.read(lambda db: db.draft_of(who, on, sort))
    there = 0 if draft is None else sum(one.size for one in draft.enclosed)
    if there + len(file.data) > most:
        raise NotPossible(too_large(visit, most))
    await visit.office.in_store(store.attach, who, on, sort, file, visit.now, most=most)


def enclosed(name: str, data: bytes) -> Enclosed:
    """Return a file as a mail encloses it: what it is said to be is guessed from its name alone."""
    plain = shown_name(name.replace("\\", "/").rpartition("/")[2])
    kind, packed = mimetypes.guess_type(plain)
    return Enclosed(
        name=plain,
        content_type=kind if kind and not packed else "application/octet-stream",
        data=data,
    )


def too_large(visit: Visit, most: int) -> str:
    """Say that files are more than the `most` bytes that go with one mail."""
    return reader(visit).say(
        "That is too large: at most %(room)s go with one mail.", room=size(most)
    )
