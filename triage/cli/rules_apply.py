"""`triage rules apply` and `rollback`: what runs is changed by a person's word."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from triage.cli.asking import ask, working
from triage.cli.ending import Finding
from triage.cli.opening import Opened, opened, settings_file, with_config
from triage.cli.output import hint, say, stdout
from triage.cli.rehearsing import rehearse
from triage.cli.reload import tell_verdict
from triage.cli.replayview import draw_replay
from triage.config.fileset import write_files
from triage.config.load import Policy, load_applied, load_policy
from triage.errors import ConfigError
from triage.inforce.force import ROLLED_BACK, files_digest
from triage.store.verdicts import VERDICT, Order, Said
from triage.store.versions import AppliedSet, Draft, Held
from triage.trial.gate import DAYS, MOST_MAILS, run_tests


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A policy that is to be in force, by whose word, and the draft that waits beside it."""

    policy: Policy
    how: str
    number: int = 0
    tests: Mapping[str, object]
    replay: Mapping[str, object]
    beside: Policy | None = None


@click.command()
@click.option("--now", is_flag=True, help="In an emergency: without tests and replay.")
@with_config
def apply(*, now: bool, config: Path | None) -> None:
    """Put the rules and prompts on disk in force, however much they change.

    Checks them, runs their tests, shows what they change of the mail of the last 30 days (the
    newest 1,000 mails), and applies them. Faults and tests that fail refuse it (exit 78 and 1);
    --now leaves tests and replay out, never the check.

    A running daemon takes them over, and says so; without one they run from the next start on.
    """
    path = settings_file(config)
    draft = load_policy(path)
    with opened(path, read_only=False) as at:
        kept = at.store.applied_set()
        if kept is not None and kept.files == draft.files:
            at.store.keep_draft(None)
            say(f"nothing to apply: the files on disk are set {kept.number}, which is in force")
            return
        tests, replay = ({}, {}) if now else _tried(path, draft, kept, at)
        wanted = _Wanted(
            policy=draft, how="apply --now" if now else "apply", tests=tests, replay=replay
        )
        _put_in_force(at, wanted)
    hint("triage history")


def _tried(
    path: Path, draft: Policy, kept: AppliedSet | None, at: Opened
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Test and replay a draft, and show what came of it. Raises: Finding where tests fail."""
    tests = run_tests(draft)
    for name in tests.failed:
        say(f"test fails: {name}")
    if tests.failed:
        number = len(tests.failed)
        what = "1 test fails" if number == 1 else f"{number} tests fail"
        raise Finding(f"{what} ('triage rules test'); nothing was changed")
    say(f"{tests.passed} test{'s' * (tests.passed != 1)} passed")
    if kept is None:
        return tests.summary, {}
    try:
        applied = load_applied(path, kept.files)
    except ConfigError:
        say(f"no replay: set {kept.number}, which was applied last, cannot be used any more")
        return tests.summary, {}
    done = rehearse(applied, draft, at.store, at.now, DAYS, MOST_MAILS)
    draw_replay(stdout(), done.summary(), at.zone)
    return tests.summary, done.summary()


@click.command()
@click.argument("number", required=False, type=click.IntRange(1), metavar="[NUMBER]")
@click.option(
    "--write",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Also write the files of that set into DIR, which must be new or empty.",
)
@with_config
def rollback(number: int | None, write: Path | None, *, config: Path | None) -> None:
    """Go back to an earlier set of rules and prompts: NUMBER, or the one before the last.

    It becomes a new set with the old files ('triage history' lists them). The files on disk stay
    as they are, and wait until they change or are applied: --write DIR puts the files of the set
    where they can be copied from.
    """
    path = settings_file(config)
    with opened(path, read_only=False) as at:
        target = _earlier(at, number)
        policy = load_applied(path, target.files)
        if write is not None:
            _write(target, write)
        current = at.store.applied_set()
        if current is not None and current.files == target.files:
            say(f"set {current.number} has these files already, and is in force")
            return
        beside = _on_disk(path)
        wanted = _Wanted(
            policy=policy,
            how=f"rollback to {target.number}",
            number=target.number,
            tests={},
            replay={},
            beside=beside if beside is not None and beside.files != policy.files else None,
        )
        _put_in_force(at, wanted)
    if wanted.beside is not None:
        say("the files on disk are others: they wait until they change, or 'triage rules apply'")
        if write is None:
            say(f"'triage rules rollback {target.number} --write DIR' writes those that run")


def _earlier(at: Opened, number: int | None) -> AppliedSet:
    sets = at.store.applied_sets()
    if number is None:
        if len(sets) < 2:
            raise Finding("there is no earlier set to go back to")
        return sets[1]
    found = next((one for one in sets if one.number == number), None)
    if found is None:
        raise Finding(f"there is no set {number} any more ('triage history' lists them)")
    return found


def _write(target: AppliedSet, folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Finding(f"{folder}: is not empty; nothing was changed")
    write_files(target.files, folder)
    say(f"{folder}: {len(target.files)} files of set {target.number}")


def _on_disk(path: Path) -> Policy | None:
    """Return the policy of the files on disk; None where they have faults."""
    try:
        return load_policy(path)
    except ConfigError:
        return None


def _put_in_force(at: Opened, wanted: _Wanted) -> None:
    """Have the running daemon apply it; without one it is kept for the next start."""
    policy = wanted.policy
    order = Order(
        id=secrets.token_hex(8),
        at=at.now,
        person=at.person,
        how=wanted.how,
        digest=policy.digest,
        number=wanted.number,
        tests=wanted.tests,
        replay=wanted.replay,
    )
    if working(at.settings.store) is not None:
        said = ask(at.settings.store, order)
        if said.policy != policy.digest:
            tell_verdict(said)
            raise Finding(f"the files changed meanwhile; {said.policy} runs")
        for note in said.notes:
            say(f"note: {note}")
        say(f"applied: {policy.digest}")
        return
    at.store.apply_set(policy.digest, policy.files, at.now, order.audit)
    draft = None if wanted.beside is None else _waiting(at, wanted.beside)
    at.store.keep_draft(draft)
    at.store.keep(VERDICT, Said(at=at.now, policy=policy.digest, pending=draft).written())
    say(f"applied: {policy.digest}; it runs from the next start of the daemon on")


def _waiting(at: Opened, policy: Policy) -> Draft:
    applied = at.store.applied_set()
    return Draft(
        at=at.now,
        files=files_digest(policy),
        digest=policy.digest,
        number=0 if applied is None else applied.number,
        state=Held.ROLLED_BACK,
        reason=ROLLED_BACK,
    )
