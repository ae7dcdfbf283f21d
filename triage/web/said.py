"""Short answers in plain words, or as JSON where a program asks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response


def wants_json(request: Request) -> bool:
    """Say whether a program asks."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get(
        "accept", ""
    )


def not_found(request: Request) -> Response:
    """Answer that there is no such thing, or none for this visitor: nobody learns which."""
    return said(request, 404, "There is nothing here that you may see.")


def said(request: Request, status: int, text: str) -> Response:
    """Answer in one sentence."""
    if wants_json(request):
        return JSONResponse({"error": text}, status)
    return PlainTextResponse(f"{text}\n", status)
