"""What an admin decides on the page: which set runs, and which heads judge. All of it is audited.

A set is put in force the one way there is: an order stands in the store, the daemon is told to
look, and says what became of it. A draft is applied only as it was tested and replayed: files that
have changed since are others, and go through the gate anew.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from triage.errors import NotPossible
from triage.store.protocol import Store
from triage.store.verdicts import VERDICT, Order, Said, read_said
from triage.store.versions import Held
from triage.web.fields import whole_number
from triage.web.reading import reader
from triage.web.routes import Handler, Visit

PATIENCE = 8.0
"""Seconds for which the page waits for the daemon's word: a set may teach the model anew."""

_LOOK = 0.2


async def apply(visit: Visit) -> Response:
    """Put the draft in force that waits, as it was tested and replayed."""
    fields, read = await visit.request.form(), reader(visit)
    draft = await visit.office.read(lambda db: db.draft())
    if draft is None or draft.digest != str(fields.get("digest", "")):
        raise NotPossible(read.say("Other files wait by now, or none. Look again."))
    if draft.state is not Held.CHANGES_MUCH or not draft.replay:
        raise NotPossible(read.say("It was not replayed: apply it by its command."))
    order = Order(
        id=secrets.token_hex(8),
        at=visit.now,
        person=visit.who.person,
        how="apply on the page",
        digest=draft.digest,
        tests=draft.tests,
        replay=draft.replay,
    )
    said = await _ordered(visit, order)
    await visit.note(visit.who.person, "rules_applied", draft.digest)
    if said is not None and said.policy != draft.digest:
        raise NotPossible(read.say("The files have changed since it was replayed. Look again."))
    return RedirectResponse("/rules" if said is not None else "/rules?asked=1", 303)


async def roll_back(visit: Visit) -> Response:
    """Put an earlier set in force again; the files on disk wait then."""
    fields, read = await visit.request.form(), reader(visit)
    every = await visit.office.read(lambda db: db.applied_sets())
    asked = str(fields.get("number", ""))
    target = next((one for one in every[1:] if str(one.number) == asked), None)
    if target is None:
        raise NotPossible(read.say("There is no such set any more."))
    order = Order(
        id=secrets.token_hex(8),
        at=visit.now,
        person=visit.who.person,
        how=f"rollback to {target.number}",
        digest=target.digest,
        number=target.number,
    )
    said = await _ordered(visit, order)
    await visit.note(visit.who.person, "rules_rolled_back", str(target.number))
    if said is not None and said.faults:
        raise NotPossible(read.say("It cannot be used any more: %(why)s", why=said.faults[0]))
    return RedirectResponse("/rules" if said is not None else "/rules?asked=1", 303)


async def _ordered(visit: Visit, order: Order) -> Said | None:
    """Give an order, and return what the daemon made of it; None: it has not said so yet.

    Raises: NotPossible where another one is not carried out yet.
    """
    office = visit.office
    other = await office.in_store(office.store.put_order, order)
    office.renew()
    if other is not None:
        told = reader(visit).say(
            "What %(name)s ordered is not carried out yet. Try again.", name=other.person
        )
        raise NotPossible(told)
    until = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < until:
        said = await office.read(lambda db: read_said(db.setting(VERDICT)))
        if said is not None and said.order == order.id:
            return said
        await asyncio.sleep(_LOOK)
    return None


def heads(name: str) -> Handler:
    """Return the handler of a deed on heads: a running daemon follows within a second."""
    does = HEADS[name]

    async def handler(visit: Visit) -> Response:
        fields = await visit.request.form()
        number = whole_number(fields.get("number", ""))
        if not number:
            raise NotPossible(reader(visit).say("Say which heads."))
        office = visit.office
        await office.in_store(does(office.store), number, visit.who.person, visit.now)
        await visit.note(visit.who.person, f"heads_{name}", str(number))
        return RedirectResponse("/rules/model", 303)

    return handler


HEADS: Mapping[str, Callable[[Store], Callable[[int, str, datetime], object]]] = {
    "approve": lambda store: store.approve_heads,
    "reject": lambda store: store.reject_heads,
    "rollback": lambda store: store.roll_back,
}
"""What is decided over heads, by the last word of its path."""
