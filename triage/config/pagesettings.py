"""Settings of what is reached by the web: the agents' page, logging in by others, and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from triage.config.servers import Secret, Truth, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """Logging in by an OpenID provider (`[web.oidc]`); accounts are still made by us alone."""

    issuer: Annotated[
        str, Field(description="the provider's address, as its discovery document names it")
    ]
    client_id: Annotated[str, Field(description="how the provider knows this desk")]
    client_secret: Annotated[
        Secret, Field(description="where the client's secret comes from; default: it has none")
    ] = field(default_factory=Secret)
    claim: Annotated[
        str,
        Field(
            description="the claim that names the account (`triage user add`); an `email` counts "
            "only where the provider says that it is verified"
        ),
    ] = "email"
    name: Annotated[str, Field(description="what the login page calls the provider")] = ""
    only: Annotated[
        Truth, Field(description="passwords do not log in any more, only the provider does")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSettings:
    """One address that is told what happens, as it happens (`[events]`)."""

    webhook: Annotated[
        str,
        Field(
            description="https address that every event is posted to, in order and at least once; "
            "empty: none"
        ),
    ] = ""
    webhook_secret: Annotated[
        Secret,
        Field(
            description="where the key comes from that signs events; there is none without it. "
            "While it is replaced: the new and the old one, one a line"
        ),
    ] = field(default_factory=Secret)
    queues: Annotated[
        tuple[str, ...], Field(description="only of these queues; default: of all")
    ] = ()
    content: Annotated[
        Truth,
        Field(
            description="requester, subject and text of mails are told too; default: no word that "
            "a requester wrote"
        ),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The agents' page (`[web]`)."""

    host: Annotated[str, Field(description="address it listens on; the default is loopback")] = (
        "127.0.0.1"
    )
    port: Annotated[Whole, Field(description="port it listens on", ge=0, le=65535)] = 8025
    url: Annotated[
        str,
        Field(
            description="how browsers reach it, such as `https://desk.example.com`; "
            "default: `http://HOST:PORT`, which only loopback may do without"
        ),
    ] = ""
    proxies: Annotated[
        tuple[str, ...],
        Field(description="addresses of proxies whose `X-Forwarded-For` is believed"),
    ] = ()
    undo: Annotated[
        Whole,
        Field(description="seconds in which a mail that was sent can be called back", ge=5, le=30),
    ] = 10
    oidc: Annotated[
        OidcSettings | None,
        Field(description="logging in by an OpenID provider (`[web.oidc]`); default: by password"),
    ] = None

    @property
    def undo_window(self) -> timedelta:
        """How long after the key was pressed a mail leaves."""
        return timedelta(seconds=self.undo)

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.url.startswith("https://")

    @property
    def address(self) -> str:
        """How browsers reach it, without a slash at the end."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    def ticket(self, reference: str) -> str:
        """Return where a ticket is shown; what has been merged is shown where it went."""
        return f"{self.address}/ticket/{reference}"
