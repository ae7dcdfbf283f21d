"""Replies that are proposed to agents, filled in for one ticket, and what is missing in them.

A reply names what it needs by variables. One that has no value, and that the reply does not do
without, is left standing as it is written, `{{ order_number }}`: it can be seen, and it cannot
leave (`core/sendguard.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triage.config.load import Policy
from triage.config.replies import REPLY_VARIABLES, Reply
from triage.core.accounts import Account
from triage.core.given_name import given_name
from triage.core.salutation import with_line
from triage.core.sendguard import placeholders
from triage.report.theirs import stated
from triage.store.views import TicketView


class _Unfilled(str):
    """Nothing, to whoever asks; and its own name in braces where it is written out."""

    __slots__ = ("_name",)
    _name: str

    def __new__(cls, name: str) -> _Unfilled:
        made = super().__new__(cls, "")
        made._name = name
        return made

    def __str__(self) -> str:
        return "{{ " + self._name + " }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """One reply to choose from. `proposed`: a rule says that it suits this ticket."""

    name: str
    title: str
    proposed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A reply with everything filled in that is known; `missing` is what still stands in braces."""

    text: str
    missing: tuple[str, ...]


def macros(policy: Policy, ticket: TicketView | None) -> tuple[Macro, ...]:
    """Return the replies to choose from: those that rules propose first, then by title."""
    language = None if ticket is None else ticket.row.language
    proposed = set() if ticket is None else set(_said(ticket, "macro"))
    every = (policy.replies.reply(name, language) for name in policy.replies.names)
    found = [
        Macro(name=one.name, title=one.title, proposed=one.name in proposed)
        for one in every
        if one is not None
    ]
    return tuple(sorted(found, key=lambda one: (not one.proposed, one.title.casefold())))


def filled(
    reply: Reply, policy: Policy, ticket: TicketView | None, who: Account, line: str = ""
) -> Filled:
    """Fill a reply in for one ticket and who writes; `line` is put in behind its greeting."""
    values = values_of(policy, ticket, who)
    unset = {name: values.get(name) or _Unfilled(name) for name in _names(policy, values)}
    text = with_line(reply.text.write(unset).strip(), line)
    return Filled(text=text, missing=placeholders(text))


def values_of(policy: Policy, ticket: TicketView | None, who: Account) -> Mapping[str, str]:
    """Return what replies may name, as far as it is known of a ticket and who writes."""
    agent = policy.roster.agent(who.agent)
    known = {
        "agent_name": agent.name if agent else "",
        "agent_first_name": agent.first_name if agent else "",
        "brand": policy.settings.brand,
        "desk_phone": policy.roster.phone,
    }
    if ticket is None:
        return known
    row, queue = ticket.row, policy.queues.get(ticket.row.queue)
    refer = next(iter(_said(ticket, "refer")), "")
    referral = policy.referrals.get(refer)
    return {
        **{name: value for facts in stated(ticket) for name, value in facts.items()},
        **known,
        "first_name": given_name(row.requester_name),
        "reference": row.reference,
        "queue": queue.title if queue else row.queue,
        "referral": referral.titles.get(row.language or "", referral.title) if referral else "",
        "referral_where": referral.where[0] if referral else "",
    }


def _names(policy: Policy, values: Mapping[str, str]) -> frozenset[str]:
    return REPLY_VARIABLES | frozenset(policy.service.fact_patterns) | frozenset(values)


def _said(ticket: TicketView, key: str) -> list[str]:
    """Return what rules proposed under `key`, of the latest mail first."""
    said = (str(message.explained.get(key) or "") for message in reversed(ticket.messages))
    return [name for name in said if name]
