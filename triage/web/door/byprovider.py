"""Coming in by an OpenID provider: sent there, and back again; accounts are ours alone."""

from __future__ import annotations

from functools import cache

from starlette.responses import RedirectResponse, Response

from triage.config.settings import OidcSettings
from triage.core.worded import worded
from triage.errors import ConfigError
from triage.web.door.identity import cookie_name, forget_cookie, give_cookie, why_no_cookie
from triage.web.door.login import asked, begin_session, onward
from triage.web.door.provider import PATIENCE, NotLoggedIn, Provider
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import not_found

BACK = "/login/provider/back"
_TRY = "triage-try"
"""The cookie that binds a try to the browser that began it."""


@cache
def _provider(settings: OidcSettings, back: str) -> Provider:
    return Provider(settings, back)


def _of(visit: Visit) -> Provider | None:
    settings = visit.office.settings
    if settings.oidc is None:
        return None
    return _provider(settings.oidc, f"{settings.address}{BACK}")


async def begin(visit: Visit) -> Response:
    """Send somebody to the provider."""
    provider, settings = _of(visit), visit.office.settings
    if provider is None:
        return not_found(visit.request)
    if why_no_cookie(visit.request, settings):
        return asked(visit, "", 403)
    next_ = onward(visit.request.query_params.get("next", ""))
    try:
        tried, address = await provider.begin(next_, visit.now)
    except (NotLoggedIn, ConfigError) as exc:
        return await _refused(visit, exc)
    response = RedirectResponse(address, 303)
    give_cookie(response, settings, _TRY, tried, PATIENCE)
    return response


async def end(visit: Visit) -> Response:
    """Begin a session for whom the provider names, if that is one of our accounts."""
    provider = _of(visit)
    if provider is None:
        return not_found(visit.request)
    tried = visit.request.cookies.get(cookie_name(visit.office.settings, _TRY), "")
    try:
        name, next_ = await provider.end(tried, dict(visit.request.query_params), visit.now)
    except (NotLoggedIn, ConfigError) as exc:
        return await _refused(visit, exc)
    found = await visit.office.read(lambda db: db.account(name))
    if found is None or found[0].disabled:
        return await _refused(visit, NotLoggedIn("that is nobody's account here"))
    response = await begin_session(visit, found[0], next_)
    forget_cookie(response, visit.office.settings, _TRY)
    return response


async def _refused(visit: Visit, exc: Exception) -> Response:
    """Say that nobody was let in; why, stands in the audit, and nothing that was sent does."""
    why = str(exc) if isinstance(exc, NotLoggedIn) else "the client's secret cannot be read"
    await visit.note("", "refused", "/login", worded("by provider: %(said)s", said=why))
    text = reader(visit).say(
        "Logging in by the provider did not work. Begin anew; the audit says why it did not."
    )
    response = asked(visit, text, 401)
    forget_cookie(response, visit.office.settings, _TRY)
    return response
