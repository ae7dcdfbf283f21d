"""Files that never change: what they hold stands in their path, so they are kept for a year."""

from __future__ import annotations

from pathlib import PurePath

from starlette.responses import Response

from triage.web.files import static_files, static_name
from triage.web.routes import Visit

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


async def file(visit: Visit) -> Response:
    """Return one file, under the path that its content gives it and under no other."""
    name = str(visit.request.path_params["name"])
    held, kind = static_files().get(name), _TYPES.get(PurePath(name).suffix)
    if held is None or kind is None or visit.request.url.path != static_name(name):
        return Response("There is no such file.\n", 404, media_type="text/plain")
    return Response(
        held,
        headers={
            "Content-Type": kind,
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )
