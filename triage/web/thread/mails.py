"""One mail of a ticket by itself: its original HTML, its files, its source.

Each of these is asked for below the ticket that it lies on, and a mail that does not lie there is
not found: whoever may see the one may see the other. What comes from outside is served so that a
browser makes nothing of it but what it is said to be: never guessed at, never with our origin.

Source: RFC 6266 (Content-Disposition), RFC 8187 (its `filename*`), CSP Level 3 (`sandbox`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from starlette.responses import Response

from triage.core.mail.opened import opened
from triage.core.mail.sniffing import HEAD, picture, shown_name
from triage.core.ticket import MessageId, read_handle
from triage.store.protocol import Store
from triage.web.fields import whole_number
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import by_program, not_found
from triage.web.thread import sanitised

MOST_SOURCE = 1024 * 1024
"""Bytes of a source that are shown: the whole of it is there to be saved."""
_KEPT = {"Cache-Control": "private, no-cache"}
"""A browser keeps it, and asks each time whether whoever sits before it now may see it."""
_APART = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
T = TypeVar("T")


async def original(visit: Visit) -> Response:
    """Show the HTML of a mail, made harmless, for a frame of ours alone."""
    language = reader(visit).language

    def make(raw: bytes) -> str:
        mail = opened(raw)
        shown = None
        if mail.html is not None:
            shown = sanitised.document(mail.html, mail.by_id, language)
        return shown if shown is not None else sanitised.plain(mail.text, language)

    made = await of_mail(visit, make)
    if made is None:
        return not_found(visit.request)
    return Response(
        made,
        media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": sanitised.POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        },
    )


async def file(visit: Visit) -> Response:
    """Hand one file of a mail out: a picture to be looked at, everything else to be saved.

    A program looks at nothing: it is handed all of them to be saved.
    """
    which = whole_number(visit.request.path_params["file"])

    def take(raw: bytes) -> tuple[str, bytes] | None:
        files = opened(raw).files
        if which is None or which >= len(files):
            return None
        return files[which].told.name, files[which].data()

    found = await of_mail(visit, take)
    if found is None:
        return not_found(visit.request)
    name, data = found
    shown = None if by_program(visit.request) else picture(data[:HEAD])
    if shown is not None:
        tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        headers = _APART | _KEPT | {"ETag": tag}
        if visit.request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = disposition("inline", name)
        return Response(data, media_type=shown.media_type, headers=headers)
    headers = {"Content-Disposition": disposition("attachment", name)}
    return Response(data, media_type="application/octet-stream", headers=_APART | headers)


async def source(visit: Visit) -> Response:
    """Show a mail as it came, as plain text, cut where it is long."""
    shown = await of_mail(visit, lambda raw: raw[:MOST_SOURCE].decode("utf-8", "replace"))
    if shown is None:
        return not_found(visit.request)
    return Response(shown, media_type="text/plain; charset=utf-8", headers=_APART)


async def whole(visit: Visit) -> Response:
    """Hand a mail out byte for byte."""
    raw = await of_mail(visit, lambda raw: raw)
    if raw is None:
        return not_found(visit.request)
    name = f"{visit.request.path_params['ticket']}-{visit.request.path_params['message']}.eml"
    headers = {"Content-Disposition": disposition("attachment", name)}
    return Response(raw, media_type="application/octet-stream", headers=_APART | headers)


async def of_mail(visit: Visit, make: Callable[[bytes], T]) -> T | None:
    """Return what `make` makes of the mail that the path names; None: it lies on another ticket.

    It is named by its number, or as people name it: `M-42`.
    """
    named = str(visit.request.path_params["message"])
    message = read_handle(named) or whole_number(named)
    reference = str(visit.request.path_params["ticket"])

    def look(db: Store) -> T | None:
        if message is None or not db.lies_on(MessageId(message), reference):
            return None
        return make(db.raw(MessageId(message)))

    async with visit.office.whole_mails:
        return await visit.office.read(look)


def disposition(how: str, name: str) -> str:
    """Return a Content-Disposition with a name that is safe on every system.

    The plain form for old programs holds ASCII alone; the other one holds the name itself.
    """
    safe = shown_name(name)
    plain = safe.encode("ascii", "replace").decode("ascii").replace("?", "_").replace("%", "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
