"""One ticket: what was written, what was decided and why."""

from __future__ import annotations

from starlette.responses import Response

from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.views import TicketView
from triage.web.htmx import by_htmx
from triage.web.pane import pane
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Visit
from triage.web.shell import back_to, shell


async def show(visit: Visit) -> Response:
    """Show a ticket: the pane alone where a list asks for it, else a page of its own."""
    read, name = reader(visit), str(visit.request.path_params["ticket"])
    back = back_to(visit.request.query_params.get("from", ""))
    if by_htmx(visit.request):
        ticket = await visit.office.read(lambda db: db.ticket(name))
        return page("pane.html", read, back=back, **pane(visit, ticket))

    def look(db: Store) -> tuple[TicketView, tuple[QueueCount, ...]]:
        return db.ticket(name), db.rail(visit.now)

    ticket, counts = await visit.office.read(look)
    return page(
        "thread.html", read, back=back, **shell(visit, read, back, counts), **pane(visit, ticket)
    )
