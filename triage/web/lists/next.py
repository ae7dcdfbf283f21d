"""The next to answer: one key, and no choosing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from triage.web.htmx import by_htmx
from triage.web.lists.offering import for_visitor
from triage.web.routes import Visit
from triage.web.shell import back_to


async def show(visit: Visit) -> Response:
    """Open what the visitor answers next, but for the ticket `after`, beside the list `from`.

    From the list of a queue it is the next of that queue. Where nothing is left it is the list.
    """
    asked = visit.request.query_params
    back = back_to(asked.get("from", ""))
    path, query = urlsplit(back).path, dict(parse_qsl(urlsplit(back).query))
    queue = path.removeprefix("/queue/") if path.startswith("/queue/") else ""
    if queue and not visit.who.sees(queue, queue):
        queue = ""
    queues = frozenset({queue}) if queue else visit.who.queues

    waiting = await visit.office.read(lambda db: db.in_turn())
    rows = for_visitor(visit, waiting, queues)
    seen = asked.get("after", "")
    chosen = visit.office.turns.serve(visit.who.name, rows, seen, visit.now)
    if chosen is None:
        return RedirectResponse(back, 303)
    if by_htmx(visit.request):
        pane = urlencode({"from": back})
        return RedirectResponse(f"/ticket/{chosen.reference}?{pane}", 303)
    return RedirectResponse(f"{path}?{urlencode(query | {'open': chosen.reference})}", 303)
