"""Everything an admin edits, read and checked together, and swapped as one object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from triage.config.desk import Desk, load_desk, names_of
from triage.config.faults import Document, Faults, Loc, near, shown
from triage.config.fileset import write_files
from triage.config.golive import example_faults
from triage.config.goodwill import load_goodwill
from triage.config.places import (
    Kept,
    Source,
    files_in_force,
    over_shipped,
    seen_now,
    settings_text,
    source_of,
    stood_still,
)
from triage.config.prompts import load_teaching
from triage.config.referrals import load_causes, load_referrals
from triage.config.replies import Replies, load_replies
from triage.config.rulefiles import load_rules
from triage.config.rulenames import nameable
from triage.config.settings import Mode, Settings
from triage.config.shipped import shipped_prompts, shipped_rules
from triage.config.texts import Texts, load_texts
from triage.config.toml import in_force
from triage.core.desk import Queue, Roster, Service
from triage.core.goodwill import Budget
from triage.core.referral import Cause, Referral
from triage.core.rules import Rule
from triage.core.teaching import Teaching
from triage.errors import ConfigError, DraftRejected, Fault

MOST_READINGS = 5


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
        before = settings_text(settings_path)
        source = source_of(settings_path, environment, Kept(faults), rules, prompts)
        seen = seen_now(settings_path, source)
        try:
            policy = _policy(source, settings_path, today, faults)
        except ConfigError:
            if stood_still(settings_path, source, before, seen):
                raise
            continue
        if policy.digest == seen and stood_still(settings_path, source, before, seen):
            return policy
    place = shown(settings_path or shipped_rules())
    text = "the files change while they are read"
    raise ConfigError((Fault(place, 0, 0, text, "try again when they are written"),))


def rules_folder(
    settings_path: Path | None, *, environment: Mapping[str, str] = os.environ
) -> Path:
    """Return the folder of the rules in force, whatever is wrong with the files."""
    return source_of(settings_path, environment, Kept(Faults())).rules


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
        source = source_of(settings_path, environment, Kept(faults))
        source = replace(
            source,
            rules=in_force(folder, None, shipped_rules()),
            prompts=over_shipped(in_force(folder, None, shipped_prompts())),
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
    source: Source, settings_path: Path | None, today: date | None, faults: Faults
) -> Policy:
    """Read what `source` names. Raises: DraftRejected, ConfigError."""
    read, sound = Kept(faults), not faults
    files, whole = read(files_in_force, settings_path, source) or ({}, "")
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


def _teaching(folders: tuple[Path, ...], read: Kept) -> Teaching | None:
    """Read what the model is taught, each folder over the one before."""
    teaching: Teaching | None = None
    for folder in folders:
        teaching = read(load_teaching, folder, teaching)
        if teaching is None:
            return None
    return teaching


def _across(
    settings: Settings, document: Document, source: Source, desk: Desk, faults: Faults
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
