"""Answers made smaller on their way: text alone, and never for another site.

Whoever can have a browser ask for a page that repeats their words, and sees how long the answer
is, may guess what else stands in it (BREACH): so nothing that another site asked for is made
smaller. No secret of a session stands in any page. A stream of events is sent as it comes.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from triage.web.guard import same_site

_LEAST = 500
"""Bytes below which it is not worth it."""

_LEVEL = 5
"""Higher ones take several times as long, for a hundredth of the size."""


class Squeezed:
    """Compresses what a page of ours, or nobody's page, asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        left = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "message/*", "application/octet-stream")
        self._squeezing = GZipMiddleware(app, _LEAST, _LEVEL, exclude_content_types=left)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        squeeze = scope["type"] == "http" and same_site(Headers(scope=scope))
        await (self._squeezing if squeeze else self._app)(scope, receive, send)
