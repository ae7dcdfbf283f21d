"""What htmx asks for, and what it is told: parts of a page, and a word about what was done.

Source: https://htmx.org/reference/#headers.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response


def by_htmx(request: Request) -> bool:
    """Say whether a script of our page asks, which wants a part of a page and not a whole one."""
    return request.headers.get("hx-request") == "true"


def with_toast(response: Response, text: str, undo: str | None = None) -> Response:
    """Have the page say what was done; `undo` is the path that takes it back, by POST.

    JSON escapes what is not ASCII, which a header cannot bear.
    """
    told = {"toast": {"text": text, "undo": undo}}
    response.headers["HX-Trigger"] = json.dumps(told)
    return response


def onward(request: Request, path: str) -> Response:
    """Have a whole page shown next, whether a script of ours has asked or a form."""
    if by_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)
