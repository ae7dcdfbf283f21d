"""What a requester wishes, set on the page of any ticket of theirs."""

from __future__ import annotations

from starlette.datastructures import FormData

from triage.config.values import LANGUAGES
from triage.core.wish import Wish
from triage.errors import NotPossible
from triage.web.fields import line
from triage.web.reading import reader
from triage.web.routes import Visit


async def wish(visit: Visit, reference: str, fields: FormData) -> str:
    """Keep what the requester of a ticket wishes, in place of what was kept; nothing: forget it."""
    ticket = await visit.office.read(lambda db: db.ticket(reference))
    address = ticket.row.requester
    language = line(fields, "language").casefold()
    if not address:
        raise NotPossible(reader(visit).say("Nobody is named whose wish it could be."))
    if language and language not in LANGUAGES:
        raise NotPossible(reader(visit).say("That is no language: two letters, such as en or de."))
    wanted = Wish(
        address=address,
        name=line(fields, "name"),
        language=language,
        contact=line(fields, "contact"),
        words=line(fields, "words"),
        automatic=fields.get("silent") != "yes",
    )
    await visit.office.in_store(visit.office.store.keep_wish, wanted, visit.who.person, visit.now)
    return ""
