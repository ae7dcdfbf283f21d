"""What an answer needs to know, what of it was said, and how often we asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ASKED_TWICE = "asked_twice"
"""The badge, and the event, of a requester whom we asked more than once."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The facts that a queue's answers need: those that are known, and those that are missing."""

    known: Mapping[str, str]
    missing: tuple[str, ...]


def needed(needs: Sequence[str], stated: Iterable[Mapping[str, str]]) -> Needed:
    """Say what of `needs` is known from all mails of a ticket, given oldest first.

    A fact that any of them states is known. Where two state it otherwise, the later one counts:
    who corrects a number means the new one.
    """
    said: dict[str, str] = {}
    for facts in stated:
        said |= facts
    return Needed(
        known={name: said[name] for name in needs if name in said},
        missing=tuple(name for name in needs if name not in said),
    )


def too_often(asks: int) -> bool:
    """Say whether we asked more than the one time that is fair."""
    return asks > 1
