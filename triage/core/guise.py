"""What a sender dresses up as: signs of a forged identity, each with its reason in words.

A guise is shown. It keeps a mail from being acknowledged only where it is `grave`: where an
honest sender would hardly look so. The rest needs a second sign: that our exchanger could not
vouch for the sender, replies that would go elsewhere, or wording of the sort that swindlers use.
So a customer who bears the name of one of our people, or whose firm has our name under another
ending, is answered like anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from triage.core.domains import organisation, within
from triage.core.likeness import LONGEST, likeness, skeleton
from triage.core.message import Address, Message, SenderTrust, Trust
from triage.core.reaching import FREEMAIL, ours
from triage.core.terms import Terms
from triage.core.worded import worded

MOST_MORE_WORDS = 3
"""Words a display name may hold beside a name of ours: "Maria Lund (Finance)"."""

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ONE_HOST = {"googlemail.com": "gmail.com"}


class Badge(StrEnum):
    """What is shown of a guise."""

    OTHER_ADDRESS = "other_address_in_name"
    OUR_ADDRESS = "our_address_in_name"
    OUR_NAME = "name_of_our_own"
    LOOK_ALIKE = "look_alike_domain"
    ELSEWHERE = "replies_go_elsewhere"
    NOT_ONE = "not_one_sender"
    CLAIMS_US = "claims_to_be_us"


@dataclass(frozen=True, slots=True)
class Guise:
    """One guise, why it is one, and whether it makes the mail doubtful."""

    badge: Badge
    why: str
    grave: bool = False


def guises(
    message: Message, trust: SenderTrust, terms: Terms, *, wording: bool = False
) -> tuple[Guise, ...]:
    """Return every guise of the sender of `message`.

    `wording`: the text reads like a swindle.
    """
    sender = message.sender
    if sender is None:
        count = len({address.addr for address in message.senders})
        why = worded("From names no valid address: nobody can be told from it")
        if count > 1:
            why = worded("From names %(count)s addresses: nobody can be told from it", count=count)
        return (Guise(Badge.NOT_ONE, why, True),)
    if sender.addr in {form.sender for form in terms.forms}:
        return ()  # it speaks for others, and says so
    if _is_ours(sender, terms):
        return tuple(_claims(sender, trust, terms))
    elsewhere = tuple(_elsewhere(sender, message, terms))
    unvouched = trust.heard and trust.trust is not Trust.PASS
    second = unvouched or wording or bool(elsewhere)
    found = (*_named(sender, terms), *_domains(sender, message, terms))
    weighed = (replace(one, grave=one.grave or (second and one.badge in _WEIGHED)) for one in found)
    return (*weighed, *elsewhere)


_WEIGHED = frozenset({Badge.OUR_NAME, Badge.LOOK_ALIKE})


def _is_ours(address: Address, terms: Terms) -> bool:
    """Say whether somebody here writes from `address`, or says so by its domain."""
    return address.addr in ours(terms) or any(
        within(address.domain, organisation(domain) or domain) for domain in _own_domains(terms)
    )


def _own_domains(terms: Terms) -> frozenset[str]:
    """Return the domains that are ours alone, and not a provider's."""
    return terms.own.domains - FREEMAIL


def _claims(sender: Address, trust: SenderTrust, terms: Terms) -> Iterator[Guise]:
    """Tell a mail that only says it is from us: what never left the house is not even checked."""
    vouched = trust.trust is Trust.PASS or not trust.heard
    if vouched or sender.domain in FREEMAIL:
        return
    inside = sender.domain in terms.own.domains
    why = worded(
        "From names %(why_where)s, and our mail exchanger could not confirm it: %(why)s",
        why_where=worded("our own domain") if inside else worded("one of us"),
        why=trust.why,
    )
    yield Guise(Badge.CLAIMS_US, why, True)


def _elsewhere(sender: Address, message: Message, terms: Terms) -> Iterator[Guise]:
    """Tell a Reply-To in a domain that is neither the sender's nor ours."""
    home = organisation(sender.domain) or sender.domain
    for address in message.reply_to:
        same = within(address.domain, home) and home not in FREEMAIL
        if address.addr == sender.addr or same or _is_ours(address, terms):
            continue
        if _hosted(address) == _hosted(sender):
            continue
        if address.domain != sender.domain:
            why = worded(
                "Reply-To names %(address)s, in another domain than From", address=address.addr
            )
            yield Guise(Badge.ELSEWHERE, why)
            return


def _hosted(address: Address) -> str:
    """Return an address under the one name of its provider."""
    local, _, domain = address.addr.rpartition("@")
    return f"{local}@{_ONE_HOST.get(domain, domain)}"


def _named(sender: Address, terms: Terms) -> Iterator[Guise]:
    """Tell a display name that is another address, or one of our people's."""
    name = sender.name[:LONGEST]
    shown = [Address(found.casefold()) for found in _ADDRESS.findall(name)]
    if any(_is_ours(address, terms) for address in shown):
        why = worded(
            "its name shows an address of ours, and %(address)s is none", address=sender.addr
        )
        yield Guise(Badge.OUR_ADDRESS, why, True)
    elif other := next((one for one in shown if _hosted(one) != _hosted(sender)), None):
        why = worded(
            "its name shows %(shown)s, it is from %(address)s",
            shown=other.addr,
            address=sender.addr,
        )
        yield Guise(Badge.OTHER_ADDRESS, why)
    if person := _person(name, terms):
        why = worded("it bears the name of %(person)s, from an address not ours", person=person)
        yield Guise(Badge.OUR_NAME, why)


def _person(name: str, terms: Terms) -> str:
    """Return whose name of our own a display name bears, or "".

    All words of it, in any order and any script that looks alike; a single word is nobody's.
    """
    words = _letters(name)
    if not 1 < len(words) <= 12:
        return ""
    people = (*(agent.name for agent in terms.roster.agents), *terms.roster.protected)
    for person in people:
        own = _letters(person)
        if len(own) > 1 and own <= words and len(words - own) <= MOST_MORE_WORDS:
            return person
    return ""


@lru_cache(maxsize=4096)
def _letters(name: str) -> frozenset[str]:
    return frozenset(skeleton(word) for word in _WORD.findall(name[:LONGEST]))


def _domains(sender: Address, message: Message, terms: Terms) -> Iterator[Guise]:
    """Tell a domain made after one of ours: of From, or of where the replies would go."""
    own = _own_domains(terms) | {agent.mail.rpartition("@")[2] for agent in terms.roster.agents}
    for place, address in (("From", sender), *(("Reply-To", one) for one in message.reply_to[:5])):
        if address.domain in FREEMAIL or _is_ours(address, terms):
            continue
        for domain in sorted(own - FREEMAIL):
            if (like := likeness(address.domain, domain)) is not None:
                why = worded(
                    "the domain of %(place)s, %(domain)s, %(why)s",
                    place=place,
                    domain=address.domain,
                    why=like.why,
                )
                yield Guise(Badge.LOOK_ALIKE, why, like.sure)
                return
