"""Alerts to messengers, phones and whatever else Apprise knows: the extra `alerts`."""

from __future__ import annotations

from importlib import import_module

from triage.errors import MailDeferred, RelayRefused

NAME = "services"


def notify(addresses: str, title: str, text: str) -> str:
    """Tell every service of `addresses`, one a line ("#" begins a remark), and return how many.

    It blocks, for as long as Apprise waits for them. If one of them did not hear of it, all are
    told again later: an alert is worth a second one.

    Raises: MailDeferred (one did not answer), RelayRefused (not installed, or no address of it).
    """
    try:
        apprise = import_module("apprise")
    except ImportError as exc:
        raise RelayRefused(NAME, "notifying", "pip install 'inbox-triage[alerts]'") from exc
    lines = [line.strip() for line in addresses.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    told = apprise.Apprise()
    for number, line in enumerate(wanted, start=1):
        if not told.add(line):  # the line itself holds passwords
            raise RelayRefused(NAME, "notifying", f"address {number} is none that Apprise knows")
    if not wanted:
        raise RelayRefused(NAME, "notifying", "no address is named")
    if not told.notify(title=title, body=text, body_format="text"):
        raise MailDeferred(NAME, "notifying", "a service could not be reached")
    return str(len(wanted))
