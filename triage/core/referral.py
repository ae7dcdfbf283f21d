"""What is not ours to answer, and where it goes; and what caused a mail, as reports count it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.core.patterns import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Somebody else who answers such mail (`rules/referrals.yaml`).

    `where` are addresses of any sort, the best first: of a page, a mailbox, a telephone. `titles`
    are the title in other languages than the site's. `note` is for the agent.
    """

    name: str
    title: str
    where: tuple[str, ...]
    note: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought a mail about (`rules/causes.yaml`).

    It is suggested where its words stand in the mail, or one of the rules or signals fired; never
    for a ticket outside its queues, where it names any.
    """

    name: str
    title: str
    words: Pattern | None = None
    rules: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()


_REACHED = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+|\+?\d(?:[\s()./-]?\d){5,}")
_TWO = 2


def named_person(text: str) -> bool:
    """Say whether a referral in words names somebody who can be found.

    An address, a number, or a first and a last name: two words that do not begin small. "The
    shop next door" sends a requester nowhere.
    """
    if _REACHED.search(text):
        return True
    named = [word for word in text.split() if word[0].isalpha() and not word[0].islower()]
    return len(named) >= _TWO
