"""Reads `triage.toml` into `Settings`, with every fault at once.

Paths are relative to the file's folder and come out absolute.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from triage.config.faults import Document, Faults, Loc
from triage.config.formchecks import check_forms, check_forwarders
from triage.config.settingchecks import check_settings
from triage.config.settings import (
    AcknowledgeSettings,
    AlertsSettings,
    EventsSettings,
    FormSettings,
    MailboxSettings,
    ModelSettings,
    NoticesSettings,
    RelaySettings,
    Settings,
    WebSettings,
)
from triage.config.shape import fit
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.config.sources import NAME_A_SOURCE
from triage.config.tomlfile import read_toml

SYSTEM_PLACE = Path("/etc/triage/triage.toml")
DATABASE = "triage.db"
TABLES = frozenset(
    {"mailbox", "form", "relay", "model", "acknowledge", "notices", "alerts", "web", "events"}
)
T = TypeVar("T")


def find_settings(given: Path | None, here: Path = Path()) -> Path | None:
    """Return the file in force: `given`, else `here`'s, else the system's, else None.

    A file that was given is returned whether it exists or not: a wrong name is said, not passed
    over.
    """
    if given is not None:
        return given
    return next((path for path in (here / "triage.toml", SYSTEM_PLACE) if path.is_file()), None)


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check `triage.toml`.

    Raises: ConfigError with every fault.
    """
    settings, _ = read_settings(path, environment)
    return settings


def read_settings(
    path: Path, environment: Mapping[str, str] = os.environ
) -> tuple[Settings, Document]:
    """Do what `load_settings` does, and return the document too, for the places in it.

    Raises: ConfigError with every fault.
    """
    document, faults = read_toml(path), Faults()
    top = {key: value for key, value in document.data.items() if key not in TABLES}
    settings = fit(
        Settings, document, faults, data=top, instead={"mailboxes": "mailbox", "forms": "form"}
    )
    mailboxes = _tables(MailboxSettings, "mailbox", document, faults)
    forms = _tables(FormSettings, "form", document, faults)
    # A stand-in where the top does not fit, so that the tables are checked all the same: it has
    # left its faults, and is never returned.
    settings = replace(
        settings or Settings(brand="none"),
        mailboxes=tuple(mailboxes.values()),
        forms=tuple(forms.values()),
        relay=_table(RelaySettings, ("relay",), document, faults),
        model=_table(ModelSettings, ("model",), document, faults) or ModelSettings(),
        acknowledge=_table(AcknowledgeSettings, ("acknowledge",), document, faults)
        or AcknowledgeSettings(),
        notices=_table(NoticesSettings, ("notices",), document, faults) or NoticesSettings(),
        alerts=_table(AlertsSettings, ("alerts",), document, faults) or AlertsSettings(),
        web=_table(WebSettings, ("web",), document, faults),
        events=_table(EventsSettings, ("events",), document, faults) or EventsSettings(),
    )
    settings = _placed(settings, path.absolute().parent, document.data, environment)
    check_settings(settings, tuple(mailboxes), document, faults)
    check_forms(forms, document, faults)
    check_forwarders(mailboxes, document, faults)
    faults.raise_any()
    return settings, document


def _tables(shape: type[T], name: str, document: Document, faults: Faults) -> dict[int, T]:
    """Return the tables `[[name]]` that fit, each by its number in the file."""
    tables = document.data.get(name, [])
    if not isinstance(tables, list):
        remedy = f"write [[{name}]], in double brackets"
        faults.add(document.fault((name,), f"'{name}' is a list", remedy, key=True))
        return {}
    read = (_table(shape, (name, at), document, faults) for at in range(len(tables)))
    return {at: table for at, table in enumerate(read) if table is not None}


def _table(shape: type[T], loc: Loc, document: Document, faults: Faults) -> T | None:
    """Return one table as `shape`; None where it is not there or does not fit."""
    table: Any = document.data
    for part in loc:
        if isinstance(table, dict) and part not in table:
            return None
        table = table[part]
    if isinstance(table, dict) and isinstance(table.get("password"), str):
        # Refused, and never repeated in any message.
        text = "a password does not belong in this file"
        faults.add(document.fault((*loc, "password"), text, NAME_A_SOURCE))
        table = {key: value for key, value in table.items() if key != "password"}
    return fit(shape, document, faults, at=loc, data=table)


def _placed(
    settings: Settings, folder: Path, data: Mapping[str, object], environment: Mapping[str, str]
) -> Settings:
    """Make every path absolute, and fill in the ones that were left out."""
    state = environment.get("STATE_DIRECTORY", "").split(":")[0]
    store = folder / settings.store
    if "store" not in data and state:
        store = Path(state) / DATABASE
    encoder = settings.model.encoder
    if (folder / encoder).is_dir():
        encoder = str(folder / encoder)
    return replace(
        settings,
        store=store,
        relay=_relay_placed(settings.relay, folder),
        alerts=replace(settings.alerts, relay=_relay_placed(settings.alerts.relay, folder)),
        model=replace(settings.model, encoder=encoder),
        mailboxes=tuple(
            replace(mailbox, ca_file=folder / mailbox.ca_file) if mailbox.ca_file else mailbox
            for mailbox in settings.mailboxes
        ),
        rules=in_force(folder, settings.rules, shipped_rules()),
        prompts=in_force(folder, settings.prompts, shipped_prompts()),
    )


def _relay_placed(relay: RelaySettings | None, folder: Path) -> RelaySettings | None:
    if relay is None or relay.ca_file is None:
        return relay
    return replace(relay, ca_file=folder / relay.ca_file)


def in_force(folder: Path, given: Path | None, shipped: Path) -> Path:
    """Choose a folder of files: the one given, else the one beside `triage.toml`, else shipped."""
    if given is not None:
        return folder / given
    beside = folder / shipped.name
    return beside if beside.is_dir() else shipped
