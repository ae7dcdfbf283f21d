"""Who asks: the cookie of a session, or the token of a program."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from triage.config.settings import WebSettings
from triage.core.accounts import SESSION, Account
from triage.store.protocol import Store
from triage.web.guard import LOOPBACK
from triage.web.said import by_program

TOKEN = "Bearer "  # noqa: S105 - the name of a scheme. Source: RFC 6750 section 2.1

USUAL_PORT = WebSettings().port


_SESSION = "triage"


def cookie_name(settings: WebSettings, plain: str = _SESSION) -> str:
    """Return the whole name of a cookie; it is the session's where no other is named.

    The prefix `__Host-` binds it to one host and to https. Safari keeps no Secure cookie of
    loopback without https: there it has a plain name, and one for each port, for a browser takes
    all ports of a host for one. Source: RFC 6265bis sections 4.1.3.2 and 8.5.
    """
    if settings.secure:
        return f"__Host-{plain}"
    return plain if settings.port in {0, USUAL_PORT} else f"{plain}-{settings.port}"


def new_id() -> bytes:
    """Return the random id of a session or a token: 256 bits."""
    return secrets.token_bytes(32)


def written(id_: bytes) -> str:
    """Return an id as a cookie or a header bears it."""
    return id_.hex()


def read_id(text: str) -> bytes | None:
    """Return the id that a cookie or a header bears; None: it bears none."""
    try:
        id_ = bytes.fromhex(text)
    except ValueError:
        return None
    return id_ if len(id_) == 32 and id_.hex() == text else None


def session_id(request: Request, settings: WebSettings) -> bytes | None:
    """Return the id of the session that a browser says it has."""
    return read_id(request.cookies.get(cookie_name(settings), ""))


def token_id(request: Request) -> bytes | None:
    """Return the token that a program shows; where people ask, it opens nothing.

    What is left to people, such as the rules, is not done by a token that somebody lost.
    """
    shown = request.headers.get("authorization", "")
    if not by_program(request) or not shown.startswith(TOKEN):
        return None
    return read_id(shown.removeprefix(TOKEN))


def account_of(
    store: Store, session: bytes | None, token: bytes | None, now: datetime
) -> tuple[Account | None, bool]:
    """Return whose session or token it is, and whether a program asks."""
    if token is not None:
        return store.token(token), True
    found = None if session is None else store.session(session, now)
    return (None if found is None else found.account), False


def set_cookie(response: Response, settings: WebSettings, id_: bytes) -> None:
    """Give the browser the id of its session."""
    give_cookie(response, settings, _SESSION, written(id_), SESSION)


def give_cookie(
    response: Response, settings: WebSettings, plain: str, value: str, lasts: timedelta
) -> None:
    """Give the browser a cookie: for this site alone, and for no script."""
    response.set_cookie(
        cookie_name(settings, plain),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def forget_cookie(response: Response, settings: WebSettings, plain: str = _SESSION) -> None:
    """Have the browser forget a cookie: its session, where no other is named."""
    name = cookie_name(settings, plain)
    response.delete_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="lax")


def why_no_cookie(request: Request, settings: WebSettings) -> str:
    """Return the name at which no login can work, because it was reached without https; "" else.

    Without https a session could be taken by whoever listens: only loopback does without. A desk
    that has https may be asked without it all the same: the origin of what a page sends, and a
    proxy that is believed, say so. Browsers keep no cookie then, and would ask for ever.
    """
    place = urlsplit(settings.address)
    if settings.secure:
        return (place.hostname or settings.address) if _is_open(request, settings) else ""
    return "" if place.hostname in LOOPBACK else place.hostname or settings.address


def _is_open(request: Request, settings: WebSettings) -> bool:
    """Say whether it is known that a browser asks without https."""
    if request.headers.get("origin", "").casefold().startswith("http:"):
        return True
    peer = request.client.host if request.client is not None else ""
    told = request.headers.get("x-forwarded-proto", "")
    return peer in settings.proxies and told.strip().casefold() == "http"
