"""Badges in words: what is worth a second look before somebody answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text

from triage.cli import plain
from triage.core.answer import OUTSIDE
from triage.core.guise import Badge
from triage.core.message import Trust
from triage.core.record import VERIFIED
from triage.core.together import SAME_ORDER

_WORDS: Mapping[str, str] = {
    VERIFIED[Trust.FAIL]: "sender failed",
    Badge.OTHER_ADDRESS: "another address in the name",
    Badge.OUR_ADDRESS: "our address in the name",
    Badge.OUR_NAME: "name of one of us",
    Badge.LOOK_ALIKE: "look-alike domain",
    Badge.ELSEWHERE: "replies go elsewhere",
    Badge.NOT_ONE: "not one sender",
    Badge.CLAIMS_US: "claims to be us",
    OUTSIDE: "answered outside, time unknown",
    "marked_answered": "marked as answered in a client: confirm",
    SAME_ORDER: "same order at another address",
}
_ALARMING = frozenset(
    {VERIFIED[Trust.FAIL], Badge.OUR_ADDRESS, Badge.LOOK_ALIKE, Badge.CLAIMS_US, "phishing"}
)
_QUIET: Mapping[str, str] = {VERIFIED[Trust.PASS]: "green", VERIFIED[Trust.NONE]: "dim"}


def told(badges: Iterable[str], *, all_is_well: bool = False) -> Iterator[tuple[str, str]]:
    """Yield each badge as words and a style, the alarming first, with a sign of their own.

    That all is well with the sender is told only where `all_is_well` asks for it.
    """
    for name in sorted(badges, key=lambda badge: badge not in _ALARMING):
        words = _WORDS.get(name) or plain.line(name).replace("_", " ")
        if name in _ALARMING:
            yield f"! {words}", "bold red"
        elif all_is_well or name != VERIFIED[Trust.PASS]:
            yield words, _QUIET.get(name, "magenta")


def line(badges: Iterable[str]) -> Text:
    """Write all badges in a line, also that all is well."""
    shown = (Text(words, style) for words, style in told(badges, all_is_well=True))
    return Text(" · ").join(shown)


def verified(trust: str) -> str:
    """Write what our mail exchanger found out about a sender; "" where it was not asked."""
    return VERIFIED[Trust(trust)].replace("_", " ") if trust in set(Trust) else ""
