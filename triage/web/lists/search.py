"""Search: what was typed, what it found, or what is wrong with it and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from triage.core.query import Fault, Names, NotUnderstood, Sought, understood
from triage.core.ticket import MessageId
from triage.store.lists import QueueCount
from triage.store.protocol import Store
from triage.store.searched import Hits
from triage.web.fields import whole_number
from triage.web.lists.queue import opened
from triage.web.lists.rows import Row, row_of
from triage.web.reading import reader
from triage.web.render import Reader, marked, page
from triage.web.routes import Visit
from triage.web.shell import shell
from triage.web.thread.pane import pane
from triage.web.thread.sight import Sight, in_sight

MOST = 100
_REFERENCE = re.compile(r"[Tt]-[0-9A-Za-z]{7}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with what was typed: `before`, `word` and `beyond` are what was typed."""

    text: str
    before: str
    word: str
    beyond: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and what is said of it; `further` is the path of what comes next."""

    rows: tuple[Row, ...]
    said: str
    further: str


_FAULTS: Mapping[Fault, str] = {
    Fault.UNKNOWN_OPERATOR: marked("There is no %(word)s: to look by. There is: %(hint)s."),
    Fault.UNKNOWN_VALUE: marked("There is no '%(word)s' here. Was meant: %(hint)s?"),
    Fault.NO_DATE: marked("'%(word)s' is no day: 2026-11-01, 2026-11, today, yesterday, 7d, 2w."),
    Fault.NO_VALUE: marked("After %(word)s: something has to follow, without a blank."),
    Fault.OPEN_QUOTE: marked("This quotation mark is never closed."),
    Fault.TOO_LONG: marked("That is too much to look for at once."),
    Fault.NOTHING_TO_FIND: marked("There is no letter in '%(word)s' to look for."),
    Fault.TOO_SHORT: marked("Before the * two letters have to stand."),
}


async def show(visit: Visit) -> Response:
    """Show what was found for `q`, below the mail `below` where it goes on."""
    read, asked = reader(visit), visit.request.query_params
    typed, below = asked.get("q", "").strip(), whole_number(asked.get("below", ""))
    named = _REFERENCE.fullmatch(typed) is not None
    if named and await visit.office.read(lambda db: in_sight(db, typed, visit.who)):
        return RedirectResponse(f"/ticket/{typed.upper()}?from=/search", 303)
    sought, wrong = Sought(), None
    try:
        sought = understood(typed, names_of(visit), visit.now, read.zone)
    except NotUnderstood as exc:
        wrong = wrong_in(exc, typed, read)
    start = None if below is None else MessageId(below)

    def look(db: Store) -> tuple[Hits | None, tuple[QueueCount, ...], Sight | None]:
        hits = None
        if not sought.empty:
            hits = db.search(sought, visit.who.queues, visit.now, MOST, start)
        return hits, db.rail(visit.now), opened(db, visit)

    hits, counts, sight = await visit.office.read(look)
    here = f"/search?{urlencode({'q': typed})}" if typed else "/search"
    return page(
        "search.html",
        read,
        title=typed or read.say("Search"),
        typed=typed,
        wrong=wrong,
        found=None if hits is None else _found(visit, read, hits, typed),
        here=here,
        back=here,
        opened=sight is not None,
        **shell(visit, read, here, counts),
        **({} if sight is None else pane(visit, sight)),
    )


def names_of(visit: Visit) -> Names:
    """Return what the visitor may name: no queue that they may not see."""
    policy, roster = visit.office.policy(), visit.office.terms().roster
    agents = {agent.id.casefold(): agent.id for agent in roster.agents}
    agents |= {agent.name.casefold(): agent.id for agent in roster.agents}
    mailboxes = {one.name.casefold(): one.name for one in policy.settings.mailboxes}
    mailboxes |= {one.address.casefold(): one.name for one in policy.settings.mailboxes}
    return Names(
        queues=[name for name in policy.queues if visit.who.sees(name, name)],
        agents=agents,
        mailboxes=mailboxes,
        signals=[label.name for label in policy.teaching.signals],
        me=visit.who.agent,
    )


def wrong_in(exc: NotUnderstood, typed: str, read: Reader) -> Wrong:
    """Say what is wrong with what was typed, and where."""
    end = exc.at + max(1, len(typed[exc.at :].split(" ", 1)[0]))
    return Wrong(
        text=read.say(_FAULTS[exc.fault], word=exc.word, hint=exc.hint),
        before=typed[: exc.at],
        word=typed[exc.at : end],
        beyond=typed[end:],
    )


def _found(visit: Visit, read: Reader, hits: Hits, typed: str) -> Found:
    policy, agent = visit.office.policy(), visit.who.agent
    said = [read.count("%(num)s ticket.", "%(num)s tickets.", len(hits.rows))]
    if hits.back_to is not None:
        when = f"{hits.back_to.astimezone(read.zone):%Y-%m-%d}"
        said.append(read.say("Looked back to %(when)s.", when=when))
    if hits.unread:
        left = read.count("%(num)s old mail", "%(num)s old mails", hits.unread)
        said.append(read.say("Still to be indexed: %(mails)s.", mails=left))
    further = ""
    if hits.further is not None:
        further = f"/search?{urlencode({'q': typed, 'below': hits.further})}"
    rows = tuple(row_of(row, policy, read, agent) for row in hits.rows)
    return Found(rows=rows, said=" ".join(said), further=further)
