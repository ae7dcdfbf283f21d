"""The form of a ticket as a page of its own, and what a script asks for to put into it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from starlette.responses import JSONResponse, Response

from triage.errors import NotPossible
from triage.store.replying import DraftSort
from triage.store.views import TicketView
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.writing.composer import Composer, beginning, stepping_line
from triage.web.writing.drafts import reference_of
from triage.web.writing.macros import filled, macros
from triage.web.writing.told import whole


async def show(visit: Visit) -> Response:
    """Show the form of a ticket, or of a new mail, alone; with a macro in it where one is asked."""
    writes = visit.request.query_params.get("writes", "")
    sort = DraftSort(writes) if writes in set(DraftSort) else None
    return await whole(visit, reference_of(visit), sort, partial(_with_macro, visit))


async def macro(visit: Visit) -> Response:
    """Return one macro filled in; without a name all that there are.

    `text` is the whole of it, with who steps in; `body` is without greeting and signature, to be
    put into something begun. `missing` is what nobody could fill in: it stands in braces there.
    """
    name, reference = visit.request.query_params.get("name", ""), reference_of(visit)
    policy = visit.office.policy()
    ticket: TicketView | None = None
    if reference:
        ticket = await visit.office.read(lambda db: db.ticket(reference))
    if not name:
        every = [{"name": one.name, "title": one.title} for one in macros(policy, ticket)]
        return JSONResponse({"macros": every})
    reply = policy.replies.reply(name, None if ticket is None else ticket.row.language)
    if reply is None:
        raise NotPossible(reader(visit).say("There is no such macro."))
    line = "" if ticket is None else stepping_line(visit, ticket)
    made = filled(reply, policy, ticket, visit.who, line)
    plain = filled(reply, policy, ticket, visit.who).text
    signature = beginning(visit, ticket).signature
    return JSONResponse(
        {"text": made.text, "body": _body(plain, signature), "missing": list(made.missing)}
    )


def _body(text: str, signature: str) -> str:
    """Return a reply without its greeting and its signature."""
    greeting, blank, rest = text.partition("\n\n")
    body = rest if blank and "\n" not in greeting and len(greeting) < 60 else text
    return body.removesuffix(signature).strip()


def _with_macro(visit: Visit, shown: Composer, ticket: TicketView | None) -> Composer:
    """Return a form with the macro that is asked for in the place of what is in its first one."""
    policy, name = visit.office.policy(), visit.request.query_params.get("macro", "")
    language = None if ticket is None else ticket.row.language
    reply = policy.replies.reply(name, language)
    if reply is None:
        return shown
    line = "" if ticket is None else stepping_line(visit, ticket)
    text = filled(reply, policy, ticket, visit.who, line).text
    first, *others = shown.panels
    return replace(shown, panels=(replace(first, text=text), *others))
