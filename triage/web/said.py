"""Short answers in plain words: a sentence, a page, or a problem in JSON where a program asks.

Source: RFC 9457 (problem details), RFC 6750 section 3 (what a token is asked for by).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from triage.web.guard import is_ours
from triage.web.htmx import by_htmx
from triage.web.render import Reader, language_of, marked, page, translations

API = "/api/"
PROBLEM = "application/problem+json"
LANGUAGE = "triage.language"
"""Where a request keeps the language of whoever turned out to ask; "" where they chose none."""


def wants_json(request: Request) -> bool:
    """Say whether a program asks."""
    return by_program(request) or "application/json" in request.headers.get("accept", "")


def by_program(request: Request) -> bool:
    """Say whether it is asked for by the ways that are made for programs."""
    return request.url.path.startswith(API)


def not_found(request: Request) -> Response:
    """Answer that there is no such thing, or none for this visitor: nobody learns which."""
    return turned_away(request, 404, marked("There is nothing here that you may see."))


def turned_away(
    request: Request,
    status: int,
    text: str,
    values: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a text of the page, in the words of whoever asks, as far as that is known."""
    return said(request, status, _in_words(request, text, values or {}), headers=headers)


def _in_words(request: Request, text: str, values: Mapping[str, object]) -> str:
    """Return a text of the page in the language of whoever asks."""
    told = translations(_language(request)).gettext(text)
    return told % values if values else told


def _language(request: Request) -> str:
    """Return the language of whoever asks, as far as that is known."""
    chosen = str(request.scope.get(LANGUAGE, ""))
    return language_of(chosen, request.headers.get("accept-language", ""))


def fills_a_window(request: Request) -> bool:
    """Say whether a browser shows the answer as a page: no script asks, and it is for no frame.

    Source: Fetch Metadata (W3C), `Sec-Fetch-Dest`.
    """
    asked = request.headers
    whole = asked.get("sec-fetch-dest", "document") == "document"
    return whole and "text/html" in asked.get("accept", "") and not by_htmx(request)


def _shown(request: Request, status: int, text: str) -> Response:
    """Return a page with one sentence, and the ways on from there."""
    reader = Reader(
        language=_language(request), zone=ZoneInfo("UTC"), now=datetime.fromtimestamp(0, UTC)
    )
    return page("refused.html", reader, status, said=text, back=_back(request))


def _back(request: Request) -> str:
    """Return the page of ours that somebody came from; "": none is known, or it is asked anew."""
    came = request.headers.get("referer", "")
    try:
        parts = urlsplit(came)
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    ours = parts.netloc == request.headers.get("host", "") and is_ours(path)
    asked_anew = request.method == "GET" and parts.path == request.url.path
    return path if ours and not asked_anew else ""


def said(
    request: Request,
    status: int,
    text: str,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer in one sentence, as a page where it fills a window.

    `more` are further members of a problem.
    """
    kept = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED and by_program(request):
        kept["WWW-Authenticate"] = "Bearer"
    if not wants_json(request):
        if fills_a_window(request):
            shown = _shown(request, status, text)
            shown.headers.update(kept)
            return shown
        return PlainTextResponse(f"{text}\n", status, kept)
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": text, **(more or {})}
    return JSONResponse(problem, status, kept, media_type=PROBLEM)
