"""Every route of the page, in one table: what is not in it is not there.

The tests are made from this table too: a route for which nobody said who may ask does not exist.
"""

from __future__ import annotations

from triage.core.accounts import Role
from triage.web import static
from triage.web.api.table import api
from triage.web.door import audit, byprovider, login, me
from triage.web.lists import bulk, filed, queue, search
from triage.web.lists import next as turn
from triage.web.live import here
from triage.web.live import stream as live
from triage.web.routes import SMALL, Names, Route
from triage.web.rules.routes import RULES
from triage.web.team.routes import TEAM
from triage.web.thread import deeds, mails
from triage.web.thread import show as thread
from triage.web.thread.asked import WANTS
from triage.web.writing.routes import WRITING

PAGES: tuple[Route, ...] = (
    Route(path="/login", method="GET", handler=login.form, role=None),
    Route(path="/login", method="POST", handler=login.enter, role=None, largest=SMALL),
    Route(path="/login/provider", method="GET", handler=byprovider.begin, role=None),
    Route(path=byprovider.BACK, method="GET", handler=byprovider.end, role=None),
    Route(path="/logout", method="POST", handler=login.leave),
    Route(path="/logout/everywhere", method="POST", handler=login.leave_everywhere),
    Route(path="/me", method="GET", handler=me.show),
    Route(path="/me", method="POST", handler=me.keep, largest=SMALL),
    Route(path="/me/password", method="POST", handler=me.change_password, largest=SMALL),
    Route(path="/static/{digest}/{name}", method="GET", handler=static.file, role=None),
    Route(path="/", method="GET", handler=queue.first),
    Route(path="/events", method="GET", handler=live.events),
    Route(path="/view/{view}", method="GET", handler=queue.view),
    Route(path="/queue/{queue}", method="GET", handler=queue.one_queue, names=Names.QUEUE),
    Route(path="/ticket/{ticket}", method="GET", handler=thread.show, names=Names.TICKET),
    *(
        Route(
            path=f"/ticket/{{ticket}}/message/{{message}}/{name}",
            method="GET",
            handler=handler,
            names=Names.TICKET,
        )
        for name, handler in (
            ("original", mails.original),
            ("file/{file}", mails.file),
            ("source", mails.source),
            ("mail.eml", mails.whole),
        )
    ),
    *(
        Route(
            path=f"/ticket/{{ticket}}/{name}",
            method="POST",
            handler=handler,
            names=Names.TICKET,
            largest=SMALL,
        )
        for name, handler in deeds.DEEDS.items()
    ),
    Route(
        path="/ticket/{ticket}/undo/{deed}",
        method="POST",
        handler=deeds.undo,
        names=Names.TICKET,
        largest=SMALL,
    ),
    Route(path="/undo/{deed}", method="POST", handler=deeds.undo, largest=SMALL),
    *(
        Route(
            path=f"/bulk/{name}", method="POST", handler=bulk.bulk(name, wants), largest=16 * 1024
        )
        for name, wants in WANTS.items()
    ),
    Route(
        path="/ticket/{ticket}/presence",
        method="POST",
        handler=here.here,
        names=Names.TICKET,
        largest=1024,
    ),
    Route(path="/next", method="GET", handler=turn.show),
    Route(path="/search", method="GET", handler=search.show),
    Route(path="/filed/{filed}", method="GET", handler=filed.one, names=Names.FILED),
    *(
        Route(
            path=f"/filed/{{filed}}/{name}",
            method="POST",
            handler=handler,
            names=Names.FILED,
            largest=SMALL,
        )
        for name, handler in filed.DEEDS.items()
    ),
    *TEAM,
    *RULES,
    *WRITING,
    Route(path="/audit", method="GET", handler=audit.show, role=Role.ADMIN),
)
"""What people ask for."""

ROUTES: tuple[Route, ...] = (*PAGES, *api(PAGES))
