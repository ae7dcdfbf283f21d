"""The settings of `triage.toml`, as frozen values; `config/toml.py` reads and checks the file.

The description of each field is what the README prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from triage.config.pagesettings import EventsSettings, OidcSettings, WebSettings
from triage.config.servers import (
    AlertsSettings,
    NoticesSettings,
    Number,
    RelaySettings,
    Secret,
    Security,
    Truth,
    Whole,
)

__all__ = [
    "AcknowledgeSettings",
    "AlertsSettings",
    "EventsSettings",
    "FormSettings",
    "MailboxSettings",
    "Mode",
    "ModelSettings",
    "Names",
    "NoticesSettings",
    "OidcSettings",
    "RelaySettings",
    "Secret",
    "Security",
    "Settings",
    "Unverified",
    "WebSettings",
]


class Mode(StrEnum):
    """Whether anything automatic leaves the house."""

    SHADOW = "shadow"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """One watched mailbox (`[[mailbox]]`)."""

    name: Annotated[str, Field(description="short name, used in logs and commands")]
    address: Annotated[str, Field(description="the address customers write to")]
    host: Annotated[str, Field(description="IMAP server")]
    port: Annotated[Whole, Field(description="0: 993 with `tls`, else 143", ge=0, le=65535)] = 0
    security: Annotated[Security, Field(description="`tls`, `starttls` or `none` (loopback)")] = (
        Security.TLS
    )
    ca_file: Annotated[
        Path | None, Field(description="private certificate authority, PEM; default: the system's")
    ] = None
    user: Annotated[str, Field(description="account name; default: the address")] = ""
    password: Annotated[Secret, Field(description="where the password comes from")] = field(
        default_factory=Secret
    )
    folder: Annotated[str, Field(description="the folder that mail arrives in")] = "INBOX"
    sent: Annotated[
        str, Field(description="folder of sent mail; default: the server's `\\Sent`")
    ] = ""
    junk: Annotated[
        str | Truth,
        Field(
            description="folder of junk, watched and never changed; `false`: it is not watched; "
            "default: the server's `\\Junk`"
        ),
    ] = ""
    aliases: Annotated[
        tuple[str, ...], Field(description="further addresses of ours that arrive here")
    ] = ()
    queue: Annotated[
        str, Field(description="queue for what rules and model leave open; default: `unsure`")
    ] = ""
    poll_every: Annotated[
        timedelta, Field(description="pause between polls where the server has no IDLE, seconds")
    ] = timedelta(seconds=60)
    idle_for: Annotated[
        timedelta, Field(description="longest IDLE before the folder is compared again, seconds")
    ] = timedelta(minutes=5)
    max_message: Annotated[
        Whole, Field(description="bytes up to which a mail is fetched whole", ge=1)
    ] = 150 * 1024 * 1024
    authserv_id: Annotated[
        str | None,
        Field(
            description="name in the trusted Authentication-Results header; "
            '`""` for Microsoft 365, which omits it; default: none is trusted'
        ),
    ] = None
    forwarders: Annotated[
        tuple[str, ...],
        Field(
            description="hosts and addresses of ours that pass mail on to this mailbox: what they "
            "stamp on it (`Auto-Submitted: auto-forwarded`, `Precedence`, `X-Loop`) does not count"
        ),
    ] = ()


class Names(StrEnum):
    """What of a form's mail names the customer."""

    REPLY_TO = "reply_to"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSettings:
    """One contact form (`[[form]]`): one sender, many customers."""

    sender: Annotated[str, Field(description="the address that the form's mail comes from")]
    requester: Annotated[
        Names,
        Field(
            description="what names the customer: `reply_to` (then the body, where a label or a "
            "pattern is given), or only the `body`"
        ),
    ] = Names.REPLY_TO
    email_label: Annotated[
        str, Field(description="what stands before their address in the body, such as `Email`")
    ] = ""
    email_pattern: Annotated[
        str, Field(description="RE2 pattern for it; its first group, if any, is the address")
    ] = ""
    name_label: Annotated[
        str, Field(description="what stands before their name in the body, such as `Name`")
    ] = ""
    name_pattern: Annotated[
        str, Field(description="RE2 pattern for it; its first group, if any, is the name")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """The local model (`[model]`)."""

    encoder: Annotated[
        str,
        Field(
            description='`"default"`, `"multilingual"` (the same as published), `"english"` '
            "(extra `english`), a Hugging Face folder, or a package that carries one"
        ),
    ] = "default"
    accuracy_when_sure: Annotated[
        Number, Field(description="below this expected accuracy the model abstains", gt=0.5, lt=1)
    ] = 0.95
    threads: Annotated[Whole, Field(description="CPU threads of the encoder", ge=1, le=64)] = 2
    learn_after: Annotated[
        timedelta,
        Field(description="how long a correction can be undone before it teaches, seconds"),
    ] = timedelta(seconds=30)


class Unverified(StrEnum):
    """Whether a sender whom our own server could not verify is acknowledged."""

    YES = "yes"
    KNOWN = "known"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeSettings:
    """When an acknowledgement leaves (`[acknowledge]`)."""

    unverified: Annotated[
        Unverified,
        Field(description="senders that our server could not verify: `yes`, `known` or `no`"),
    ] = Unverified.YES
    per_sender_hour: Annotated[Whole, Field(description="most to one address an hour", ge=1)] = 3
    per_sender_day: Annotated[Whole, Field(description="most to one address a day", ge=1)] = 10
    per_domain_hour: Annotated[Whole, Field(description="most to one domain an hour", ge=1)] = 20
    per_freemail_hour: Annotated[
        Whole, Field(description="most to one free-mail domain an hour", ge=1)
    ] = 200
    breaker_hour: Annotated[
        Whole,
        Field(
            description="most from one mailbox an hour before unknown senders are held; "
            "0: five times its usual hour, at least 300",
            ge=0,
        ),
    ] = 0
    null_sender: Annotated[
        Truth, Field(description="empty envelope sender; needs a relay that takes it")
    ] = False
    plus_addressing: Annotated[
        Truth, Field(description="`support+token@` works here, so replies may use it")
    ] = False
    reviewed_only: Annotated[
        Truth, Field(description="no text that nobody has vouched for, but the site's language")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of `triage.toml`.

    `folder` is where the file lies; `rules` and `prompts` are the folders in force.
    """

    brand: Annotated[str, Field(description="the name customers know you by")]
    mode: Annotated[
        Mode, Field(description="`shadow`: decide and show, send nothing automatic; `live`")
    ] = Mode.SHADOW
    language: Annotated[
        str, Field(description="the site's language, where the requester's is not spoken")
    ] = "en"
    store: Annotated[
        Path, Field(description="the database; default: `$STATE_DIRECTORY`, else beside the file")
    ] = Path("triage.db")
    mailboxes: Annotated[
        tuple[MailboxSettings, ...], Field(description="watched mailboxes (`[[mailbox]]`)")
    ] = ()
    forms: Annotated[
        tuple[FormSettings, ...], Field(description="contact forms that write here (`[[form]]`)")
    ] = ()
    relay: Annotated[RelaySettings | None, Field(description="the SMTP relay (`[relay]`)")] = None
    model: Annotated[ModelSettings, Field(description="the local model (`[model]`)")] = field(
        default_factory=ModelSettings
    )
    acknowledge: Annotated[
        AcknowledgeSettings, Field(description="when one leaves (`[acknowledge]`)")
    ] = field(default_factory=AcknowledgeSettings)
    notices: Annotated[
        NoticesSettings, Field(description="what requesters are told later (`[notices]`)")
    ] = field(default_factory=NoticesSettings)
    alerts: Annotated[
        AlertsSettings, Field(description="how our own people hear of trouble (`[alerts]`)")
    ] = field(default_factory=AlertsSettings)
    web: Annotated[
        WebSettings | None, Field(description="the agents' page (`[web]`); default: there is none")
    ] = None
    events: Annotated[
        EventsSettings, Field(description="what another program is told (`[events]`)")
    ] = field(default_factory=EventsSettings)
    phone: Annotated[
        str, Field(description="number named to somebody in danger; empty: none is named")
    ] = ""
    rules: Annotated[
        Path | None, Field(description="folder of rules; default: beside the file, else shipped")
    ] = None
    prompts: Annotated[
        Path | None, Field(description="folder of prompts; default: beside the file, else shipped")
    ] = None

    def mailbox(self, name: str) -> MailboxSettings | None:
        """Return the mailbox of that name, or None."""
        return next((mailbox for mailbox in self.mailboxes if mailbox.name == name), None)

    def link(self, reference: str) -> str:
        """Return where a ticket is shown; "" where there is no page."""
        return "" if self.web is None else self.web.ticket(reference)

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address that mail to us is sent to, case-folded."""
        return frozenset(
            address.casefold()
            for mailbox in self.mailboxes
            for address in (mailbox.address, *mailbox.aliases)
        )
