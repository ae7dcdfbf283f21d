"""Everything an admin edits, read and checked together, and swapped as one object."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from triage.config.desk import Desk, load_desk, names_of
from triage.config.faults import Document, Faults, near
from triage.config.prompts import load_teaching
from triage.config.rulefiles import load_rules
from triage.config.settings import Settings
from triage.config.shipped import shipped_prompts, shipped_rules, shipped_settings
from triage.config.toml import read_settings
from triage.core.desk import Queue, Roster, Service
from triage.core.rules import Rule
from triage.core.teaching import Teaching
from triage.errors import ConfigError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything in force at one moment. `digest` names the files' content in 12 hex digits."""

    settings: Settings
    service: Service
    queues: Mapping[str, Queue]
    roster: Roster
    rules: tuple[Rule, ...]
    teaching: Teaching
    digest: str


def load_policy(
    settings_path: Path | None,
    *,
    environment: Mapping[str, str] = os.environ,
    today: date | None = None,
) -> Policy:
    """Read all files; None is the shipped desk. `today` is for the years of public holidays.

    Raises: ConfigError with every fault of every file.
    """
    faults = Faults()
    read = _Kept(faults)
    settings, document = shipped_settings(), None
    rules_folder, prompts_folder = shipped_rules(), shipped_prompts()
    if settings_path is not None:
        got = read(read_settings, settings_path, environment)
        if got is not None:
            settings, document = got
        rules_folder = _in_force(settings.rules if got else None, settings_path, rules_folder)
        prompts_folder = _in_force(settings.prompts if got else None, settings_path, prompts_folder)
    desk = read(load_desk, rules_folder, today or datetime.now(UTC).date())
    teaching = _teaching(prompts_folder, read)
    signals = None if teaching is None else tuple(label.name for label in teaching.signals)
    rules = read(load_rules, rules_folder, *names_of(rules_folder), signals)
    if desk is not None and document is not None:
        _mailbox_queues(settings, desk, document, faults)
    faults.raise_any()
    if desk is None or teaching is None or rules is None:  # cannot be: they left their faults
        raise RuntimeError("files that were not read left no fault")
    return Policy(
        settings=settings,
        service=desk.service,
        queues=desk.queues,
        roster=desk.roster,
        rules=rules,
        teaching=teaching,
        digest=digest(_files(settings_path, rules_folder, prompts_folder)),
    )


class _Kept:
    """Calls a reader, and keeps its faults instead of raising them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what the reader returns, or None where it found faults."""
        try:
            return reader(*args, **kwargs)
        except ConfigError as exc:
            self._faults.take(exc)
            return None


def _in_force(given: Path | None, settings_path: Path, shipped: Path) -> Path:
    """Choose the folder to check, also where the settings themselves cannot be read."""
    if given is not None:
        return given
    beside = settings_path.absolute().parent / shipped.name
    return beside if beside.is_dir() else shipped


def _teaching(folder: Path, read: _Kept) -> Teaching | None:
    """Read what the model is taught: the shipped prompts are the base."""
    base = load_teaching(shipped_prompts())
    if folder == shipped_prompts():
        return base
    return read(load_teaching, folder, base)


def _mailbox_queues(settings: Settings, desk: Desk, document: Document, faults: Faults) -> None:
    for at, mailbox in enumerate(settings.mailboxes):
        if mailbox.queue and mailbox.queue not in desk.queues:
            text = f"there is no queue '{mailbox.queue}'"
            loc = ("mailbox", at, "queue")
            faults.add(document.fault(loc, text, near(mailbox.queue, desk.queues)))


def _files(settings_path: Path | None, *folders: Path) -> Iterable[tuple[str, Path]]:
    """Go through all files in force, each under a name that does not depend on the machine."""
    if settings_path is not None:
        yield "triage.toml", settings_path
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{folder.name}/{path.relative_to(folder)}", path


def digest(files: Iterable[tuple[str, Path]]) -> str:
    """Return 12 hex digits of SHA-256 over the names and contents of `files`."""
    whole = hashlib.sha256()
    for name, path in files:
        whole.update(f"{name}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]
