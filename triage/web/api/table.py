"""The ways of the API, made from the routes of the page: what is not in that table is not here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from starlette.responses import JSONResponse, Response

from triage.core.streamed import TOLD
from triage.web.api import enclosed, reading
from triage.web.api.alike import alike
from triage.web.api.described import DEEDS
from triage.web.api.doing import by_json, switch_on
from triage.web.api.hours import SWITCHES
from triage.web.api.openapi import REPLAY, Way, document, shown
from triage.web.api.people import RULES
from triage.web.api.replying import first_mail, reply
from triage.web.api.schemas import BYTES
from triage.web.api.takes import Takes
from triage.web.api.told import VERSION, of_program
from triage.web.door.pace import TOKEN_BURST, TOKEN_RATE
from triage.web.reading import reader
from triage.web.render import page
from triage.web.routes import Handler, Names, Route, Visit
from triage.web.shell import shell
from triage.web.thread import mails
from triage.web.writing import form

_PAGE = {
    "limit": f"Rows of an answer, {reading.MOST} at most.",
    "cursor": "Where to go on: `next` of the answer before.",
}
_SEARCH = {
    "q": "Words and operators: from: to: subject: queue: owner: is: has: before: after:",
    **_PAGE,
}
_MAIL = "/tickets/{ticket}/messages/{message}"
_MACRO = {
    "name": "One of them: `text` is the whole of it, `body` what is between greeting and signature,"
    " `missing` what nobody could fill in."
}
_FILED = {"view": "spam or automatic."}
_TIME = {
    "period": "today, 7d or 28d.",
    "from": "The first day, 2026-11-01.",
    "to": "The last day.",
    "queue": "Of one queue alone.",
}


def _reads(
    path: str,
    handler: Handler,
    summary: str,
    gives: str = "object",
    asks: Mapping[str, str] | None = None,
    names: Names = Names.NOTHING,
) -> Way:
    route = Route(path=f"{VERSION}{path}", method="GET", handler=handler, names=names)
    return Way(route=route, takes=Takes(summary=summary, gives=gives), asks=asks or {})


READINGS: Sequence[Way] = (
    _reads("/me", reading.me, "Say whose token it is, and what it may see"),
    _reads("/views/{view}", reading.view, "List a view", "rows", _PAGE),
    _reads(
        "/queues/{queue}",
        reading.one_queue,
        "List what waits in a queue, in the order in which it must be answered",
        "rows",
        _PAGE,
        Names.QUEUE,
    ),
    _reads(
        "/tickets/{ticket}",
        reading.ticket,
        "Show a ticket whole: thread, reasons, clocks, what was sent, what happened",
        "ticket",
        names=Names.TICKET,
    ),
    _reads(
        f"{_MAIL}/files",
        enclosed.files,
        "List the files of a mail: `attachments` of the thread says how many there are",
        "files",
        names=Names.TICKET,
    ),
    _reads(
        f"{_MAIL}/files/{{file}}",
        mails.file,
        "Fetch one file of a mail, whatever it says that it is",
        BYTES,
        names=Names.TICKET,
    ),
    _reads(
        f"{_MAIL}/mail.eml",
        mails.whole,
        "Fetch a mail byte for byte as it came",
        BYTES,
        names=Names.TICKET,
    ),
    _reads(
        "/tickets/{ticket}/macros",
        form.macro,
        "List the replies that are proposed, or fill one in for a ticket",
        asks=_MACRO,
        names=Names.TICKET,
    ),
    _reads("/macros", form.macro, "List the replies, or fill one in for a first mail", asks=_MACRO),
    _reads("/search", reading.search, "Find tickets by words and operators", "rows", _SEARCH),
    _reads("/filed", reading.filed, "List mail that became no ticket", asks=_FILED),
    _reads(
        "/filed/{filed}",
        reading.one_filed,
        "Show a mail that became no ticket, with its words",
        names=Names.FILED,
    ),
    _reads("/switches", reading.switches, "List what is set for the hour"),
    _reads(
        "/service",
        reading.how_it_is,
        "Say how mailboxes, relay and rules are: `tone` is good, mid or bad",
    ),
    _reads(
        "/report",
        reading.report,
        "Tell how a time went, as `triage report --json` does",
        asks=_TIME,
    ),
)


_INSTEAD: Mapping[str, Handler] = {
    "/ticket/{ticket}/reply": reply,
    "/new/send": first_mail,
    "/ticket/{ticket}/alike": alike,
}
"""Whose answer on the page is a form that is looked at again, and nothing for programs."""


def ways(pages: Sequence[Route]) -> tuple[Way, ...]:
    """Return every way of the API over these routes of the page."""
    return (*READINGS, *_deeds(pages), *_switches(pages))


def _deeds(pages: Sequence[Route]) -> Iterator[Way]:
    for route in pages:
        takes = DEEDS.get(route.path) if route.method == "POST" else None
        if takes is not None:
            path = f"{VERSION}{takes.path}" if takes.path else of_program(route.path)
            route = replace(route, handler=_INSTEAD.get(route.path, route.handler))  # noqa: PLW2901
            made = replace(route, path=path, handler=by_json(route, takes))
            yield Way(route=made, takes=takes, asks={})


def _switches(pages: Sequence[Route]) -> Iterator[Way]:
    by_path = {route.path: route for route in pages if route.method == "POST"}
    for name, takes in SWITCHES.items():
        route = by_path.get(f"/team/hour/{name}")
        if route is not None:
            route = replace(route, handler=switch_on(name))
            path = f"{VERSION}/switches/{name}"
            yield Way(
                route=replace(route, path=path, handler=by_json(route, takes)),
                takes=takes,
                asks={},
            )


def api(pages: Sequence[Route]) -> tuple[Route, ...]:
    """Return the routes of the API over those of the page, and those of its document."""
    every = ways(pages)

    async def for_programs(visit: Visit) -> Response:
        return JSONResponse(_document(visit, every))

    async def for_people(visit: Visit) -> Response:
        read = reader(visit)
        counts = await visit.office.read(lambda db: db.rail(visit.now))
        return page(
            "api.html",
            read,
            ways=tuple(map(shown, every)),
            address=visit.office.settings.address,
            burst=TOKEN_BURST,
            a_minute=int(TOKEN_RATE * 60),
            events=sorted(set(TOLD.values())),
            replay=REPLAY,
            people=RULES,
            **shell(visit, read, "/api", counts),
        )

    return (
        *(way.route for way in every),
        Route(path=f"{VERSION}/openapi.json", method="GET", handler=for_programs),
        Route(path="/api", method="GET", handler=for_people),
    )


def _document(visit: Visit, every: Sequence[Way]) -> dict[str, object]:
    office = visit.office
    return document(every, office.settings.address, office.policy().settings.brand)
