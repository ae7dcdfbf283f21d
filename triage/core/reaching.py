"""Whom a mail of ours may reach: never a stranger's victim, and never ourselves."""

from __future__ import annotations

from triage.core.message import Address, Message
from triage.core.terms import Terms

MOST_REPLY_ADDRESSES = 5

FREEMAIL = frozenset(
    {
        "aol.com",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "laposte.net",
        "libero.it",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "o2.pl",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "seznam.cz",
        "t-online.de",
        "tutanota.com",
        "ukr.net",
        "web.de",
        "wp.pl",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.fr",
        "yandex.ru",
        "ziggo.nl",
        "163.com",
    }
)
"""Domains under which anybody can have an address, so that many strangers share one."""


def staff(terms: Terms) -> frozenset[str]:
    """Return the addresses of everybody who works here."""
    return frozenset(agent.mail.casefold() for agent in terms.roster.agents) | (
        terms.roster.colleagues
    )


def ours(terms: Terms) -> frozenset[str]:
    """Return every address behind which we are ourselves."""
    return terms.own.mailboxes | staff(terms)


def recipient(message: Message, own: frozenset[str]) -> Address | None:
    """Return where an acknowledgement goes: From, or a Reply-To in From's own domain.

    A Reply-To elsewhere would let a stranger aim our mail at a victim, and so would one in a
    domain that strangers share; one among `own` would aim it at ourselves.
    """
    sender = message.sender
    if sender is None or len(message.reply_to) != 1:
        return sender
    reply_to = message.reply_to[0]
    shared = reply_to.domain in FREEMAIL or reply_to.addr in own
    return reply_to if reply_to.domain == sender.domain and not shared else sender


def reply_addresses(message: Message, own: frozenset[str]) -> tuple[str, ...]:
    """Return where the requester wants answers: a human's answer may go there."""
    named = (address.addr for address in message.reply_to if address.addr not in own)
    return tuple(dict.fromkeys(named))[:MOST_REPLY_ADDRESSES]


def addressed_to_us(message: Message, terms: Terms) -> bool:
    """Say whether one of our addresses stands where the mail was sent to.

    Source: RFC 5230 section 4.5; RFC 9228 (Delivered-To).
    """
    named = {address.addr for address in (*message.to, *message.cc)}
    named.update(message.delivered_to, message.all_headers("X-Original-To"))
    return any(_without_token(address) in terms.own.mailboxes for address in named)


def _without_token(address: str) -> str:
    local, at, domain = address.casefold().strip("<> ").rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
