"""Settings of what mail goes through: how a server is reached, and where its password is from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, Strict

Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Truth = Annotated[bool, Strict()]
"""TOML has types: what is of another one is a slip, and is not guessed at."""


class Security(StrEnum):
    """How a connection is protected. `NONE` is refused for any host but loopback."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a password comes from; exactly one of the three, never the password itself."""

    credential: Annotated[
        str, Field(description="name of a systemd credential (`LoadCredential=`)")
    ] = ""
    variable: Annotated[str, Field(description="name of an environment variable")] = ""
    command: Annotated[
        tuple[str, ...], Field(description="a command and its arguments that prints it")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """The SMTP relay that mail leaves by (`[relay]`)."""

    host: Annotated[str, Field(description="SMTP server")]
    port: Annotated[
        Whole, Field(description="0: 465 with `tls`, 587 with `starttls`, else 25", ge=0, le=65535)
    ] = 0
    security: Annotated[Security, Field(description="`tls`, `starttls` or `none` (loopback)")] = (
        Security.STARTTLS
    )
    ca_file: Annotated[
        Path | None, Field(description="private certificate authority, PEM; default: the system's")
    ] = None
    user: Annotated[str, Field(description="account name; empty: no login")] = ""
    password: Annotated[Secret, Field(description="where the password comes from")] = field(
        default_factory=Secret
    )
    per_minute: Annotated[
        Whole, Field(description="most mails a minute; 0: no limit (Microsoft 365: 25)", ge=0)
    ] = 0
    connections: Annotated[Whole, Field(description="connections kept open", ge=1, le=8)] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesSettings:
    """What requesters are told after the acknowledgement (`[notices]`)."""

    delay: Annotated[
        Truth,
        Field(
            description="a requester hears, once and before it passes, that the time they were "
            "told will be missed"
        ),
    ] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsSettings:
    """The ways by which our own people hear of trouble (`[alerts]`), beside the mailboxes' own.

    At least one of them should use neither the watched account nor its relay.
    """

    webhook: Annotated[
        str,
        Field(
            description="https address that escalations, breaches and alarms are posted to, as "
            "JSON; empty: none"
        ),
    ] = ""
    webhook_address: Annotated[
        Secret, Field(description="where that address comes from instead, if it is a secret itself")
    ] = field(default_factory=Secret)
    webhook_secret: Annotated[
        Secret, Field(description="where the key comes from that signs what is posted")
    ] = field(default_factory=Secret)
    services: Annotated[
        Secret,
        Field(
            description="where addresses of Apprise come from, one a line: messengers, SMS, calls "
            "(extra `alerts`)"
        ),
    ] = field(default_factory=Secret)
    sender: Annotated[
        str, Field(description="address that alerts come from, where they have their own relay")
    ] = ""
    relay: Annotated[
        RelaySettings | None,
        Field(description="a second SMTP relay, for alerts alone (`[alerts.relay]`, as `[relay]`)"),
    ] = None

    @property
    def ways(self) -> tuple[str, ...]:
        """The names of the services that hear of alerts, beside people's mailboxes."""
        nowhere = Secret()
        posted = bool(self.webhook) or self.webhook_address != nowhere
        return ("webhook",) * posted + ("services",) * (self.services != nowhere)
