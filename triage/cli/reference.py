"""The table of commands in the README, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import cast

import click

from triage.cli.group import COMMANDS, cli


def commands_table() -> str:
    """Return the commands as a Markdown table: how it is typed, what it does, its options."""
    rows = ["| command | does | options |", "| --- | --- | --- |"]
    for name, entry in COMMANDS.items():
        with command_of(name) as ctx:
            typed = " ".join(["triage", name, *_arguments(ctx.command, ctx)])
            options = " ".join(f"`{option}`" for option in _options(ctx.command, ctx))
        cells = (f"`{typed}`", entry.summary, options)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


@contextmanager
def command_of(name: str) -> Iterator[click.Context]:
    """Enter the context of a command, `rules test` being that of the command in its group."""
    with ExitStack() as entered:
        ctx = entered.enter_context(click.Context(cli, info_name="triage"))
        for word in name.split():
            command = cast(click.Group, ctx.command).get_command(ctx, word)
            if command is None:
                raise LookupError(name)
            ctx = entered.enter_context(click.Context(command, info_name=word, parent=ctx))
        yield ctx


def _arguments(command: click.Command, ctx: click.Context) -> Iterator[str]:
    for param in command.params:
        if isinstance(param, click.Argument):
            yield param.make_metavar(ctx)


def _options(command: click.Command, ctx: click.Context) -> Iterator[str]:
    for param in command.params:
        if isinstance(param, click.Option):
            name = max(param.opts, key=len)
            yield name if param.is_flag else f"{name} {param.make_metavar(ctx)}"
