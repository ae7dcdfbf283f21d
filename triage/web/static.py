"""Files that never change: their hash stands in their path, so that they are kept for a year."""

from __future__ import annotations

from functools import cache

from starlette.responses import Response

from triage.web.render import STATIC, static_name
from triage.web.routes import Visit

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@cache
def _read(name: str) -> bytes:
    return (STATIC / name).read_bytes()


async def file(visit: Visit) -> Response:
    """Return one file, under the path that its content gives it and under no other."""
    name = str(visit.request.path_params["name"])
    known = {path.name for path in STATIC.iterdir() if path.suffix in _TYPES}
    if name not in known or visit.request.url.path != static_name(name):
        return Response("There is no such file.\n", 404, media_type="text/plain")
    return Response(
        _read(name),
        headers={
            "Content-Type": _TYPES[name[name.rindex(".") :]],
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )
