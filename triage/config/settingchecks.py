"""What must hold between the settings, beyond the shape of each."""

from __future__ import annotations

from datetime import timedelta
from importlib import metadata
from importlib.util import find_spec

from triage.config.alertchecks import check_alerts
from triage.config.faults import Document, Faults, Loc
from triage.config.pagechecks import check_events, check_web
from triage.config.settings import (
    MailboxSettings,
    Mode,
    RelaySettings,
    Security,
    Settings,
)
from triage.config.sources import NAME_A_SOURCE, check_source
from triage.config.values import LANGUAGES, is_address, is_loopback, is_slug

ENCODERS = frozenset({"default", "multilingual", "english"})
LONGEST_IDLE = timedelta(minutes=29)
"""Source: RFC 2177 section 3: a server may log out a client after 30 minutes."""


def check_settings(
    settings: Settings, places: tuple[int, ...], document: Document, faults: Faults
) -> None:
    """Keep a fault for everything that does not hold together.

    `places` are the numbers that `settings.mailboxes` have in the file, where others may stand
    between them that did not even fit.
    """
    if not settings.brand.strip():
        faults.add(document.fault(("brand",), "'brand' is empty"))
    if settings.language not in LANGUAGES:
        text = f"'{settings.language}' is not a language"
        remedy = "two letters of ISO 639-1, such as en or de"
        faults.add(document.fault(("language",), text, remedy))
    if not document.data.get("mailbox"):
        faults.add(document.fault((), "no mailbox is watched", "add a [[mailbox]]"))
    for at, mailbox in zip(places, settings.mailboxes, strict=True):
        _mailbox(mailbox, ("mailbox", at), document, faults)
    _duplicates(settings, places, document, faults)
    if not timedelta() <= settings.model.learn_after <= timedelta(days=1):
        text = "'learn_after' should be at least 0 and at most 86400 seconds"
        faults.add(document.fault(("model", "learn_after"), text))
    if settings.relay is not None:
        _relay(settings.relay, ("relay",), document, faults)
    elif settings.mode is not Mode.SHADOW and "relay" not in document.data:
        text = f"mode '{settings.mode}' sends mail and needs a relay"
        faults.add(document.fault(("mode",), text, "add a [relay]"))
    check_alerts(settings.alerts, document, faults)
    if settings.alerts.relay is not None:
        _relay(settings.alerts.relay, ("alerts", "relay"), document, faults)
    if settings.web is not None:
        check_web(settings.web, document, faults)
    check_events(settings.events, document, faults)
    _paths(settings, document, faults)


def _mailbox(mailbox: MailboxSettings, loc: Loc, document: Document, faults: Faults) -> None:
    if not is_slug(mailbox.name):
        text = f"'{mailbox.name}' does not do as a name"
        faults.add(document.fault((*loc, "name"), text, "small letters, digits, '-' and '_'"))
    for key, text in (("address", mailbox.address), *(("aliases", a) for a in mailbox.aliases)):
        if not is_address(text):
            fault = f"'{text}' is not a mail address"
            faults.add(document.fault((*loc, key), fault, "write it bare: name@domain"))
    for key in ("sent", "junk"):
        if getattr(mailbox, key) == mailbox.folder:
            text = f"'{mailbox.folder}' is the folder that mail arrives in"
            faults.add(document.fault((*loc, key), text, "name another one, or leave it out"))
    if mailbox.junk and mailbox.junk == mailbox.sent:
        faults.add(document.fault((*loc, "junk"), f"'{mailbox.sent}' is the folder of sent mail"))
    _connection(mailbox, loc, document, faults)
    if not is_loopback(mailbox.host) and (*loc, "password") not in document.values:
        faults.add(document.fault(loc, "the mailbox has no password", NAME_A_SOURCE, key=True))
    for key, span, longest in (
        ("poll_every", mailbox.poll_every, timedelta(days=1)),
        ("idle_for", mailbox.idle_for, LONGEST_IDLE),
    ):
        if not timedelta() < span <= longest:
            limit = int(longest.total_seconds())
            text = f"'{key}' should be more than 0 and at most {limit} seconds"
            faults.add(document.fault((*loc, key), text))


def _relay(relay: RelaySettings, loc: Loc, document: Document, faults: Faults) -> None:
    _connection(relay, loc, document, faults)
    given = (*loc, "password") in document.values
    if relay.user and not given and not is_loopback(relay.host):
        text = "the relay has a user and no password"
        faults.add(document.fault((*loc, "user"), text, NAME_A_SOURCE, key=True))
    if given and not relay.user:
        text = "the relay has a password and no user"
        faults.add(document.fault((*loc, "password"), text, 'user = "…"', key=True))


def _connection(
    server: MailboxSettings | RelaySettings, loc: Loc, document: Document, faults: Faults
) -> None:
    """Check what mailboxes and the relay have in common."""
    if not server.host.strip():
        faults.add(document.fault((*loc, "host"), "'host' is empty"))
    if server.security is Security.NONE and not is_loopback(server.host):
        text = f"an open connection to {server.host} would show the mail and the password to all"
        faults.add(document.fault((*loc, "security"), text, "use 'tls' or 'starttls'"))
    place = (*loc, "password")
    check_source(server.password, place, "the password", NAME_A_SOURCE, document, faults)
    if server.ca_file is not None and not server.ca_file.is_file():
        faults.add(document.fault((*loc, "ca_file"), f"there is no file {server.ca_file}"))


def _duplicates(
    settings: Settings, places: tuple[int, ...], document: Document, faults: Faults
) -> None:
    names: set[str] = set()
    owners: dict[str, str] = {}
    for at, mailbox in zip(places, settings.mailboxes, strict=True):
        if mailbox.name in names:
            text = f"a second mailbox is called '{mailbox.name}'"
            faults.add(document.fault(("mailbox", at, "name"), text))
        names.add(mailbox.name)
        for key, address in (
            ("address", mailbox.address),
            *(("aliases", alias) for alias in mailbox.aliases),
        ):
            if address.casefold() in owners:
                text = f"{address} already belongs to mailbox '{owners[address.casefold()]}'"
                faults.add(document.fault(("mailbox", at, key), text))
            owners.setdefault(address.casefold(), mailbox.name)


def _paths(settings: Settings, document: Document, faults: Faults) -> None:
    for key, folder in (("rules", settings.rules), ("prompts", settings.prompts)):
        if folder is None or not folder.is_dir():
            faults.add(document.fault((key,), f"there is no folder {folder}"))
    encoder = settings.model.encoder
    if encoder not in ENCODERS and "/" not in encoder.strip("/") and not _is_installed(encoder):
        text = f"there is no encoder '{encoder}'"
        remedy = "'default', 'multilingual', 'english', a folder or a package that exists"
        faults.add(document.fault(("model", "encoder"), text, remedy))


def _is_installed(package: str) -> bool:
    """Whether a package is installed under this name, or can be imported by it."""
    try:
        return bool(metadata.distribution(package))
    except (metadata.PackageNotFoundError, ValueError):
        return package.isidentifier() and find_spec(package) is not None
