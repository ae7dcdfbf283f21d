"""What a form is told by the server: pieces of itself as HTML, and values of its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import escape
from starlette.responses import Response

from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.replying import DraftSort
from triage.store.views import TicketView
from triage.web.reading import reader
from triage.web.render import page, text
from triage.web.routes import Visit
from triage.web.shell import HOME, back_to, shell
from triage.web.thread.pane import pane
from triage.web.thread.sight import Sight, sight, standing
from triage.web.writing.composer import Composer, composer, new_composer
from triage.web.writing.panel import Panel
from triage.web.writing.underway import underway


def compose(db: Store, visit: Visit, reference: str, chosen: DraftSort | None) -> Composer:
    """Return the form of a ticket, or that of a new mail where `reference` is ""."""
    if not reference:
        return new_composer(db, visit)
    ticket = db.ticket(reference)
    return composer(visit, ticket, underway(db, ticket, visit.who), chosen)


def panel_of(made: Composer, sort: DraftSort) -> Panel:
    """Return one of the forms."""
    return next(panel for panel in made.panels if panel.form is sort)


async def afresh(visit: Visit, reference: str, sort: DraftSort) -> dict[str, Any]:
    """Return what makes a form as it is now on the server: with its draft, or fresh."""
    made = await visit.office.read(lambda db: compose(db, visit, reference, sort))
    panel = panel_of(made, sort)
    values = {"text": panel.text, "key": panel.key, "seen": str(made.seen)}
    if panel.form is not DraftSort.NOTE:
        values["to"] = panel.to
    if panel.copies:
        values |= {"cc": panel.cc, "by": panel.by}
    if panel.subject is not None:
        values["subject"] = panel.subject
    return {"parts": parts(visit, made, panel), "values": values}


def parts(visit: Visit, made: Composer, panel: Panel) -> dict[str, str]:
    """Return the pieces of a form that change while somebody writes."""
    read = reader(visit)
    found = {
        ".saved": str(escape(panel.saved)),
        ".held-place": text("held.html", read, panel=panel, composer=made) if panel.held else "",
    }
    if panel.form is not DraftSort.NOTE:
        found[".files"] = text("files.html", read, panel=panel, composer=made)
        found[".strange"] = ""
    return found


async def whole(
    visit: Visit,
    reference: str,
    sort: DraftSort | None,
    change: Callable[[Composer, TicketView | None], Composer],
    status: int = 200,
) -> Response:
    """Return a page of a form alone, with its ticket below it: read at one moment, then changed."""
    read = reader(visit)
    back = back_to(visit.request.query_params.get("from", ""))

    def look(db: Store) -> tuple[Sight | None, Composer, tuple[QueueCount, ...]]:
        counts = db.rail(visit.now)
        if not reference:
            return None, change(new_composer(db, visit), None), counts
        seen = sight(db, standing(db, reference), visit.who)
        made = composer(visit, seen.ticket, seen.writing, sort)
        return seen, change(made, seen.ticket), counts

    seen, made, counts = await visit.office.read(look)
    around = {"composer": made} if seen is None else pane(visit, seen, made)
    return page(
        "answer.html",
        read,
        status,
        **shell(visit, read, HOME, counts),
        back=back,
        ticket=seen is not None,
        **around,
    )
