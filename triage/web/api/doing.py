"""A deed of the page, asked for as JSON: the same handler, given a form and read as JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message

from triage.core.switches import SwitchName
from triage.errors import NoSuchTicket, NotPossible
from triage.web.api.shapes import when
from triage.web.api.takes import Takes
from triage.web.api.told import VERSION, of_program, told
from triage.web.reading import reader, refusal
from triage.web.routes import Handler, Names, Route, Visit
from triage.web.said import said
from triage.web.team import hour
from triage.web.thread.sight import standing

_FORM = b"application/x-www-form-urlencoded"


def by_json(route: Route, takes: Takes) -> Handler:
    """Return the handler by which a program does what people do by `route`'s."""

    async def handler(visit: Visit) -> Response:
        try:
            asked = await _as_form(visit.request, takes)
        except ValueError as exc:
            return said(visit.request, 422, str(exc))
        fields = await asked.form()
        missing = [name for name, one in takes.fields.items() if one.needed and name not in fields]
        if missing:
            # Source: RFC 6585 section 3: nobody's work is lost because a program did not look.
            status = 428 if missing[0] == "revision" else 422
            return said(visit.request, status, f"'{missing[0]}' is missing.")
        try:
            answer = await route.handler(replace(visit, request=asked))
        except NotPossible as exc:
            return said(visit.request, 409, refusal(visit, exc), await _as_it_is(visit, route))
        return await _answered(visit, answer, route)

    return handler


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


async def _as_form(request: Request, takes: Takes) -> Request:
    """Return the request as the page's own forms make it. Raises: ValueError says what is wrong."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    body = await request.body()
    if body and kind != "application/json":
        raise ValueError("Send JSON: 'Content-Type: application/json'.")
    fields = _fields(body, takes)
    sent = urlencode(list(_pairs(fields))).encode()
    headers = [
        pair for pair in request.scope["headers"] if pair[0] not in {b"content-type", b"hx-request"}
    ]
    scope = {**request.scope, "headers": [*headers, (b"content-type", _FORM)]}

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    return Request(scope, receive)


def _fields(body: bytes, takes: Takes) -> dict[str, object]:
    try:
        fields = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as exc:
        raise ValueError("That is no JSON.") from exc
    if not isinstance(fields, dict):
        raise ValueError("Send one object.")  # noqa: TRY004 - it is what was sent that is wrong
    if unknown := sorted(fields.keys() - takes.fields.keys()):
        raise ValueError(f"There is no '{unknown[0]}': {', '.join(takes.fields) or 'none'}.")
    return fields


def _pairs(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Write fields as a form does: what is false or null is left out, of several each by itself."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool):
                yield from [(name, "1")] if one else []
            elif isinstance(one, str | int):
                yield name, str(one)
            elif one is not None:
                raise ValueError(f"'{name}' is a text, a number, or a list of texts.")
