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
from triage.config.golive import example_faults
from triage.config.prompts import load_teaching
from triage.config.rulefiles import load_rules
from triage.config.settings import Mode, Settings
from triage.config.shipped import shipped_prompts, shipped_rules, shipped_settings
from triage.config.texts import Texts, load_texts
from triage.config.toml import in_force, read_settings
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
    texts: Texts
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
    source = _source(settings_path, environment, read)
    desk = read(load_desk, source.rules, today or datetime.now(UTC).date())
    teaching = _teaching(source.prompts, read)
    signals = None if teaching is None else tuple(label.name for label in teaching.signals)
    rules = read(load_rules, source.rules, *names_of(source.rules), signals)
    texts = read(load_texts, *source.prompts, language=source.settings.language)
    if desk is not None and source.document is not None:
        _across(source.settings, source.document, source, desk, faults)
    faults.raise_any()
    if desk is None or teaching is None or rules is None or texts is None:
        raise RuntimeError("files that were not read left no fault")
    return Policy(
        settings=source.settings,
        service=desk.service,
        queues=desk.queues,
        roster=desk.roster,
        rules=rules,
        texts=texts,
        teaching=teaching,
        digest=digest(_files(settings_path, source.rules, *source.prompts)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where the files in force lie; `prompts` are folders, a later one over the earlier.

    `document` is None for the shipped desk, and where the settings have faults.
    """

    settings: Settings
    document: Document | None
    rules: Path
    prompts: tuple[Path, ...]


def _source(settings_path: Path | None, environment: Mapping[str, str], read: _Kept) -> _Source:
    """Read the settings; where they have faults, the files beside them are checked all the same."""
    base = shipped_prompts()
    if settings_path is None:
        settings = shipped_settings()
        return _Source(settings=settings, document=None, rules=shipped_rules(), prompts=(base,))
    got = read(read_settings, settings_path, environment)
    settings, document = got or (shipped_settings(), None)
    folder = settings_path.absolute().parent
    rules = in_force(folder, settings.rules if got else None, shipped_rules())
    prompts = in_force(folder, settings.prompts if got else None, base)
    return _Source(
        settings=settings,
        document=document,
        rules=rules,
        prompts=tuple(dict.fromkeys((base, prompts))),
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


def _teaching(folders: tuple[Path, ...], read: _Kept) -> Teaching | None:
    """Read what the model is taught, each folder over the one before."""
    teaching: Teaching | None = None
    for folder in folders:
        teaching = read(load_teaching, folder, teaching)
        if teaching is None:
            return None
    return teaching


def _across(
    settings: Settings, document: Document, source: _Source, desk: Desk, faults: Faults
) -> None:
    """Check what the settings say of the desk, and whether it may go live."""
    for at, mailbox in enumerate(settings.mailboxes):
        if mailbox.queue and mailbox.queue not in desk.queues:
            text = f"there is no queue '{mailbox.queue}'"
            loc = ("mailbox", at, "queue")
            faults.add(document.fault(loc, text, near(mailbox.queue, desk.queues)))
    if settings.mode is not Mode.SHADOW:
        faults.add(*example_faults(settings, document, source.rules, desk.roster, source.prompts))


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
