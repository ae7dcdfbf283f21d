"""What must hold between the settings of `[alerts]`."""

from __future__ import annotations

from importlib.util import find_spec

from triage.config.faults import Document, Faults, Loc
from triage.config.settings import AlertsSettings, Secret
from triage.config.sources import NAME_ONE, check_source
from triage.config.values import is_address, is_loopback, url_of


def check_alerts(alerts: AlertsSettings, document: Document, faults: Faults) -> None:
    """Keep a fault for a way that could not be gone, or that would show what goes along it."""
    if alerts.webhook:
        instead = f"webhook_address, and {NAME_ONE}"
        check_address(alerts.webhook, ("alerts", "webhook"), instead, document, faults)
        if alerts.webhook_address != Secret():
            text = "the address of the webhook has two sources"
            faults.add(document.fault(("alerts", "webhook_address"), text, "keep exactly one"))
    elif alerts.webhook_secret != Secret() and alerts.webhook_address == Secret():
        text = "there is a key, and no webhook that would be signed with it"
        faults.add(document.fault(("alerts", "webhook_secret"), text, 'webhook = "https://…"'))
    for key in ("webhook_address", "webhook_secret", "services"):
        secret: Secret = getattr(alerts, key)
        check_source(secret, ("alerts", key), f"'{key}'", NAME_ONE, document, faults)
    if alerts.services != Secret() and find_spec("apprise") is None:
        text = "these services need Apprise, which is not installed"
        remedy = "pip install 'inbox-triage[alerts]'"
        faults.add(document.fault(("alerts", "services"), text, remedy))
    if alerts.relay is not None and not is_address(alerts.sender):
        text = "it is not said which address alerts come from by their own relay"
        faults.add(document.fault(("alerts",), text, 'sender = "alerts@…"', key=True))
    elif alerts.relay is None and alerts.sender:
        text = "'sender' is for alerts that have a relay of their own"
        faults.add(document.fault(("alerts", "sender"), text, "add [alerts.relay]"))


def check_address(address: str, loc: Loc, instead: str, document: Document, faults: Faults) -> None:
    """Keep a fault for an address that nothing could be posted to, or only for all to see.

    `instead` says what is written instead of one with a password.
    """
    url = url_of(address)
    host = url.hostname or ""
    if url.scheme not in {"http", "https"} or not host or any(c.isspace() for c in address):
        faults.add(document.fault(loc, "this is no address of the web", '"https://…"'))
    elif url.scheme == "http" and not is_loopback(host):
        text = f"an open connection to {host} would show what is posted to all"
        faults.add(document.fault(loc, text, "use https"))
    elif url.username or url.password:
        text = "a password does not belong in this file"
        faults.add(document.fault(loc, text, instead))
