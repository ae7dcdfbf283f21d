"""`triage check`: everything an admin edits, read without starting anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli import shapes
from triage.cli.ending import CONFIG, FINDING, in_words
from triage.cli.opening import settings_file, with_config, with_json
from triage.cli.output import hint, print_json, say, write_file
from triage.cli.preview import preview
from triage.cli.reload import tell_of_draft_at
from triage.config.advice import advice
from triage.config.case import Case
from triage.config.casefile import load_cases
from triage.config.faults import Faults
from triage.config.lints import desk_in, lints
from triage.config.load import Policy, load_policy, rules_folder
from triage.config.settings import Mode
from triage.errors import ConfigError, Fault
from triage.trial.cases import run_cases
from triage.trial.findings import findings


@click.command()
@click.option("--strict", is_flag=True, help="Exit 1 if there is a warning.")
@click.option(
    "--preview",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page that shows every text to requesters, in every language.",
)
@with_json
@with_config
def check(*, strict: bool, page: Path | None, as_json: bool, config: Path | None) -> None:
    """Check settings, rules, their tests, and prompts without starting anything.

    Prints every fault with its place and a suggestion, and exits 78 if there is one, or no
    triage.toml. Without a fault it warns of what will not do what was meant by it: rules that are
    never reached, overruled or tested, tests that fail, queues that nothing leads to.

    --preview writes a page, which loads nothing, with every acknowledgement, delay notice and
    check-back as a mail would look, odd cases and all.

    --json prints a list of {"file", "line", "column", "text", "help", "level"}, empty if all is
    well; "level" is "error" or "warning".
    """
    try:
        path = settings_file(config)
        policy, cases = _read(path)
        folder = rules_folder(path)
        warnings = _warnings(policy, cases, folder)
    except ConfigError as error:
        _tell(error.faults, "error", as_json=as_json)
        number = len(error.faults)
        if not as_json:
            say(f"\n{number} fault{'s' * (number != 1)}; nothing was changed")
        raise click.exceptions.Exit(CONFIG) from error
    _tell(warnings, "warning", as_json=as_json)
    if not as_json:
        click.echo(_summary(policy, path, len(cases), len(warnings)))
    for line in advice(policy):
        say(f"note: {line}")
    if policy.settings.mode is Mode.SHADOW:
        say("note: mode is shadow: acknowledgements are decided and shown, and nothing leaves")
    tell_of_draft_at(policy.settings.store)
    if page is not None:
        write_file(page, preview(policy, datetime.now(UTC)))
        say(f"note: {page} shows every text to requesters")
    if strict and warnings:
        raise click.exceptions.Exit(FINDING)
    hint("triage run")


def _read(path: Path) -> tuple[Policy, tuple[Case, ...]]:
    """Read a desk and the tests of its rules. Raises: ConfigError with the faults of both."""
    faults, policy, cases = Faults(), None, tuple[Case, ...]()
    try:
        policy = load_policy(path)
    except ConfigError as error:
        faults.take(error)
    try:
        cases = load_cases(rules_folder(path), policy)
    except ConfigError as error:
        faults.take(error)
    faults.raise_any()
    if policy is None:
        raise RuntimeError("files that were not read left no fault")
    return policy, cases


def _warnings(policy: Policy, cases: Sequence[Case], folder: Path) -> tuple[Fault, ...]:
    desk = desk_in(policy, folder, datetime.now(UTC).date())
    found = lints(desk)
    # A rule that is never reached cannot fire in a test either: that is said once.
    known = {(one.file, one.line, one.column) for one in found}
    tried = findings(policy, desk.rules, run_cases(policy, cases))
    more = (one for one in tried if (one.file, one.line, one.column) not in known)
    return tuple(sorted((*found, *more)))


def _tell(found: Sequence[Fault], level: str, *, as_json: bool) -> None:
    if as_json:
        print_json([shapes.fault(one, level) for one in found])
        return
    for one in found:
        click.echo(in_words(one, level))


def _summary(policy: Policy, path: Path, tests: int, warnings: int) -> str:
    settings = policy.settings
    counted = (
        (len(settings.mailboxes), "mailbox", "mailboxes"),
        (len(policy.queues), "queue", "queues"),
        (len(policy.roster.agents), "agent", "agents"),
        (len(policy.rules), "rule", "rules"),
        (tests, "test", "tests"),
    )
    parts = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted)
    warned = f"{warnings} warning{'s' * (warnings != 1)}" if warnings else "fine"
    return f"{path}: {warned} · {parts} · {policy.digest}"
