"""What a program is told of a deed that was done."""

from __future__ import annotations

from starlette.responses import JSONResponse

VERSION = "/api/v1"


def told(text: str, reference: str = "", revision: int = 0, undo: str = "") -> JSONResponse:
    """Say what was done: in words, to which ticket as it is now, and how it is taken back.

    `undo` is a path of the page, or "".
    """
    return JSONResponse(
        {
            "said": text,
            "ticket": reference or None,
            "revision": revision or None,
            "undo": of_program(undo) if undo else None,
        }
    )


def of_program(path: str) -> str:
    """Return the path by which a program asks for what the page has at `path`."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"{VERSION}/{_CALLED.get(first, first)}{'/' if rest else ''}{rest}"


_CALLED = {"ticket": "tickets", "view": "views", "queue": "queues"}
