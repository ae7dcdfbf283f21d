"""Everything an admin edits, read and checked together, and swapped as one object."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

from triage.config.desk import Desk, load_desk, names_of
from triage.config.faults import Document, Faults, Loc, near, shown
from triage.config.fileset import digest, read_folder, read_whole, write_files
from triage.config.golive import example_faults
from triage.config.goodwill import load_goodwill
from triage.config.prompts import load_teaching
from triage.config.referrals import load_causes, load_referrals
from triage.config.replies import Replies, load_replies
from triage.config.rulefiles import load_rules
from triage.config.rulenames import nameable
from triage.config.settings import Mode, Settings
from triage.config.shipped import shipped_prompts, shipped_rules, shipped_settings
from triage.config.texts import Texts, load_texts
from triage.config.toml import in_force, read_settings
from triage.core.desk import Queue, Roster, Service
from triage.core.goodwill import Budget
from triage.core.referral import Cause, Referral
from triage.core.rules import Rule
from triage.core.teaching import Teaching
from triage.errors import ConfigError, DraftRejected, Fault

MOST_READINGS = 5
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything in force at one moment.

    `replies` are those that are proposed to agents, `referrals` and `causes` what tickets are
    closed by, `goodwill` what may be given away. `files` are the rules and prompts it came of,
    beside the shipped ones; `digest` names the content of all files in 12 hex digits.
    """

    settings: Settings
    service: Service
    queues: Mapping[str, Queue]
    roster: Roster
    rules: tuple[Rule, ...]
    texts: Texts
    teaching: Teaching
    replies: Replies
    referrals: Mapping[str, Referral]
    causes: Mapping[str, Cause]
    goodwill: Budget | None
    files: Mapping[str, str]
    digest: str


def load_policy(
    settings_path: Path | None,
    *,
    rules: Path | None = None,
    prompts: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    today: date | None = None,
) -> Policy:
    """Read all files; None is the shipped desk. `today` is for the years of public holidays.

    `rules` and `prompts` are other folders than those in force, to be tried out.
    Files that are written meanwhile are read again, so that `Policy.files` are what was checked.

    Raises:
        DraftRejected: rules or prompts have faults, or do not go with sound settings.
        ConfigError: the settings have faults; in both cases with every fault of every file. Also
            where files change during every one of `MOST_READINGS`.
    """
    for _ in range(MOST_READINGS):
        faults = Faults()
        before = _settings_text(settings_path)
        source = _source(settings_path, environment, _Kept(faults), rules, prompts)
        seen = _seen(settings_path, source)
        try:
            policy = _policy(source, settings_path, today, faults)
        except ConfigError:
            if _stood_still(settings_path, source, before, seen):
                raise
            continue
        if policy.digest == seen and _stood_still(settings_path, source, before, seen):
            return policy
    place = shown(settings_path or shipped_rules())
    text = "the files change while they are read"
    raise ConfigError((Fault(place, 0, 0, text, "try again when they are written"),))


def rules_folder(
    settings_path: Path | None, *, environment: Mapping[str, str] = os.environ
) -> Path:
    """Return the folder of the rules in force, whatever is wrong with the files."""
    return _source(settings_path, environment, _Kept(Faults())).rules


def load_applied(
    settings_path: Path | None,
    files: Mapping[str, str],
    *,
    environment: Mapping[str, str] = os.environ,
    today: date | None = None,
) -> Policy:
    """Do what `load_policy` does, with the `files` of an earlier policy for rules and prompts.

    The folders of rules and prompts are not looked at. Places are named as `files` are.

    Raises: ConfigError with every fault of settings and `files`.
    """
    faults = Faults()
    with TemporaryDirectory(prefix="triage-applied.") as name:
        folder = Path(name)
        write_files(files, folder)
        source = _source(settings_path, environment, _Kept(faults))
        source = replace(
            source,
            rules=in_force(folder, None, shipped_rules()),
            prompts=_prompts(in_force(folder, None, shipped_prompts())),
        )
        here = f"{shown(folder)}/"
        try:
            policy = _policy(source, settings_path, today, faults)
        except ConfigError as exc:
            named = (replace(fault, file=fault.file.removeprefix(here)) for fault in exc.faults)
            raise ConfigError(tuple(named)) from exc
    rules = tuple(replace(rule, file=rule.file.removeprefix(here)) for rule in policy.rules)
    return replace(policy, rules=rules)


def _policy(
    source: _Source, settings_path: Path | None, today: date | None, faults: Faults
) -> Policy:
    """Read what `source` names. Raises: DraftRejected, ConfigError."""
    read, sound = _Kept(faults), not faults
    files, whole = read(_files, settings_path, source) or ({}, "")
    desk = read(load_desk, source.rules, today or datetime.now(UTC).date())
    teaching = _teaching(source.prompts, read)
    signals = None if teaching is None else tuple(label.name for label in teaching.signals)
    mailboxes = [one.name for one in source.settings.mailboxes] if source.document else None
    named = nameable(source.rules, source.prompts, mailboxes)
    queues, agents = names_of(source.rules)
    rules = read(load_rules, source.rules, queues, agents, signals, **named)
    language = source.settings.language
    vouched = source.settings.acknowledge.reviewed_only
    texts = read(load_texts, *source.prompts, language=language, reviewed_only=vouched)
    replies = read(load_replies, *source.prompts, language=language, facts=named["facts"])
    referrals = read(load_referrals, source.rules) or {}  # what is wrong is kept and raised
    fires = None if rules is None or signals is None else {*signals, *(one.id for one in rules)}
    causes = read(load_causes, source.rules, queues, fires) or {}
    goodwill = read(load_goodwill, source.rules, agents)
    if desk is not None and source.document is not None:
        _across(source.settings, source.document, source, desk, faults)
    try:
        faults.raise_any()
    except ConfigError as exc:
        if sound:
            raise DraftRejected(exc.faults, source.settings.store) from exc
        raise
    if desk is None or teaching is None or rules is None or texts is None or replies is None:
        raise RuntimeError("files that were not read left no fault")
    return Policy(
        settings=source.settings,
        service=desk.service,
        queues=desk.queues,
        roster=desk.roster,
        rules=rules,
        texts=texts,
        teaching=teaching,
        replies=replies,
        referrals=referrals,
        causes=causes,
        goodwill=goodwill,
        files=files,
        digest=whole,
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


def _source(
    settings_path: Path | None,
    environment: Mapping[str, str],
    read: _Kept,
    tried: Path | None = None,
    tried_prompts: Path | None = None,
) -> _Source:
    """Read the settings; where they have faults, the files beside them are checked all the same.

    `tried` and `tried_prompts` are folders that take the place of those in force.
    """
    base = tried_prompts or shipped_prompts()
    if settings_path is None:
        settings, rules = shipped_settings(), tried or shipped_rules()
        return _Source(settings=settings, document=None, rules=rules, prompts=_prompts(base))
    got = read(read_settings, settings_path, environment)
    settings, document = got or (shipped_settings(), None)
    folder = settings_path.absolute().parent
    rules = tried or in_force(folder, settings.rules if got else None, shipped_rules())
    own = tried_prompts or in_force(folder, settings.prompts if got else None, base)
    return _Source(
        settings=settings,
        document=document,
        rules=rules,
        prompts=_prompts(own),
    )


def _prompts(own: Path) -> tuple[Path, ...]:
    """Return the folders of prompts: the shipped one, and over it one's own if there is one."""
    return tuple(dict.fromkeys((shipped_prompts(), own)))


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
    named: list[tuple[Loc, str]] = [
        (("mailbox", at, "queue"), mailbox.queue) for at, mailbox in enumerate(settings.mailboxes)
    ]
    named += [(("events", "queues", at), name) for at, name in enumerate(settings.events.queues)]
    for loc, name in named:
        if name and name not in desk.queues:
            text = f"there is no queue '{name}'"
            faults.add(document.fault(loc, text, near(name, desk.queues)))
    if settings.mode is not Mode.SHADOW:
        faults.add(*example_faults(settings, document, source.rules, desk.roster, source.prompts))


def _settings_text(settings_path: Path | None) -> str | None:
    """Return the text of `triage.toml`; None where there is none, or it cannot be read."""
    try:
        return None if settings_path is None else read_whole(settings_path)
    except ConfigError:
        return None


def _seen(settings_path: Path | None, source: _Source) -> str | None:
    """Return the digest of the files as they lie there now; None where one cannot be read."""
    try:
        return _files(settings_path, source)[1]
    except ConfigError:
        return None


def _stood_still(
    settings_path: Path | None, source: _Source, before: str | None, seen: str | None
) -> bool:
    """Say whether the files are still those of before they were loaded."""
    return _settings_text(settings_path) == before and _seen(settings_path, source) == seen


def _files(settings_path: Path | None, source: _Source) -> tuple[dict[str, str], str]:
    """Read the files in force; return those that are not shipped, and the digest of all.

    Names do not depend on where the folders lie, so that a set that is put back has its digest.
    """
    own: dict[str, str] = {}
    every: list[tuple[str, str]] = []
    if settings_path is not None:
        every.append(("triage.toml", read_whole(settings_path)))
    for name, folder in (("rules", source.rules), *(("prompts", at) for at in source.prompts)):
        files = read_folder(name, folder)
        every += files.items()
        if folder not in {shipped_rules(), shipped_prompts()}:
            own |= files
    return own, digest(every)
