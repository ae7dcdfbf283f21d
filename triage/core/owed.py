"""An update that we owe a requester: promised in an answer, or put down by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.core.hours import Span


class OwedState(StrEnum):
    """Where an owed update stands. `PROPOSED`: an answer's words say so, and no person yet."""

    PROPOSED = "proposed"
    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    DROPPED = "dropped"


class Source(StrEnum):
    """Where a promise was made."""

    PAGE = "page"
    COMMAND = "command"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owes:
    """What is owed: by when, when that warns, and why, in the words of who promised it.

    `spans` are what is counted up to it.
    """

    due: datetime
    warn_at: datetime | None
    why: str
    spans: tuple[Span, ...] = ()
