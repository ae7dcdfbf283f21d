"""Short answers in plain words, or as a problem in JSON where a program asks.

Source: RFC 9457 (problem details), RFC 6750 section 3 (what a token is asked for by).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from triage.web.render import language_of, marked, translations

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
    chosen = str(request.scope.get(LANGUAGE, ""))
    language = language_of(chosen, request.headers.get("accept-language", ""))
    told = translations(language).gettext(text)
    return told % values if values else told


def said(
    request: Request,
    status: int,
    text: str,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer in one sentence; `more` are further members of a problem."""
    kept = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED and by_program(request):
        kept["WWW-Authenticate"] = "Bearer"
    if not wants_json(request):
        return PlainTextResponse(f"{text}\n", status, kept)
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": text, **(more or {})}
    return JSONResponse(problem, status, kept, media_type=PROBLEM)
