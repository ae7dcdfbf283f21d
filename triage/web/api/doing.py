"""A deed of the page, asked for as JSON: the same handler, given a form and read as JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from triage.core.switches import SwitchName
from triage.errors import NoSuchTicket, NotPossible
from triage.web.api.asked import as_form
from triage.web.api.shapes import when
from triage.web.api.takes import Takes
from triage.web.api.told import VERSION, of_program, told
from triage.web.reading import reader, refusal
from triage.web.routes import Handler, Names, Route, Visit
from triage.web.said import said
from triage.web.team import hour
from triage.web.thread.sight import standing


def by_json(route: Route, takes: Takes) -> Handler:
    """Return the handler by which a program does what people do by `route`'s."""

    async def handler(visit: Visit) -> Response:
        try:
            asked = await as_form(visit.request, takes)
        except ValueError as exc:
            return said(visit.request, 422, str(exc))
        try:
            return await _done(replace(visit, request=asked), route, takes)
        finally:
            await asked.close()

    return handler


async def _done(visit: Visit, route: Route, takes: Takes) -> Response:
    """Do what is asked for, where nothing that it needs is missing."""
    fields = await visit.request.form()
    missing = [name for name, one in takes.fields.items() if one.needed and name not in fields]
    if missing:
        # Source: RFC 6585 section 3: nobody's work is lost because a program did not look.
        status = 428 if missing[0] == "revision" else 422
        return said(visit.request, status, f"'{missing[0]}' is missing.")
    for name, one in takes.fields.items():
        if one.among and any(value not in {"", *one.among} for value in fields.getlist(name)):
            return said(visit.request, 422, f"'{name}' is one of {', '.join(one.among)}.")
    try:
        answer = await route.handler(visit)
    except NotPossible as exc:
        return said(visit.request, 409, refusal(visit, exc), await _as_it_is(visit, route))
    return await _answered(visit, answer, route)


async def _answered(visit: Visit, answer: Response, route: Route) -> Response:
    """Say what was done, where the page's handler said it only for people."""
    failed = answer.status_code >= 400
    if isinstance(answer, JSONResponse):
        said_so = json.loads(bytes(answer.body))
        # Without a way back it is parts of a page, for our own script.
        if failed or (isinstance(said_so, dict) and "undo" in said_so):
            return _by_our_paths(answer, said_so)
    elif failed:
        return said(visit.request, answer.status_code, reader(visit).say("Nothing was done."))
    if route.names is not Names.TICKET:
        return told(reader(visit).say("Done."))
    reference = str(visit.request.path_params["ticket"])
    found = await visit.office.read(lambda db: standing(db, reference))
    return told(reader(visit).say("Done."), found.row.reference, found.row.revision)


def _by_our_paths(answer: JSONResponse, said_so: object) -> Response:
    """Return an answer that was JSON already, with the way back as programs go it."""
    if not isinstance(said_so, dict) or not isinstance(undo := said_so.get("undo"), str):
        return answer
    if undo.startswith(VERSION):
        return answer
    return JSONResponse({**said_so, "undo": of_program(undo)}, answer.status_code)


async def _as_it_is(visit: Visit, route: Route) -> Mapping[str, object]:
    """Return how the ticket stands that a deed was refused for, and who changed it last."""
    if route.names is not Names.TICKET:
        return {}
    reference = str(visit.request.path_params["ticket"])
    try:
        ticket = await visit.office.read(lambda db: db.ticket(reference))
    except NoSuchTicket:
        return {}
    last = ticket.events[-1] if ticket.events else None
    return {
        "ticket": ticket.row.reference,
        "revision": ticket.row.revision,
        "changed": None
        if last is None
        else {"what": last.name, "by": last.detail.get("by"), "at": when(last.at)},
    }


def switch_on(name: SwitchName) -> Callable[[Visit], Awaitable[Response]]:
    """Return the handler that sets a switch of the hour."""

    async def handler(visit: Visit) -> Response:
        await hour.switch_on(visit, name, await visit.request.form())
        return told(reader(visit).say("Done."))

    return handler
