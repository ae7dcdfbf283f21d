"""What ties a message to tickets: names of ours that it bears, and mails that it cites.

A ticket that was merged is found by its own names, and stands for the one that it went into. One
that was split off shares its names with the ticket that it was part of: what a message cites
nearest says which of the two it belongs to.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from triage.core.known import Link, Question
from triage.core.ticket import TicketId
from triage.store.family import survivor

_STRENGTH = list(Link)
_FAR = 1_000_000
"""Where a name stands that is no cited mail: behind all of those."""


@dataclass(frozen=True, slots=True)
class Tie:
    """The strongest link to a ticket, and how near the nearest mail of it is cited (from 0)."""

    link: Link
    near: int

    @property
    def rank(self) -> tuple[int, int]:
        """What orders ties: the strongest comes first, then the nearest."""
        return _STRENGTH.index(self.link), self.near


def linked(db: sqlite3.Connection, question: Question) -> tuple[tuple[TicketId, Link], ...]:
    """Return the tickets that a message may belong to, the strongest link first."""
    best: dict[TicketId, Tie] = {}
    for ticket, tie in _cited(db, question).items():
        root = survivor(db, ticket)
        if root not in best or tie.rank < best[root].rank:
            best[root] = tie
    ranked = sorted(best.items(), key=lambda item: item[1].rank)
    return tuple((ticket, tie.link) for ticket, tie in ranked)


def come_home(db: sqlite3.Connection, question: Question, ticket: TicketId) -> TicketId:
    """Return which of the tickets that became `ticket` a message came to, and note it there.

    By that it goes back when the merge is taken back, and so does what cites it.
    """
    row = db.execute("SELECT 1 FROM ticket WHERE merged_into = ? LIMIT 1", (ticket,)).fetchone()
    if row is None:
        return ticket
    ties = {
        cited: tie for cited, tie in _cited(db, question).items() if survivor(db, cited) == ticket
    }
    home = min(ties, key=lambda cited: (ties[cited].near, ties[cited].rank), default=ticket)
    if home != ticket:
        db.execute("UPDATE message SET home = ? WHERE id = ?", (home, question.message))
    return home


def _cited(db: sqlite3.Connection, question: Question) -> dict[TicketId, Tie]:
    found: dict[TicketId, Tie] = {}

    def cite(ticket: int, link: Link, near: int) -> None:
        tie = found.get(TicketId(ticket), Tie(link, near))
        strongest = min(tie.link, link, key=_STRENGTH.index)
        found[TicketId(ticket)] = Tie(strongest, min(tie.near, near))

    by_name = "SELECT id FROM ticket WHERE reference = ?"
    for name in question.references:
        for (ticket,) in db.execute(by_name, (name,)):
            cite(ticket, Link.TOKEN, _FAR)
    for near, name in enumerate(question.message_ids):
        for ticket, ours in db.execute(
            "SELECT ticket, ours FROM known_id WHERE message_id = ?", (name,)
        ):
            cite(ticket, Link.OWN_ID if ours else Link.THEIR_ID, near)
    for name in question.subject_references:
        for (ticket,) in db.execute(by_name, (name,)):
            cite(ticket, Link.SUBJECT, _FAR)
    return _parted(db, found)


def _parted(db: sqlite3.Connection, found: dict[TicketId, Tie]) -> dict[TicketId, Tie]:
    """Give what is cited nearest, of tickets that were one, the strongest link of them all."""
    whole: dict[int, list[TicketId]] = {}
    for ticket in found:
        whole.setdefault(_origin(db, ticket), []).append(ticket)
    ties = dict(found)
    for parts in whole.values():
        nearest = min(parts, key=lambda part: found[part].near)
        if len(parts) > 1 and found[nearest].near < _FAR:
            strongest = min((found[part].link for part in parts), key=_STRENGTH.index)
            ties[nearest] = replace(found[nearest], link=strongest)
    return ties


def _origin(db: sqlite3.Connection, ticket: int) -> int:
    """Return the ticket that `ticket` was once a part of: itself, where it was not split off."""
    (origin,) = db.execute(
        "WITH RECURSIVE up (id, next) AS (SELECT id, split_from FROM ticket WHERE id = ?"
        " UNION SELECT t.id, t.split_from FROM ticket t JOIN up ON t.id = up.next)"
        " SELECT id FROM up WHERE next IS NULL",
        (ticket,),
    ).fetchone()
    return int(origin)
