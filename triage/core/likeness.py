"""What looks like something else: letters of other scripts, and domains made after ours.

A small fold of our own: compatibility forms, accents, and the Cyrillic, Greek and Latin letters
that a reader takes for others. Two texts with one skeleton look alike; the skeleton itself is
shown to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from triage.core.domains import ending, labels, organisation, shown, within
from triage.core.worded import worded

LONGEST = 300
"""Characters of a name or a domain that are looked at."""

_PAIRS = (
    ("авсԁеһіјкӏмнорԛѕтуѵԝхгпьз", "abcdehijklmhopqstyvwxrnbe"),
    ("αβεηικμνορτυχωγζλ", "abenikuvoptuxwyzl"),
    ("ıłøđƒɡħŧ015|", "llodfghtolsl"),  # noqa: RUF001 - what they are taken for stands beside them
)
_LIKE = str.maketrans({theirs: ours for pair in _PAIRS for theirs, ours in zip(*pair, strict=True)})
_IGNORED = frozenset({"Mn", "Me", "Cf"})
_LURES = """
    account accounts accounting ag aide aiuto alert asiakaspalvelu assistance assistenza ayuda bank
    billing care central checkout claims client clients co com company contact corp customer
    customers delivery desk email eu facture factures faktura finance get gmbh group help helpdesk
    hilfe inc info invoice invoices klantenservice kunden kundenservice kundeservice kundtjanst
    login ltd mail mails member my net notice office official online order orders org pay payment
    payments payroll podpora pomoc portal rechnung rechnungen refund refunds returns secure
    security service services servicio shop sso store support team update us uk verify web
    zahlung
"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a foreign domain takes after ours, in words; `sure`: no honest reason comes to mind."""

    why: str
    sure: bool


def skeleton(text: str) -> str:
    """Return what `text` looks like, whatever letters it is made of.

    Source: Unicode Technical Standard 39, section 4, in the small.
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    letters = unicodedata.normalize("NFD", folded)
    bare = "".join(char for char in letters if unicodedata.category(char) not in _IGNORED)
    like = bare.translate(_LIKE)
    return like.replace("rn", "m").replace("vv", "w").replace("i", "l")


_LURED = frozenset(skeleton(word) for word in _LURES.split())


def one_apart(one: str, other: str) -> bool:
    """Say whether one letter more, less or other, or two swapped, tell two texts apart."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long[at:]


def likeness(domain: str, own: str) -> Likeness | None:
    """Say how `domain` takes after `own`; None where it is ours, or like it by nothing.

    Short names are like many: they count only where the letters themselves are disguised.
    """
    ours = organisation(own)
    seen = shown(domain[:LONGEST])
    if not ours or within(domain, ours):
        return None
    if f".{ours}." in f".{seen}.":
        return Likeness(
            worded("holds our domain %(ours)s in front of another", ours=ours), sure=True
        )
    theirs = organisation(seen)
    if not theirs:
        return None
    name, their_name = labels(ours)[0], labels(theirs)[0]
    if their_name == name:
        why = worded("is our name %(name)s under another ending", name=name)
        return Likeness(why, sure=False) if len(name) > 4 else None
    return _alike(their_name, name, ours) or _lengthened(their_name, name, ours)


def _alike(theirs: str, name: str, ours: str) -> Likeness | None:
    """Find a name that reads as ours, or misses it by one letter."""
    like, own = skeleton(theirs), skeleton(name)
    disguised = not theirs.isascii() or any(char.isdigit() for char in theirs)
    joined = like.replace("-", "") == own.replace("-", "")
    if joined and (len(own) > 5 or (disguised and len(own) > 2)):
        return Likeness(worded("reads like our domain %(ours)s", ours=ours), sure=True)
    if len(own) > 6 and one_apart(like, own):
        why = worded("is one letter away from our domain %(ours)s", ours=ours)
        return Likeness(why, sure=True)
    return None


def _lengthened(theirs: str, name: str, ours: str) -> Likeness | None:
    """Find our name with something before or behind it."""
    like, own = skeleton(theirs), skeleton(name)
    lures = _LURED | {skeleton(label) for label in labels(ending(ours))}
    why = worded("is our name %(name)s with something added", name=name)
    if len(own) > 4 and f"-{own}-" in f"-{like}-":
        more = [word for word in re.split("-+", f"-{like}-".replace(f"-{own}-", "-")) if word]
        return Likeness(why, sure=len(own) > 6 and all(word in lures for word in more))
    rest = like.removeprefix(own) if like.startswith(own) else like.removesuffix(own)
    if len(own) > 5 and rest != like and rest.strip("-") in lures:
        return Likeness(why, sure=False)
    return None
