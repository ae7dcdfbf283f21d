"""The files of a ticket's mails, listed; each is handed out by what hands it to people."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from triage.core.mail.opened import opened
from triage.core.mail.sniffing import shown_name
from triage.web.routes import Visit
from triage.web.said import not_found
from triage.web.thread.mails import of_mail


async def files(visit: Visit) -> Response:
    """List the files of one mail: how each is named, what it says it is, and where its bytes are.

    `inline`: the HTML of the mail shows it itself.
    """
    found = await of_mail(visit, lambda raw: tuple(file.told for file in opened(raw).files))
    if found is None:
        return not_found(visit.request)
    here = visit.request.url.path
    return JSONResponse(
        {
            "files": [
                {
                    "file": number,
                    "name": shown_name(one.name),
                    "type": one.media_type,
                    "size": one.size,
                    "inline": one.inline,
                    "path": f"{here}/{number}",
                }
                for number, one in enumerate(found)
            ]
        }
    )
