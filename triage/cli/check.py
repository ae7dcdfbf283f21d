"""`triage check`: everything an admin edits, read without starting anything."""

from __future__ import annotations

from pathlib import Path

import click

from triage.cli import shapes
from triage.cli.ending import CONFIG, in_words
from triage.cli.opening import settings_file, with_config, with_json
from triage.cli.output import hint, print_json, say
from triage.config.advice import advice
from triage.config.load import Policy, load_policy
from triage.config.settings import Mode
from triage.errors import ConfigError


@click.command()
@with_json
@with_config
def check(*, as_json: bool, config: Path | None) -> None:
    """Check settings, rules and prompts without starting anything.

    Prints every fault with its place and a suggestion, and exits 78 if there is one, or no
    triage.toml.

    --json prints a list of {"file", "line", "column", "text", "help"}, empty if all is well.
    """
    try:
        path = settings_file(config)
        policy = load_policy(path)
    except ConfigError as error:
        _tell(error, as_json=as_json)
        raise click.exceptions.Exit(CONFIG) from error
    if as_json:
        print_json([])
    else:
        click.echo(_summary(policy, path))
    for line in advice(policy):
        say(f"note: {line}")
    if policy.settings.mode is Mode.SHADOW:
        say("note: mode is shadow: acknowledgements are decided and shown, and nothing leaves")
    hint("triage run")


def _tell(error: ConfigError, *, as_json: bool) -> None:
    if as_json:
        print_json([shapes.fault(fault) for fault in error.faults])
        return
    for fault in error.faults:
        click.echo(in_words(fault))
    number = len(error.faults)
    say(f"\n{number} fault{'s' * (number != 1)}; nothing was changed")


def _summary(policy: Policy, path: Path) -> str:
    settings = policy.settings
    counted = (
        (len(settings.mailboxes), "mailbox", "mailboxes"),
        (len(policy.queues), "queue", "queues"),
        (len(policy.roster.agents), "agent", "agents"),
        (len(policy.rules), "rule", "rules"),
    )
    parts = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted)
    return f"{path}: fine · {parts} · {policy.digest}"
