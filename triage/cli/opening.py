"""What most commands begin with: the settings in force, the store, and the desk's own names."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

import click

from triage.cli.account import check_access, drop_to_owner
from triage.cli.output import say
from triage.cli.standing import Look
from triage.config.desk import Desk, load_desk
from triage.config.settings import Settings
from triage.config.shipped import shipped_rules
from triage.config.toml import SYSTEM_PLACE, find_settings, load_settings
from triage.errors import ConfigError, Fault, NotPossible
from triage.store.protocol import Store
from triage.store.sqlite import open_store

F = TypeVar("F", bound=Callable[..., object])

with_config: Callable[[F], F] = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The settings; default: ./triage.toml, else /etc/triage/triage.toml.",
)
with_json: Callable[[F], F] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, in a shape that stays."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open store with the settings that name it.

    `desk` is None where its files have faults: names are then shown as ids. `zone` is the
    desk's, else this machine's. `person` is who typed the command.
    """

    settings: Settings
    store: Store
    desk: Desk | None
    zone: tzinfo
    now: datetime
    person: str

    @property
    def sound(self) -> Desk:
        """The desk, for whom no time can be read without its hours. Raises: NotPossible."""
        if self.desk is None:
            raise NotPossible("without the desk's hours no time can be read: mend the rules first")
        return self.desk

    @property
    def look(self) -> Look:
        """How tickets are shown."""
        return Look(now=self.now, zone=self.zone, desk=self.desk)


@contextmanager
def opened(config: Path | None, *, read_only: bool) -> Iterator[Opened]:
    """Find the settings and open the store; root becomes the store's owner first.

    Raises: ConfigError, StoreMissing, StoreTooNew, StoreBusy.
    """
    settings = load_settings(settings_file(config))
    now, person = datetime.now(UTC), _person()
    drop_to_owner(settings.store)
    check_access(settings.store, write=not read_only)
    desk = _desk(settings, now)
    store = open_store(settings.store, read_only=read_only)
    try:
        yield Opened(
            settings=settings,
            store=store,
            desk=desk,
            zone=now.astimezone().tzinfo or UTC if desk is None else desk.roster.hours.zone,
            now=now,
            person=person,
        )
    finally:
        store.close()


def settings_file(config: Path | None) -> Path:
    """Return the settings file in force. Raises: ConfigError where there is none."""
    path = find_settings(config)
    if path is None:
        text = f"not found, and neither is {SYSTEM_PLACE}"
        raise ConfigError((Fault("triage.toml", 0, 0, text, "name one with --config FILE"),))
    return path


def _desk(settings: Settings, now: datetime) -> Desk | None:
    try:
        return load_desk(settings.rules or shipped_rules(), now.date())
    except ConfigError:
        # A bad file must not hide the queue: the daemon goes on with its last good set, too.
        say("triage: the rules have faults ('triage check' names them); showing ids for names")
        return None


def _person() -> str:
    """Name who types: the account behind sudo, where there is one."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
