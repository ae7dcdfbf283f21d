"""Who of ours wrote an answer, also from an address that many share; never guessed."""

from __future__ import annotations

import re

from triage.core.desk import Agent, Roster
from triage.core.mail.addresses import address_list
from triage.core.mail.newtext import own_lines
from triage.core.mail.signing import closes
from triage.core.message import Message

TEAM = "team"
"""Who wrote it where that cannot be told."""

MOST_LINES = 12
"""Lines at the end of a text, empty ones apart, in which a name is looked for."""

_AROUND = " \t\xa0*_~/-\u2013\u2014.,!:;()"
_PARTED = re.compile(r"\s*(?:[|,/·•]|\s[-\u2013\u2014]\s)\s*")


def author(message: Message, roster: Roster) -> str:
    """Return the id of the agent who wrote a mail of ours, or "team".

    From's own address says so, else Sender's, the name that From shows, and the names that the
    text is signed with: the full name, or what the roster says that they sign with. The first of
    these that names anybody decides; where it names two, nobody is named.

    Source: RFC 5322 section 3.6.2 (Sender).
    """
    shown = message.sender.name if message.sender else ""
    addresses = [message.sender.addr] if message.sender else []
    sent_by = [address.addr for address in address_list(message.header("Sender"))]
    for named in (
        _by_address(addresses, roster),
        _by_address(sent_by, roster),
        _by_name(shown, roster),
        _by_signature(own_lines(message.body), roster),
    ):
        if named:
            return named.pop() if len(named) == 1 else TEAM
    return TEAM


def _by_address(addresses: list[str], roster: Roster) -> set[str]:
    return {agent.id for agent in roster.agents if agent.mail.casefold() in addresses}


def _by_name(shown: str, roster: Roster) -> set[str]:
    """Name whose name is shown, alone or with more around it (`Maria Lund (Northwind)`)."""
    words = f" {_words(shown)} "
    return {
        agent.id for agent in roster.agents if any(f" {name} " in words for name in _names(agent))
    }


def _by_signature(text: str, roster: Roster) -> set[str]:
    """Name whose name stands at the end of a text, on a line of its own or behind the closing."""
    lines = [line for line in text.splitlines() if line.strip()]
    signed = {part for line in lines[-MOST_LINES:] for part in _signed(line)}
    return {agent.id for agent in roster.agents if signed & _names(agent)}


def _signed(line: str) -> set[str]:
    """Return what a line may be signed with: all of it, its head, or what is behind a closing."""
    if len(line) > 100:
        return set()
    head, *more = _PARTED.split(line.strip())
    behind = more[:1] if closes(line) else []
    return {_words(part) for part in (line, head, *behind) if part.strip(_AROUND)}


def _names(agent: Agent) -> set[str]:
    return {_words(name) for name in (agent.name, *agent.signs) if name.strip(_AROUND)}


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
