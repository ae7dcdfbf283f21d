"""The desk of the demo: the shipped one, live on loopback, with three agents at any hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

from triage.config.load import Policy, load_policy
from triage.config.settings import Mode, RelaySettings, Secret, Security, WebSettings
from triage.core.desk import Hours, Window
from triage.demo.servers import PASSWORD_VARIABLE

AGENTS = 3


def demo_policy(folder: Path, imap_port: int, smtp_port: int, page_port: int) -> Policy:
    """Return the shipped desk on these ports, with its store in `folder`."""
    shipped = load_policy(None)
    secret = Secret(variable=PASSWORD_VARIABLE)
    settings = replace(
        shipped.settings,
        mode=Mode.LIVE,
        store=folder / "triage.db",
        mailboxes=tuple(
            replace(mailbox, port=imap_port, user=mailbox.name, password=secret, sent="Sent")
            for mailbox in shipped.settings.mailboxes
        ),
        relay=RelaySettings(host="127.0.0.1", port=smtp_port, security=Security.NONE),
        web=WebSettings(port=page_port),
    )
    around_the_clock = Hours(
        zone=shipped.roster.hours.zone,
        windows=tuple(Window(day, time(0), time(0)) for day in range(7)),
    )
    agents = tuple(
        replace(agent, hours=around_the_clock) for agent in shipped.roster.agents[:AGENTS]
    )
    roster = replace(shipped.roster, hours=around_the_clock, agents=agents)
    return replace(shipped, settings=settings, roster=roster)
