"""One deed for many tickets that were chosen in a list: what cannot be done to one is told."""

from __future__ import annotations

import re

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from triage.errors import NotPossible
from triage.store.deeds import Asked, Outcome
from triage.web.htmx import by_htmx, with_toast
from triage.web.reading import reader
from triage.web.routes import Handler, Visit
from triage.web.said import said, wants_json
from triage.web.shell import back_to
from triage.web.thread.asked import Wants, doer
from triage.web.thread.deeds import why

MOST = 100
"""Tickets that are dealt with in one go."""

_SEEN = re.compile(r"(T-[0-9A-Za-z]{7}):([0-9]{1,17})")


def bulk(name: str, wants: Wants) -> Handler:
    """Return the handler of a deed for many: each field `ticket` is `T-…:revision`."""

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        asked = _chosen(visit, fields)
        wanted, store = wants(visit, fields), visit.office.store
        outcome = await visit.office.in_store(
            store.do, asked, wanted.deed, name, doer(visit), visit.now
        )
        undo = f"/undo/{outcome.number}" if outcome.number else None
        told = _told(visit, outcome, wanted.told)
        if wants_json(visit.request):
            return _as_json(visit, outcome, undo, told)
        if not outcome.done:
            raise NotPossible(told)
        if by_htmx(visit.request):
            return with_toast(Response(status_code=204), told, undo)
        if outcome.refused:
            return said(visit.request, 409, told)
        return RedirectResponse(back_to(str(fields.get("from", ""))), 303)

    return handler


def _chosen(visit: Visit, fields: FormData) -> list[Asked]:
    """Return the tickets that were chosen, each once. Raises: NotPossible."""
    given = dict.fromkeys(map(str, fields.getlist("ticket")))
    found = [_SEEN.fullmatch(one) for one in given]
    read = reader(visit)
    chosen = [Asked(one[1], int(one[2])) for one in found if one is not None]
    if not chosen or len(chosen) != len(found):
        raise NotPossible(read.say("Choose tickets first."))
    if len(chosen) > MOST:
        raise NotPossible(read.say("At most %(most)s tickets at once.", most=MOST))
    return chosen


def _told(visit: Visit, outcome: Outcome, told: str) -> str:
    """Say what went, and each that did not."""
    read, number = reader(visit), len(outcome.done)
    went = read.count("%(num)s ticket.", "%(num)s tickets.", number)
    parts = [told, went] if number else [read.say("Nothing was done.")]
    parts += [f"{one.reference}: {why(one, visit)}" for one in outcome.refused[:5]]
    if len(outcome.refused) > 5:
        more = len(outcome.refused) - 5
        parts.append(read.count("%(num)s more not.", "%(num)s more not.", more))
    return " ".join(parts)


def _as_json(visit: Visit, outcome: Outcome, undo: str | None, told: str) -> Response:
    refused = [{"ticket": one.reference, "why": why(one, visit)} for one in outcome.refused]
    if not outcome.done:
        return said(visit.request, 409, told, {"refused": refused})
    return JSONResponse(
        {"said": told, "done": list(outcome.done), "refused": refused, "undo": undo}
    )
