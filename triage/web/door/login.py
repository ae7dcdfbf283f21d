"""Coming in and going out."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from triage.core.accounts import Account
from triage.core.worded import worded
from triage.web.door.identity import forget_cookie, new_id, session_id, set_cookie, why_no_cookie
from triage.web.door.passwords import Passwords
from triage.web.guard import is_ours
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Visit

passwords = Passwords()
"""One for all: so many hashes at once are all that the machine bears."""


async def form(visit: Visit) -> Response:
    """Ask for name and password; who is in already goes on."""
    if visit.account is not None:
        return RedirectResponse(onward(visit.request.query_params.get("next", "")), 303)
    return asked(visit, "")


def asked(visit: Visit, wrong: str, status: int = 200, name: str = "") -> Response:
    """Show the form, with what went wrong."""
    oidc = visit.office.settings.oidc
    return page(
        "login.html",
        reader(visit),
        status,
        brand=visit.office.policy().settings.brand,
        wrong=wrong,
        name=name,
        next=onward(visit.request.query_params.get("next", "")),
        provider="" if oidc is None else oidc.name or urlsplit(oidc.issuer).hostname,
        passwords=oidc is None or not oidc.only,
        insecure=why_no_cookie(visit.request, visit.office.settings),
    )


async def enter(visit: Visit) -> Response:
    """Begin a session, if name and password are right. Too many failures have to wait."""
    office, say = visit.office, reader(visit).say
    fields = await visit.request.form()
    name, password = str(fields.get("name", "")).strip(), str(fields.get("password", ""))
    only = office.settings.oidc is not None and office.settings.oidc.only
    if only or why_no_cookie(visit.request, office.settings):
        return asked(visit, "", 403, name)
    # Counted before it is looked at: many tries at once are no more than one after the other.
    if not await office.in_store(office.store.try_login, name, visit.address, visit.now):
        text = say("Too many tries. Wait a quarter of an hour, then try again.")
        return asked(visit, text, 429, name)
    found = await office.read(lambda db: db.account(name))
    kept = found[1] if found is not None and not found[0].disabled else None
    if not await passwords.right(password, kept) or found is None:
        # What was typed for a name may be a password: only a name that there is is written down.
        who = "" if found is None else found[0].person
        await visit.note(who, "refused", "/login", worded("wrong name or password"))
        return asked(visit, say("Name or password is wrong."), 401, name)
    account, kept, id_ = *found, new_id()
    # While it was looked at, the password may have become another one: that ended every session.
    if not await office.in_store(office.store.enter, account.name, kept, id_, visit.now):
        return asked(visit, say("Name or password is wrong."), 401, name)
    return await _entered(visit, account, id_, onward(str(fields.get("next", ""))))


async def begin_session(visit: Visit, account: Account, next_: str) -> Response:
    """Begin a session of somebody whom a provider named."""
    office, id_ = visit.office, new_id()
    await office.in_store(office.store.open_session, account.name, id_, visit.now)
    return await _entered(visit, account, id_, next_)


async def _entered(visit: Visit, account: Account, id_: bytes, next_: str) -> Response:
    """Give the browser its new session, and end the one that it had: nobody fixes it."""
    office = visit.office
    before = session_id(visit.request, office.settings)
    if before is not None:
        await office.in_store(office.store.end_session, before)
    await visit.note(account.person, "login")
    response = RedirectResponse(next_, 303)
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


def onward(path: str) -> str:
    """Return where to go on: a path of ours, never another site."""
    return path if is_ours(path) else "/"
