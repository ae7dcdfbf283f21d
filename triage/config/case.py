"""One test of the rules as a value: a mail, a moment, pinned scores, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from triage.config.caseshape import Auth
from triage.core.ticket import Kind, Priority


@dataclass(frozen=True, slots=True)
class GivenFile:
    """An attachment; an empty `media_type` is told from the name."""

    name: str
    media_type: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMail:
    """What arrives. `raw` is a whole mail from a file, else the other parts make one.

    Empty `to`: the mailbox's own address. `auth` None: nothing is put before the headers of `raw`.
    """

    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    auth: Auth | None = Auth.PASS
    attachments: tuple[GivenFile, ...] = ()
    answers_us: bool = False
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenHistory:
    """What the requester wrote before. `owner` is the agent who had their last ticket, or ""."""

    mails: tuple[datetime, ...] = ()
    tickets: tuple[datetime, ...] = ()
    waiting: int = 0
    answered: datetime | None = None
    known: bool = False
    owner: str = ""
    answers: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """What the model says, instead of a model; nothing: it knows nothing, and is not sure."""

    queues: Mapping[str, float] = field(default_factory=dict)
    sure: bool = False
    priorities: Mapping[Priority, float] = field(default_factory=dict)
    kinds: Mapping[Kind, float] = field(default_factory=dict)
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that has to come of a mail, and where it says so. None: there is none."""

    key: str
    value: object
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test, and where it stands. An empty `mailbox`: the one that the mail was sent to."""

    name: str
    file: str
    line: int
    at: datetime
    mail: GivenMail
    mailbox: str = ""
    history: GivenHistory = field(default_factory=GivenHistory)
    pins: Pins = field(default_factory=Pins)
    expected: tuple[Expected, ...] = ()
