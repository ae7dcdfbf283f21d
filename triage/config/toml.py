"""Reads `triage.toml` into `Settings`, with every fault at once.

Paths are relative to the file's folder and come out absolute.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from triage.config.faults import Document, Faults, Loc
from triage.config.settingchecks import check_settings
from triage.config.settings import Settings
from triage.config.shape import fit
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.config.tomlfile import read_toml

SYSTEM_PLACE = Path("/etc/triage/triage.toml")
DATABASE = "triage.db"


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
    data = _shaped(document, faults)
    settings = fit(Settings, document, faults, rename=in_file, data=data)
    if settings is not None:
        settings = _placed(settings, path.absolute().parent, data, environment)
        check_settings(settings, document, faults)
    faults.raise_any()
    if settings is None:  # cannot be: what did not fit has left its faults
        raise RuntimeError("settings that do not fit left no fault")
    return settings, document


def in_file(loc: Loc) -> Loc:
    """Turn a place in `Settings` into the place in the file, where tables have other names."""
    return ("mailbox", *loc[1:]) if loc[:1] == ("mailboxes",) else loc


def _shaped(document: Document, faults: Faults) -> dict[str, object]:
    """Return the file's data under the names of `Settings`, without what is refused outright."""
    data = dict(document.data)
    if "mailboxes" in data:
        faults.add(
            document.fault(
                ("mailboxes",), "unknown key 'mailboxes'", "did you mean 'mailbox'?", key=True
            )
        )
        del data["mailboxes"]
    if "mailbox" in data:
        data["mailboxes"] = data.pop("mailbox")
    if isinstance(data.get("mailboxes"), dict):
        remedy = "write [[mailbox]], in double brackets"
        faults.add(document.fault(("mailbox",), "'mailbox' is a list", remedy, key=True))
        del data["mailboxes"]
    tables = data.get("mailboxes")
    if isinstance(tables, list):
        data["mailboxes"] = [
            _without_literal(table, ("mailbox", at), document, faults)
            for at, table in enumerate(tables)
        ]
    data["relay"] = _without_literal(data.get("relay"), ("relay",), document, faults)
    return {key: value for key, value in data.items() if value is not None}


def _without_literal(table: object, loc: Loc, document: Document, faults: Faults) -> object:
    """Refuse a password that stands in the file itself, and never repeat it."""
    if not isinstance(table, dict) or not isinstance(table.get("password"), str):
        return table
    faults.add(
        document.fault(
            (*loc, "password"),
            "a password does not belong in this file",
            'password = {credential = "NAME"}, {variable = "NAME"} or {command = ["pass", …]}',
        )
    )
    # Something must stand there, or the missing password would be a second fault.
    return {**table, "password": {"credential": "refused"}}


def _placed(
    settings: Settings, folder: Path, data: Mapping[str, object], environment: Mapping[str, str]
) -> Settings:
    """Make every path absolute, and fill in the ones that were left out."""
    state = environment.get("STATE_DIRECTORY", "").split(":")[0]
    store = folder / settings.store
    if "store" not in data and state:
        store = Path(state) / DATABASE
    relay, encoder = settings.relay, settings.model.encoder
    if relay is not None and relay.ca_file is not None:
        relay = replace(relay, ca_file=folder / relay.ca_file)
    if (folder / encoder).is_dir():
        encoder = str(folder / encoder)
    return replace(
        settings,
        store=store,
        relay=relay,
        model=replace(settings.model, encoder=encoder),
        mailboxes=tuple(
            replace(mailbox, ca_file=folder / mailbox.ca_file) if mailbox.ca_file else mailbox
            for mailbox in settings.mailboxes
        ),
        rules=_folder(folder, settings.rules, "rules", shipped_rules()),
        prompts=_folder(folder, settings.prompts, "prompts", shipped_prompts()),
    )


def _folder(folder: Path, given: Path | None, name: str, shipped: Path) -> Path:
    """Choose a folder: the one given, else the one beside the file, else the shipped one."""
    if given is not None:
        return folder / given
    return folder / name if (folder / name).is_dir() else shipped
