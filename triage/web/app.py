"""The application: one table of routes, and one way that every request goes.

Who it is, whether they may, whether what the path names is theirs to see: all of it is asked here,
before a page is; a page that is added to the table has it too.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from triage.core.accounts import Account
from triage.core.worded import worded
from triage.errors import NoSuchTicket, NotPossible, StoreBusy
from triage.pipeline.place import place_of
from triage.web.body import bounded
from triage.web.door.identity import account_of, session_id, token_id
from triage.web.door.pace import TOKEN_BURST, TOKEN_RATE, Pace
from triage.web.door.refusals import Refusals
from triage.web.guard import Guard
from triage.web.lists import filed
from triage.web.office import Office
from triage.web.reading import refusal
from triage.web.render import marked
from triage.web.routes import Names, Route, Visit
from triage.web.said import LANGUAGE, not_found, said, turned_away, wants_json
from triage.web.squeezed import Squeezed
from triage.web.table import ROUTES

log = structlog.get_logger()


class _Door:
    """What every request goes through, and what is remembered of those before it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.refusals = Refusals(office)
        self._pace = Pace(TOKEN_BURST, TOKEN_RATE)
        self._used = Pace(1, 1 / 60)

    async def account(self, request: Request, now: datetime) -> tuple[Account | None, bool]:
        """Return who asks, and whether by a token. Raises: HTTPException 429."""
        office = self.office
        session, token = session_id(request, office.settings), token_id(request)
        if session is None and token is None:
            return None, bool(request.headers.get("authorization"))
        account, by_token = await office.read(lambda db: account_of(db, session, token, now))
        if account is None:
            if by_token:
                await self.refusals.note(worded("no such token"), address_of(request))
            return None, by_token
        if token is not None and by_token:
            wait = self._pace.wait(token, now)
            if wait:
                await self.refusals.note(
                    worded("too many requests"), address_of(request), account.person
                )
                again = {"Retry-After": str(math.ceil(wait))}
                raise HTTPException(429, marked("Too many requests of this token."), again)
            if not self._used.wait(token, now):
                await office.in_store(office.store.used_token, token, now)
        elif session is not None and not self._used.wait(session, now):
            await office.in_store(office.store.seen_session, session, now)
        return account, by_token


def application(office: Office, pages: Sequence[Route] = ROUTES) -> ASGIApp:
    """Return the whole of the page over `office`, of these routes."""
    door = _Door(office)
    routes = [
        StarletteRoute(route.path, _endpoint(route, door), methods=[route.method])
        for route in pages
    ]
    handlers: Mapping[Any, Any] = {404: _nothing_here, 405: _not_so}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return Guard(Squeezed(app), office.settings, door.refusals.note)


def address_of(request: Request) -> str:
    """Return where somebody asks from."""
    return str(request.scope.get("triage.address", ""))


async def _nothing_here(request: Request, _: Exception) -> Response:
    return not_found(request)


async def _not_so(request: Request, exc: HTTPException) -> Response:
    return turned_away(
        request, 405, marked("Nothing here is asked for in that way."), headers=exc.headers
    )


def _endpoint(route: Route, door: _Door) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await _answer(route, door, bounded(request, route.largest))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it any more
        except Exception as exc:  # noqa: BLE001 - its traceback may quote a mail: nobody gets it
            return _failed(request, route, exc)

    return answer


def _failed(request: Request, route: Route, exc: Exception) -> Response:
    """Say what did not work, and no more than that of what nobody expected."""
    match exc:
        case StoreBusy():
            return turned_away(
                request, 503, marked("The store is busy. Nothing was done: try again.")
            )
        case NoSuchTicket():
            return not_found(request)
        case NotPossible():
            return turned_away(request, 409, exc.text, exc.values)
        case HTTPException():
            return turned_away(request, exc.status_code, exc.detail, headers=exc.headers)
        case _:
            log.error("page_failed", route=route.path, error=type(exc).__name__, at=place_of(exc))
            return turned_away(request, 500, marked("That did not work. It is no fault of yours."))


async def _answer(route: Route, door: _Door, request: Request) -> Response:
    office, now, address = door.office, door.office.clock(), address_of(request)
    account, by_token = await door.account(request, now)
    if account is not None:
        request.scope[LANGUAGE] = account.language
    if route.role is not None:
        refused = _refused(route, account, request, by_token=by_token)
        if refused is not None:
            if account is not None:
                why = worded("is for the role %(role)s", role=route.role)
                await door.refusals.note(why, address, account.person, route.path)
            return refused
    visitor = account if route.role is not None else None
    if visitor is not None:
        sees = await _sees(office, route, visitor, request)
        if sees is not Sees.IT:
            if sees is Sees.NOT:
                about = str(request.path_params[route.names])
                await door.refusals.note(
                    worded("not theirs to see"), address, visitor.person, about
                )
            return not_found(request)
    visit = Visit(request=request, office=office, account=account, address=address, now=now)
    try:
        return await route.handler(visit)
    except NotPossible as exc:
        return said(request, 409, refusal(visit, exc))


def _refused(
    route: Route, account: Account | None, request: Request, *, by_token: bool
) -> Response | None:
    """Turn away who is nobody, or may not."""
    if account is None:
        if by_token or wants_json(request) or request.method != "GET":
            return turned_away(request, 401, marked("Log in first."))
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(asked, safe='')}", 303)
    if route.role is not None and not account.may(route.role):
        return turned_away(
            request, 403, marked("This is for the role '%(role)s'."), {"role": str(route.role)}
        )
    return None


class Sees(Enum):
    """Whether somebody sees what a path names."""

    IT = "it"
    NOT = "not"
    NOTHING = "nothing"


async def _sees(office: Office, route: Route, account: Account, request: Request) -> Sees:
    """Say whether what the path names is there, and theirs to see: else it is not found.

    Only for what lies in the store it is looked there.
    """
    if route.names is Names.NOTHING:
        return Sees.IT
    name = str(request.path_params[route.names])
    placed: tuple[str, str] | None
    match route.names:
        case Names.QUEUE:
            placed = (name, name)
        case Names.TICKET:
            placed = await office.read(lambda db: db.placed(name))
        case Names.FILED:
            placed = await office.read(lambda db: filed.placed(db, name))
    if placed is None:
        return Sees.NOTHING
    return Sees.IT if account.sees(*placed) else Sees.NOT
