"""The shape of `rules/*.test.yaml`, as an admin types it.

    version: 1
    tests:
      - name: cracked table is acknowledged
        at: "2026-11-20T16:50+00:00"
        mail: {from: jo@example.net, subject: Table arrived cracked, text: The top is cracked.}
        model: {queue: returns, complaint: 0.20}
        expect: {queue: returns, ack: sent, answer_by: "2026-11-20T17:50+00:00", rules: []}

What a mail lacks is ordinary: it is verified, came to the mailbox, and the model knows nothing.
What is not expected is not compared.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from triage.config.deskfiles import VERSION, Filled, Version
from triage.config.faults import near
from triage.config.hours import Texts, listed
from triage.config.shape import wrong
from triage.core.ticket import Kind, Priority

NONE = "none"
"""What is expected where there is to be none."""


class Auth(StrEnum):
    """What our mail exchanger found out about the sender of a mail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NONE = "none"


class Ack(StrEnum):
    """Whether an acknowledgement leaves."""

    SENT = "sent"
    WITHHELD = "withheld"


def _one_line(text: str) -> str:
    if any(char in text for char in "\r\n\0"):
        raise wrong("a header is one line", "leave out the line break")
    return text


def _mapped(value: object) -> object:
    """Take a file's name alone as `{name: …}`."""
    return {"name": value} if isinstance(value, str) else value


def _level(text: str | None) -> str | None:
    if text not in {None, NONE, *Priority}:
        raise wrong(f"'priority' cannot be '{text}'", near(str(text), (*Priority, NONE)))
    return text


def _reason(text: str) -> str:
    return text.replace("-", "_")


Line = Annotated[str, AfterValidator(_one_line)]


class AttachmentFile(BaseModel):
    """One file that is attached: its name alone, or with what is in it."""

    name: Line
    type: Line = ""
    text: str = ""


class MailFile(BaseModel):
    """`mail:`: what arrives."""

    sender: Annotated[
        Line | None, Field(alias="from", description="address, or `Name <address>`")
    ] = None
    to: Annotated[Line | None, Field(description="default: the mailbox's own address")] = None
    cc: Line | None = None
    subject: Line | None = None
    text: Annotated[str | None, Field(description="the body, as plain text")] = None
    html: Annotated[str | None, Field(description="the body as HTML, beside the text if any")] = (
        None
    )
    headers: Annotated[
        dict[Line, Annotated[tuple[Line, ...], BeforeValidator(listed)]],
        Field(description="more headers: `{Auto-Submitted: auto-replied}`"),
    ] = {}
    auth: Annotated[
        Auth | None,
        Field(
            description="the verdict on the sender: `pass`, `fail` or `none`; default: `pass`, or "
            "what stands in the file"
        ),
    ] = None
    file: Annotated[
        str | None, Field(description="a whole mail, below the folder: `samples/x.eml`")
    ] = None
    attachments: Annotated[
        tuple[Annotated[AttachmentFile, BeforeValidator(_mapped)], ...], BeforeValidator(listed)
    ] = ()
    in_reply_to_us: Annotated[
        bool, Field(description="`yes`: it answers our acknowledgement of an open ticket")
    ] = False


class HistoryFile(BaseModel):
    """`history:`: what the requester wrote before."""

    mails: Annotated[
        tuple[str, ...],
        BeforeValidator(listed),
        Field(description="how long before, or when: `[2d, 5h]`; a number: so many, a day apart"),
    ] = ()
    tickets: Annotated[
        tuple[str, ...],
        BeforeValidator(listed),
        Field(description="when their tickets began, in the same way"),
    ] = ()
    waiting: Annotated[
        int, Field(ge=0, description="how many of the tickets wait for our answer")
    ] = 0
    answered: Annotated[
        tuple[str, ...],
        BeforeValidator(listed),
        Field(description="how long ago, or when, a human of ours answered them: `1d`, `[8d, 1d]`"),
    ] = ()
    known: Annotated[
        bool | None, Field(description="they had a ticket at some time; default: if one is named")
    ] = None
    owner: Annotated[str, Field(description="the agent who had their last ticket")] = ""


class ExpectFile(BaseModel):
    """`expect:`: what has to come of it; `none` where there is to be none."""

    kind: Annotated[Kind | None, Field(description="what the message is")] = None
    language: Annotated[str | None, Field(description="the language it is taken for")] = None
    queue: Annotated[str | None, Field(description="`none`: it becomes no ticket")] = None
    priority: Annotated[
        str | None, AfterValidator(_level), Field(description="`none`: it becomes no ticket")
    ] = None
    boost: Annotated[
        int | None, Field(description="minutes forward, by priority and rules together")
    ] = None
    flags: Annotated[Texts | None, Field(description="these are set, others may be")] = None
    not_flags: Annotated[Texts | None, Field(description="none of these is set")] = None
    signals: Annotated[Texts | None, Field(description="these fired, others may have")] = None
    not_signals: Annotated[Texts | None, Field(description="none of these fired")] = None
    facts: Annotated[
        dict[str, str] | None, Field(description="these facts are found: `{phone: …}`")
    ] = None
    ack: Annotated[Ack | None, Field(description="`sent` or `withheld`")] = None
    ack_reason: Annotated[
        str | None, AfterValidator(_reason), Field(description="the reason, as `explain` names it")
    ] = None
    answer_by: Annotated[str | None, Field(description="the moment, with its offset")] = None
    owner: Annotated[str | None, Field(description="the agent who owns it")] = None
    assign: Annotated[str | None, Field(description="the agent whom a rule assigns")] = None
    refer: Annotated[str | None, Field(description="the referral that a rule proposes")] = None
    macro: Annotated[str | None, Field(description="the reply that a rule proposes")] = None
    ask: Annotated[Texts | None, Field(description="exactly these facts are asked for")] = None
    rules: Annotated[Texts | None, Field(description="exactly these rules fire, in this order")] = (
        None
    )
    fires: Annotated[Texts | None, Field(description="these rules fire, others may")] = None
    not_rules: Annotated[Texts | None, Field(description="none of these rules fires")] = None


class CaseFile(BaseModel):
    """One test."""

    name: Annotated[Filled, Field(description="what it shows, the only one of that name in a file")]
    at: Annotated[
        str,
        Field(description="the moment at which all of it happens, with its offset"),
    ] = ""
    mail: Annotated[MailFile, Field(description="what arrives")]
    mailbox: Annotated[
        str, Field(description="where, by its name; default: the one it was sent to")
    ] = ""
    history: Annotated[HistoryFile, Field(description="what the requester wrote before")] = (
        HistoryFile()
    )
    model: Annotated[
        dict[str, object],
        Field(
            description="what the model says: `queue` (a name, or scores), `sure`, `priority` and "
            "`kind` (a name, or scores), and a score for each signal"
        ),
    ] = {}
    expect: Annotated[ExpectFile, Field(description="what has to come of it")]


class CasesFile(BaseModel):
    """The whole of one file of tests."""

    version: Version = VERSION
    at: Annotated[str, Field(description="the moment of every test that names none")] = ""
    tests: tuple[CaseFile, ...] = ()
