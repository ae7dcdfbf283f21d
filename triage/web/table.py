"""Every route of the page, in one table: what is not in it is not there.

The tests are made from this table too: a route for which nobody said who may ask does not exist.
"""

from __future__ import annotations

from triage.web import deeds, live, login, mails, queue, static, thread
from triage.web.routes import Names, Route
from triage.web.teamroutes import TEAM

ROUTES: tuple[Route, ...] = (
    Route(path="/login", method="GET", handler=login.form, role=None),
    Route(path="/login", method="POST", handler=login.enter, role=None, largest=8 * 1024),
    Route(path="/logout", method="POST", handler=login.leave),
    Route(path="/logout/everywhere", method="POST", handler=login.leave_everywhere),
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
            handler=deeds.deed(name, does),
            names=Names.TICKET,
            largest=8 * 1024,
        )
        for name, does in deeds.DEEDS.items()
    ),
    *TEAM,
)
