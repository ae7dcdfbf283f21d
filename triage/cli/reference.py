"""The table of commands in the README, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from triage.cli.group import COMMANDS, cli


def commands_table() -> str:
    """Return the commands as a Markdown table: how it is typed, what it does, its options."""
    rows = ["| command | does | options |", "| --- | --- | --- |"]
    with click.Context(cli, info_name="triage") as top:
        for name, entry in COMMANDS.items():
            command = cli.get_command(top, name)
            if command is None:  # cannot be: the table lists them
                continue
            with click.Context(command, info_name=name, parent=top) as ctx:
                typed = " ".join(["triage", name, *_arguments(command, ctx)])
                options = " ".join(f"`{option}`" for option in _options(command, ctx))
            cells = (f"`{typed}`", entry.summary, options)
            rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _arguments(command: click.Command, ctx: click.Context) -> Iterator[str]:
    for param in command.params:
        if isinstance(param, click.Argument):
            yield param.make_metavar(ctx)


def _options(command: click.Command, ctx: click.Context) -> Iterator[str]:
    for param in command.params:
        if isinstance(param, click.Option):
            name = max(param.opts, key=len)
            yield name if param.is_flag else f"{name} {param.make_metavar(ctx)}"
