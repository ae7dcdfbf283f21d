"""One answer to tickets that are all alike, by a program: seen for each first, then sent to each.

A ticket is named with what was seen of it, `T-ABC1234:57`: one on which something came since is
left out, and named.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from triage.errors import NotPossible
from triage.web.api.letters import BATCH
from triage.web.api.replying import doubted, doubts_shape
from triage.web.api.told import of_program
from triage.web.fields import whole_number
from triage.web.reading import reader
from triage.web.routes import Visit
from triage.web.said import said
from triage.web.writing.alike import (
    Given,
    Together,
    held_of,
    in_row,
    is_batch,
    send,
    together,
)
from triage.web.writing.held import HeldBack
from triage.web.writing.typed import text_of


async def alike(visit: Visit) -> Response:
    """Say what each ticket of a row would get, or send it off. Raises: NotPossible."""
    fields = await visit.request.form()
    key, sends = str(fields.get("key", "")), fields.get("step") == "send"
    if key and not is_batch(key):
        return said(visit.request, 422, f"'key' is {BATCH}.".replace("`", "'"))
    seen = _seen(fields)
    if sends and (None in seen.values() or not seen):
        return said(visit.request, 428, "'ticket' names each with what was seen: T-ABC1234:57.")
    given = Given(
        text=text_of(fields).strip("\n"),
        key=key or secrets.token_urlsafe(18),
        seen={name: last for name, last in seen.items() if last is not None},
        chosen=frozenset(seen) or None,
    )
    reference = str(visit.request.path_params["ticket"])
    known = await visit.office.read(lambda db: in_row(db, visit, reference, given))
    made = together(visit, known, given)
    held = await held_of(visit, made)
    if not sends:
        return _told(visit, made, held)
    looked = {str(one) for one in fields.getlist("looked")}
    if held is not None and any(one.blocks or one.key not in looked for one in held.doubts):
        return doubted(visit, held.doubts)
    made = await send(visit, made)
    if not made.sent:
        raise NotPossible(" ".join(one["why"] for one in _refused(visit, made)))
    return _told(visit, made, held)


def _seen(fields: FormData) -> Mapping[str, int | None]:
    """Return up to what each ticket was seen; None: nobody says so."""
    named = (str(one).partition(":") for one in fields.getlist("ticket"))
    return {reference: whole_number(last) for reference, _, last in named}


def _refused(visit: Visit, made: Together) -> list[dict[str, str]]:
    """Return which tickets were named and left out, and why."""
    why = {one.reference: one.why for one in made.ones}
    none = reader(visit).say("There is no such ticket.")
    return [
        {"ticket": name, "why": why.get(name, none)}
        for name in sorted(made.given.chosen or why)
        if why.get(name, none)
    ]


def _told(visit: Visit, made: Together, held: HeldBack | None) -> Response:
    """Say what each gets, and how all of it is called back."""
    row, sent = made.known[0].ticket.row, made.sent
    words = reader(visit).say(
        "%(num)s mails leave in %(seconds)s s, each to one requester.",
        num=len(sent),
        seconds=visit.office.settings.undo,
    )
    back = of_program(f"/ticket/{row.reference}/alike-back")
    return JSONResponse(
        {
            "said": words if sent else reader(visit).say("Preview"),
            "ticket": row.reference,
            "revision": row.revision,
            "undo": back if sent else None,
            "key": made.given.key,
            "alike": row.alike,
            "mails": [
                {
                    "ticket": f"{one.reference}:{known.about.seen}",
                    "who": one.who,
                    "to": one.to,
                    "text": one.text,
                    "chosen": one.chosen,
                    "why": one.why,
                }
                for one, known in zip(made.ones, made.known, strict=True)
            ],
            "doubts": doubts_shape(held.doubts if held is not None else ()),
            "sent": list(sent),
            "refused": _refused(visit, made),
        }
    )
