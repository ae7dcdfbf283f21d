"""Coming in and going out."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from triage.core.accounts import MOST_FAILURES
from triage.web.identity import forget_cookie, new_id, session_id, set_cookie, why_no_cookie
from triage.web.passwords import Passwords
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Visit

passwords = Passwords()
"""One for all: so many hashes at once are all that the machine bears."""


async def form(visit: Visit) -> Response:
    """Ask for name and password; who is in already goes on."""
    if visit.account is not None:
        return RedirectResponse(_next(visit.request.query_params.get("next", "")), 303)
    return _asked(visit, "")


def _asked(visit: Visit, wrong: str, status: int = 200, name: str = "") -> Response:
    return page(
        "login.html",
        reader(visit),
        status,
        wrong=wrong,
        name=name,
        next=_next(visit.request.query_params.get("next", "")),
        insecure=why_no_cookie(visit.office.settings),
    )


async def enter(visit: Visit) -> Response:
    """Begin a session, if name and password are right. Too many failures have to wait."""
    office, say = visit.office, reader(visit).say
    fields = await visit.request.form()
    name, password = str(fields.get("name", "")).strip(), str(fields.get("password", ""))
    if why_no_cookie(office.settings):
        return _asked(visit, "", 403, name)
    failed = await office.read(lambda db: db.failed_logins(name, visit.address, visit.now))
    if max(failed) >= MOST_FAILURES:
        text = say("Too many tries. Wait a quarter of an hour, then try again.")
        return _asked(visit, text, 429, name)
    found = await office.read(lambda db: db.account(name))
    kept = found[1] if found is not None and not found[0].disabled else None
    if not await passwords.right(password, kept) or found is None:
        await office.in_store(office.store.failed_login, name, visit.address, visit.now)
        return _asked(visit, say("Name or password is wrong."), 401, name)
    id_ = new_id()
    await office.in_store(office.store.open_session, found[0].name, id_, visit.now)
    await visit.note(found[0].person, "login")
    response = RedirectResponse(_next(str(fields.get("next", ""))), 303)
    set_cookie(response, office.settings, id_)
    return response


async def leave(visit: Visit) -> Response:
    """End this session."""
    id_ = session_id(visit.request, visit.office.settings)
    if id_ is not None:
        await visit.office.in_store(visit.office.store.end_session, id_)
    return await _gone(visit, "logout")


async def leave_everywhere(visit: Visit) -> Response:
    """End every session of this account."""
    await visit.office.in_store(visit.office.store.end_sessions, visit.who.name)
    return await _gone(visit, "logout_everywhere")


async def _gone(visit: Visit, action: str) -> Response:
    await visit.note(visit.who.person, action)
    response = RedirectResponse("/login", 303)
    forget_cookie(response, visit.office.settings)
    return response


def _next(asked: str) -> str:
    """Return where to go on: a path of ours, never another site."""
    parts = urlsplit(asked)
    ours = not parts.scheme and not parts.netloc and asked.startswith("/")
    return asked if ours and not asked.startswith(("//", "/\\")) and "\\" not in asked else "/"
