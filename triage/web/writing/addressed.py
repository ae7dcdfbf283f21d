"""Addresses of a form: what somebody typed, and whom a thread knows already."""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.core.mail.addresses import address_list, is_address
from triage.core.mail.headers import read_headers
from triage.core.message import Address
from triage.core.reply import MOST_RECIPIENTS
from triage.core.terms import Terms
from triage.errors import NotPossible
from triage.store.protocol import Store
from triage.store.replying import ReplyView
from triage.store.views import TicketView
from triage.web.render import Reader

_BETWEEN = re.compile(r"[,;\n]")
_HEAD = 64 * 1024
"""Bytes of a mail in which its To and Cc stand."""


def typed(text: str, read: Reader) -> tuple[Address, ...]:
    """Return the addresses that somebody typed, each once.

    Raises: NotPossible where one is none, or there are more than one mail goes to.
    """
    found = {one.addr: one for one in address_list(text.replace(";", ","))}
    for piece in filter(None, map(str.strip, _BETWEEN.split(text))):
        bare = piece.rpartition("<")[2].rstrip("> ")
        if not is_address(bare) and not (bare == piece and "@" not in piece and '"' in text):
            raise NotPossible(read.say("'%(typed)s' is no address.", typed=piece[:100]))
    if len(found) > MOST_RECIPIENTS:
        raise NotPossible(read.say("One mail goes to %(num)s people at most.", num=MOST_RECIPIENTS))
    return tuple(found.values())


def written(addresses: Iterable[Address]) -> str:
    """Return addresses as a form has them."""
    return ", ".join(one.addr for one in addresses)


def named(typed_ones: Iterable[Address], known: Iterable[Address]) -> tuple[Address, ...]:
    """Return addresses with the names by which the thread knows them, where none was typed."""
    names = {one.addr: one.name for one in known if one.name}
    return tuple(Address(one.addr, one.name or names.get(one.addr, "")) for one in typed_ones)


def of_thread(db: Store, ticket: TicketView, replies: Iterable[ReplyView]) -> tuple[Address, ...]:
    """Return whom a ticket's mails name, the requester first: who wrote, and To and Cc.

    Of what came only the latest mail's To and Cc are looked at, of what we sent all of it.
    """
    row = ticket.row
    found = [Address(row.requester, row.requester_name)]
    came = [one for one in ticket.messages if one.role != "sent" and one.sender and one.participant]
    found += [Address(one.sender, one.sender_name) for one in came]
    if came:
        headers = read_headers(db.raw(came[-1].id)[:_HEAD])
        for name in ("To", "Cc"):
            for value in headers.all_raw(name):
                found += address_list(value)
    for sent in replies:
        found += [*sent.to, *sent.cc] if not sent.side else []
    unique: dict[str, Address] = {}
    for one in found:
        if one.addr and (one.addr not in unique or not unique[one.addr].name):
            unique[one.addr] = one
    return tuple(unique.values())


def our_own(terms: Terms) -> frozenset[str]:
    """Return the addresses of our own people and mailboxes."""
    agents = frozenset(agent.mail for agent in terms.roster.agents)
    return agents | terms.roster.colleagues | terms.own.mailboxes
