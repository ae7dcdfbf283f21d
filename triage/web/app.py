"""The application: one table of routes, and one way that every request goes.

Who it is, whether they may, whether what the path names is theirs to see: all of it is asked here,
before a page is; a page that is added to the table has it too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from triage.core.accounts import Account
from triage.errors import NoSuchTicket, NotPossible, StoreBusy
from triage.store.protocol import Store
from triage.web.guard import Guard
from triage.web.identity import account_of, session_id, token_id
from triage.web.office import Office
from triage.web.routes import Names, Route, Visit
from triage.web.said import not_found, said, wants_json
from triage.web.table import ROUTES


def application(office: Office) -> ASGIApp:
    """Return the whole of the page over `office`."""
    routes = [
        StarletteRoute(route.path, _endpoint(route, office), methods=[route.method])
        for route in ROUTES
    ]
    return Guard(Starlette(routes=routes), office.settings)


def _endpoint(route: Route, office: Office) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await _answer(route, office, request)
        except StoreBusy:
            return said(request, 503, "The store is busy. Nothing was done: try again.")
        except NoSuchTicket:
            return not_found(request)
        except NotPossible as exc:
            return said(request, 409, str(exc))

    return answer


async def _answer(route: Route, office: Office, request: Request) -> Response:
    now = office.clock()
    session, token = session_id(request, office.settings), token_id(request)
    account, by_token = None, False
    if session is not None or token is not None:
        account, by_token = await office.read(lambda db: account_of(db, session, token, now))
    if session is not None and account is not None and not by_token:
        await office.in_store(office.store.seen_session, session, now)
    if route.role is not None:
        refused = _refused(route, account, request, by_token=by_token)
        if refused is not None:
            return refused
    visitor = account if route.role is not None else None
    if visitor is not None and not await office.read(lambda db: _sees(db, route, visitor, request)):
        return not_found(request)
    if int(request.headers.get("content-length") or 0) > route.largest:
        return said(request, 413, "That is too large.")
    return await route.handler(
        Visit(
            request=request,
            office=office,
            account=account,
            address=str(request.scope.get("triage.address", "")),
            now=now,
        )
    )


def _refused(
    route: Route, account: Account | None, request: Request, *, by_token: bool
) -> Response | None:
    """Turn away who is nobody, or may not."""
    if account is None:
        if by_token or wants_json(request) or request.method != "GET":
            return said(request, 401, "Log in first.")
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(asked, safe='')}", 303)
    if route.role is not None and not account.may(route.role):
        return said(request, 403, f"This is for the role '{route.role}'.")
    return None


def _sees(db: Store, route: Route, account: Account, request: Request) -> bool:
    """Say whether what the path names is there, and theirs to see: else it is not found."""
    placed: tuple[str, str] | None = None
    match route.names:
        case Names.NOTHING:
            return True
        case Names.QUEUE:
            queue = request.path_params["queue"]
            return account.sees(queue, queue)
        case Names.TICKET:
            placed = db.placed(str(request.path_params["ticket"]))
    return placed is not None and account.sees(*placed)
