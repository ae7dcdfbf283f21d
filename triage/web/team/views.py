"""The team's views: how a time went, what is ahead, what holds for the hour, and the service.

Who sees what: every agent sees the figures of the team, and of people their own alone; those of
each person are for leads, as is the whole ledger of gifts, and what is wrong with the rules. Who
may see but some queues gets the figures of one of them at a time, and nothing that tells of the
whole desk: no forecast, staffing, budget or sender. Requesters stand in all of it by initials.

What is slow is read by `slow.py`: four weeks of 1,500 mails a day take two seconds of one core,
once a minute, and no other page waits for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from triage.store.round import VoiceKind
from triage.web.names import Names
from triage.web.reading import reader
from triage.web.render import Reader, marked, page
from triage.web.routes import Handler, Visit
from triage.web.said import not_found
from triage.web.sheets import Sheet, csv_of
from triage.web.shell import shell
from triage.web.team import ahead, goodwill, hour
from triage.web.team import answers as teamsheets
from triage.web.team import missed as missedsheets
from triage.web.team import voices as voicesheets
from triage.web.team.figures import Asked, asked, figures_of, forecast_of
from triage.web.team.period import SPANS, TITLES
from triage.web.team.service import service
from triage.web.team.tiles import tiles

PARTS: Mapping[str, str] = {
    "": marked("Today"),
    "answers": marked("Answers"),
    "missed": marked("Missed"),
    "staffing": marked("Staffing"),
    "voices": marked("Voices"),
    "goodwill": marked("Goodwill"),
    "hour": marked("For the hour"),
    "service": marked("Service"),
}
"""The views by the last word of their path, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one view shows: its tables, what else its template is filled in with, and that one.

    `timed`: it is about a time, which can be chosen.
    """

    sheets: tuple[Sheet, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    template: str = "team.html"
    timed: bool = True


Part = Callable[[Visit, Reader, Asked], Awaitable[Shown]]


def part(name: str) -> Handler:
    """Return the handler of one view; `?format=csv&table=NAME` takes one of its tables."""
    make = _PARTS[name]

    async def handler(visit: Visit) -> Response:
        read, asks = reader(visit), asked(visit)
        if asks is None:
            return not_found(visit.request)
        shown = await make(visit, read, asks)
        if visit.request.query_params.get("format") == "csv":
            return _csv(visit, shown, asks)
        return await _page(visit, read, name, asks, shown)

    return handler


def _csv(visit: Visit, shown: Shown, asks: Asked) -> Response:
    of = "" if asks.queue is None else f"{asks.queue}-"
    wanted = visit.request.query_params.get("table")
    name = f"{of}{asks.period.first}-{asks.period.last}"
    return csv_of(shown.sheets, wanted, name) or not_found(visit.request)


async def _page(
    visit: Visit, read: Reader, name: str, asks: Asked, shown: Shown, status: int = 200
) -> Response:
    counts = await visit.office.read(lambda db: db.rail(visit.now))
    here = "/team" + (f"/{name}" if name else "")
    return page(
        shown.template,
        read,
        status,
        title=read.say(PARTS[name]),
        part=name,
        here=here,
        parts=_parts(read, asks),
        asks=asks,
        timed=shown.timed,
        periods=tuple((span, read.say(TITLES[span])) for span in SPANS),
        queues=_queues(visit),
        sheets=shown.sheets,
        query=_query(asks),
        zone=visit.office.policy().roster.hours.zone.key,
        **shown.more,
        **shell(visit, read, "/team", counts),
    )


def _parts(read: Reader, asks: Asked) -> tuple[tuple[str, str, str], ...]:
    query = _query(asks)
    return tuple(
        (name, f"/team/{name}?{query}" if name else f"/team?{query}", read.say(title))
        for name, title in PARTS.items()
        if asks.everything or name != "staffing"
    )


def _query(asks: Asked) -> str:
    return asks.period.query + (f"&{urlencode({'queue': asks.queue})}" if asks.queue else "")


def _queues(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return the queues whose figures the visitor may ask for."""
    return tuple(
        (name, queue.title)
        for name, queue in visit.office.policy().queues.items()
        if visit.who.sees(name, name)
    )


async def _today(visit: Visit, read: Reader, asks: Asked) -> Shown:
    found = await figures_of(visit, asks)
    every = await visit.office.read(lambda db: db.switches(visit.now))
    names = Names(policy=visit.office.policy())
    sheets: tuple[Sheet, ...] = ()
    lines: tuple[str, ...] = ()
    if asks.everything:
        expected = await forecast_of(visit)
        lines, sheets = ahead.said_of(read, expected), (ahead.misses(read, expected, names),)
    return Shown(
        sheets=sheets,
        template="team_today.html",
        more={
            "tiles": tuple(tiles(read, found)),
            "expected": lines,
            "held": hour.held(visit, every),
            "service": await service(visit, read),
        },
    )


async def _answers(visit: Visit, read: Reader, asks: Asked) -> Shown:
    found, names = await figures_of(visit, asks), Names(policy=visit.office.policy())
    sheets = (
        *teamsheets.answers(read, found, names, asks.mine),
        missedsheets.promises(read, found),
    )
    return Shown(sheets=sheets, more={"tiles": tuple(tiles(read, found))})


async def _missed(visit: Visit, read: Reader, asks: Asked) -> Shown:
    found, names = await figures_of(visit, asks), Names(policy=visit.office.policy())
    back = f"/team/missed?{_query(asks)}"
    return Shown(
        sheets=(
            missedsheets.reasons(read, found),
            missedsheets.missed(read, found, names, back),
        )
    )


async def _staffing(visit: Visit, read: Reader, asks: Asked) -> Shown:
    if not asks.everything:
        return Shown()
    found, expected = await figures_of(visit, asks), await forecast_of(visit)
    return Shown(
        sheets=(
            missedsheets.staffing(read, found),
            ahead.misses(read, expected, Names(policy=visit.office.policy())),
            ahead.scored(read, expected),
        ),
        more={"expected": ahead.said_of(read, expected)},
    )


async def _voices(visit: Visit, read: Reader, asks: Asked) -> Shown:
    found, names = await figures_of(visit, asks), Names(policy=visit.office.policy())
    back = f"/team/voices?{_query(asks)}"
    return Shown(
        sheets=(
            voicesheets.voices(read, found, names, VoiceKind.COMPLAINT, back),
            voicesheets.voices(read, found, names, VoiceKind.COMPLIMENT, back),
            voicesheets.leaving(read, found, names),
            voicesheets.causes(read, found, names),
        )
    )


async def _goodwill(visit: Visit, read: Reader, asks: Asked) -> Shown:
    sheets, more = await goodwill.month(visit, read, asks)
    return Shown(sheets=sheets, more=more, template="team_goodwill.html", timed=False)


async def _hour(visit: Visit, read: Reader, _asks: Asked) -> Shown:
    return await _forms(visit, read, "", {})


async def _forms(visit: Visit, read: Reader, wrong: str, typed: Mapping[str, Any]) -> Shown:
    every = await visit.office.read(lambda db: db.switches(visit.now))
    more = hour.forms(visit, read) | {"held": hour.held(visit, every), "wrong": wrong}
    return Shown(more={**more, "typed": typed}, template="team_hour.html", timed=False)


async def _service(visit: Visit, read: Reader, asks: Asked) -> Shown:
    found = await figures_of(visit, asks)
    more = {"service": await service(visit, read)}
    return Shown(sheets=missedsheets.silent(read, found), more=more, template="team_service.html")


_PARTS: Mapping[str, Part] = {
    "": _today,
    "answers": _answers,
    "missed": _missed,
    "staffing": _staffing,
    "voices": _voices,
    "goodwill": _goodwill,
    "hour": _hour,
    "service": _service,
}


async def hour_again(visit: Visit, wrong: str, typed: Mapping[str, Any]) -> Response:
    """Show the forms of the hour again, with what is wrong and what was typed."""
    read, asks = reader(visit), asked(visit)
    if asks is None:
        return not_found(visit.request)
    return await _page(visit, read, "hour", asks, await _forms(visit, read, wrong, typed), 409)
