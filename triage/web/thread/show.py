"""One ticket: what was written, what was decided and why."""

from __future__ import annotations

from starlette.responses import Response

from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.web.htmx import by_htmx
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Visit
from triage.web.shell import back_to, shell
from triage.web.thread.pane import pane
from triage.web.thread.sight import Sight, sight, standing


async def show(visit: Visit) -> Response:
    """Show a ticket: the pane alone where a list asks for it, else a page of its own."""
    read, name = reader(visit), str(visit.request.path_params["ticket"])
    back = back_to(visit.request.query_params.get("from", ""))
    if by_htmx(visit.request):
        seen = await visit.office.read(lambda db: sight(db, standing(db, name), visit.who))
        return page("pane.html", read, back=back, **pane(visit, seen))

    def look(db: Store) -> tuple[Sight, tuple[QueueCount, ...]]:
        return sight(db, standing(db, name), visit.who), db.rail(visit.now)

    seen, counts = await visit.office.read(look)
    return page(
        "thread.html", read, back=back, **shell(visit, read, back, counts), **pane(visit, seen)
    )
