"""What holds for every answer and every question: headers, hosts, origins, and where from.

Source: Fetch Metadata (W3C), Content Security Policy Level 3, RFC 6454 (origins).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.config.settings import WebSettings
from triage.core.worded import worded
from triage.web.render import language_of, marked, translations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""What the machine itself calls itself."""


Refused = Callable[[str, str], Awaitable[None]]
"""Is told why something was refused, and which address asked for it."""


class Guard:
    """Puts the usual headers on every answer, and turns away what comes from another site."""

    def __init__(self, app: ASGIApp, settings: WebSettings, refused: Refused) -> None:
        self._app = app
        self._settings = settings
        self._refused = refused
        self._hosts = _hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope["triage.address"] = came_from(scope, headers, self._settings)
        secure = self._settings.secure

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered.setdefault(name, value)
                if secure:
                    answered.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        if self._hosts and host_of(headers.get("host", "")) not in self._hosts:
            await self._refused(worded("a foreign name of this host"), scope["triage.address"])
            said = marked(
                "This is not a name that this desk is reached by: see 'url' in triage.toml."
            )
            await PlainTextResponse(_told(headers, said), 421)(scope, receive, sending)
        elif scope["method"] not in _SAFE and not same_site(headers):
            await self._refused(worded("from another site"), scope["triage.address"])
            said = marked("This came from another site, and was turned away. Nothing was done.")
            await PlainTextResponse(_told(headers, said), 403)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)


def _told(headers: Headers, text: str) -> str:
    """Return a text in the language of a browser of which nothing else is known."""
    language = language_of("", headers.get("accept-language", ""))
    return f"{translations(language).gettext(text)}\n"


def _hosts(settings: WebSettings) -> frozenset[str]:
    """Return the names by which the desk may be called: a foreign one is an attack, or a slip."""
    hosts = {urlsplit(settings.address).hostname or ""}
    if not settings.url:
        hosts |= LOOPBACK
    return frozenset(hosts)


def host_of(header: str) -> str:
    """Return the name in a `Host` header, without the port, case-folded."""
    try:
        return (urlsplit(f"//{header}").hostname or "") if "@" not in header else ""
    except ValueError:  # a bracket without its other one
        return ""


def same_site(headers: Headers) -> bool:
    """Say whether a request that changes something comes from a page of ours, or from no page.

    A browser says so by itself; a program with a token says nothing, and has no cookie.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return "cookie" not in headers
    try:
        return urlsplit(origin).netloc.casefold() == headers.get("host", "").casefold()
    except ValueError:
        return False


def is_ours(path: str) -> bool:
    """Say whether a path that somebody names to go on to stays here, however a browser reads it."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    here = not parts.scheme and not parts.netloc and path.startswith("/")
    return here and not path.startswith("//") and "\\" not in path


def came_from(scope: Scope, headers: Headers, settings: WebSettings) -> str:
    """Return the address that a request came from; a proxy is believed only where it is named.

    What a proxy adds stands last, be it in the line that came or in one of its own.
    """
    peer = (scope.get("client") or ("", 0))[0]
    if peer not in settings.proxies:
        return str(peer)
    told = [part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",")]
    for address in reversed(told):
        if address not in settings.proxies:
            return address if _is_address(address) else str(peer)
    return str(peer)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
